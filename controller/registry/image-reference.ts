import { canonicalHost, dockerHub, hostProblem, isHost, pathProblem } from './host.ts';
import { type Parsed, parsed, unparsed } from './parsed.ts';
import { dnsSuffixes, dualStackSuffixes } from './partition.ts';

/** A container image as a registry knows it. */
export interface ImageReference {
  /** Registry host with its port if one was written; every spelling of Docker Hub is `docker.io`. */
  readonly host: string;
  /** Repository path; Docker Hub's official images have their `library/`. */
  readonly path: string;
  /** As written; a registry takes `latest` when both tag and digest are missing. */
  readonly tag?: string;
  /** `algorithm:hex`; it decides alone when a tag is written too. */
  readonly digest?: string;
}

/** Longest image text that AWS Batch takes, in characters. */
const maximumLength = 255;

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

function digestProblem(digest: string): string | undefined {
  const expected = 'what follows "@" must be a digest such as sha256: and 64 hexadecimal digits';
  if (!digestPattern.test(digest)) return expected;
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = digestLengths[algorithm];
  if (length === undefined) return undefined;
  if (hex.length !== length)
    return `a ${algorithm} digest has ${length} hexadecimal digits, this one has ${hex.length}`;
  return /^[0-9a-f]+$/.test(hex) ? undefined : `a ${algorithm} digest is written in lower-case hexadecimal digits`;
}

function textProblem(text: string): string | undefined {
  if (text === '') return 'an image is needed, such as registry.example.com/team/app:1.2';
  if (text.length > maximumLength)
    return `the image has ${text.length} characters, AWS Batch takes ${maximumLength} at most`;
  if (/[^\x21-\x7e]/.test(text)) return 'an image may not contain spaces, control characters or non-ASCII characters';
  if (/^[a-z]+:\/\//i.test(text)) return 'an image is written without a scheme such as https://';
  if (/^[0-9a-f]{64}$/.test(text))
    return 'this is a bare image id: write a repository name, and the id after "@sha256:"';
  return undefined;
}

/** The part before the first slash, if it names a registry. An upper-case letter makes it one, because no path has any. */
function splitHost(name: string): { readonly host: string | undefined; readonly rest: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (isHost(first) || first !== first.toLowerCase()) return { host: first, rest: name.slice(slash + 1) };
  return { host: undefined, rest: name };
}

function writtenHostProblem(host: string): string | undefined {
  const lower = host.toLowerCase();
  if (!isHost(lower))
    return `"${host}" has upper-case letters: repository names are lower-case, and so are registry hosts`;
  if (host !== lower) {
    return `host "${host}" must be lower-case (${lower}): the ECS agent compares hosts letter by letter and would find no login`;
  }
  return hostProblem(host);
}

/**
 * Parses an image by the rules of Docker and the OCI distribution specification, and rejects what the ECS agent would
 * read differently (upper-case hosts).
 */
export function imageReference(text: string): Parsed<ImageReference> {
  const [named = '', ...digests] = text.split('@');
  const digest = digests.length === 0 ? undefined : digests.join('@');
  const { host, rest } = splitHost(named);
  const colon = rest.indexOf(':');
  const written = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);

  const problem =
    textProblem(text) ??
    (digest === undefined ? undefined : digestProblem(digest)) ??
    (host === undefined ? undefined : writtenHostProblem(host)) ??
    pathProblem(written) ??
    (tag === undefined || tagPattern.test(tag)
      ? undefined
      : `"${tag}" is not a tag: up to 128 letters, digits, "_", "." and "-", not starting with "." or "-"`);
  if (problem !== undefined) return unparsed(problem);

  // Docker adds library/ for its own two names of the Hub; registry-1.docker.io is the API host and takes paths as they are.
  const official = !written.includes('/') && (host === undefined || host === dockerHub || host === 'index.docker.io');
  return parsed({
    host: canonicalHost(host ?? dockerHub),
    path: official ? `library/${written}` : written,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
}

const ecrSuffixes = [...new Set(Object.values(dnsSuffixes)), ...dualStackSuffixes].map(suffix =>
  suffix.replaceAll('.', '\\.'),
);
const privateEcr = new RegExp(`^[0-9]{12}\\.dkr[.-]ecr(?:-fips)?\\.[a-z0-9-]+\\.(?:${ecrSuffixes.join('|')})$`);
const publicEcr: readonly string[] = ['public.ecr.aws', 'ecr-public.aws.com'];

/**
 * True for an image in Amazon ECR, private or public, in any partition: AWS gives access by IAM role, and a registry
 * credential does not apply.
 */
export function isEcrImage(image: ImageReference): boolean {
  return publicEcr.includes(image.host) || privateEcr.test(image.host);
}
