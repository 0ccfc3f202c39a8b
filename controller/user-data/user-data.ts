import { Failure } from '../model/failure.ts';
import { dockerHubKey, isAgentKey } from '../registry/agent-key.ts';
import { dnsSuffixes } from '../registry/partition.ts';
import { type BootConfiguration, bootScript, type FailurePolicy } from './boot-script.ts';
import { type MimePart, mimeDocument } from './mime.ts';

/** A registry login for the ECS agent: where it is kept, and which of the agent's keys it serves. */
interface UserDataRegistry {
  /** Full ARN of the secret, with its random suffix. */
  readonly secretArn: string;
  /** From `agentKeys`; empty to take the key from the secret's `registry_url`. */
  readonly keys: readonly string[];
}

/** A part of the user's own. Scripts run in the order of the parts; other content types have their own times. */
interface ExtraPart extends MimePart {
  /** Whether the part stands before or after the registry logins; `After` when left out. */
  readonly placement?: 'Before' | 'After';
}

/** Everything that decides the user data of one launch template. */
export interface UserDataOptions {
  readonly registries: readonly UserDataRegistry[];
  /** Value of ECS_IMAGE_PULL_BEHAVIOR; left alone when missing. */
  readonly imagePullBehavior?: 'default' | 'always' | 'once' | 'prefer-cached';
  readonly failurePolicy: FailurePolicy;
  /** How long an instance tries to get its logins before the failure policy, in seconds. */
  readonly deadlineSeconds: number;
  /** How often an instance looks for changed secrets; never when missing. */
  readonly refreshIntervalSeconds?: number;
  /** Shown in the status line of the instance; a new one makes new user data even if nothing else changed. */
  readonly generation: string;
  readonly extraParts?: readonly ExtraPart[];
}

/** EC2 takes 16 KiB before base64, and AWS Batch adds a part of its own of somewhat less than 1 KiB. */
const maximumBytes = 15 * 1024;

const secretArnPattern =
  /^arn:(?<partition>[a-z-]+):secretsmanager:(?<region>[a-z]{2,}(?:-[a-z0-9]+)+):[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/;

const contentTypes: readonly string[] = [
  'text/x-shellscript',
  'text/x-shellscript-per-boot',
  'text/x-shellscript-per-instance',
  'text/x-shellscript-per-once',
  'text/cloud-config',
  'text/cloud-boothook',
  'text/part-handler',
  'text/x-include-url',
  'text/x-include-once-url',
];

function whole(value: number, name: string, minimum: number, maximum: number): readonly string[] {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return [];
  return [`${name}: ${value} is not a whole number from ${minimum} to ${maximum}`];
}

function arnProblems(registries: readonly UserDataRegistry[]): readonly string[] {
  const problems: string[] = [];
  const partitions = new Set<string>();
  const seen = new Set<string>();
  for (const [index, { secretArn }] of registries.entries()) {
    const place = `registries[${index}].secretArn`;
    const partition = secretArnPattern.exec(secretArn)?.groups?.['partition'];
    if (partition === undefined) {
      problems.push(`${place}: "${secretArn}" is not the full ARN of a secret (arn:…:secret:name-XXXXXX)`);
    } else if (dnsSuffixes[partition] === undefined) {
      problems.push(`${place}: partition "${partition}" is not known`);
    } else {
      partitions.add(partition);
    }
    if (seen.has(secretArn)) problems.push(`${place}: the secret is listed twice`);
    seen.add(secretArn);
  }
  if (partitions.size > 1) problems.push(`registries: secrets in several partitions (${[...partitions].join(', ')})`);
  return problems;
}

function keyProblems(registries: readonly UserDataRegistry[]): readonly string[] {
  const problems: string[] = [];
  const all = new Set<string>();
  for (const [index, { keys }] of registries.entries()) {
    for (const key of keys) {
      const place = `registries[${index}].keys: "${key}"`;
      if (!isAgentKey(key)) problems.push(`${place} is not a key the ECS agent looks up reliably`);
      if (all.has(key)) problems.push(`${place} is listed twice`);
      all.add(key);
    }
  }
  const hosts = new Set(
    [...all]
      .filter(isAgentKey)
      .filter(key => key !== dockerHubKey && key.includes('/'))
      .map(hostOf),
  );
  const lonely = [...hosts].filter(host => !all.has(host));
  return [
    ...problems,
    ...lonely.map(
      host => `registries: a key "${host}" is needed beside its namespaces, or the ECS agent chooses at random`,
    ),
  ];
}

function hostOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function bodyProblem({ contentType, body }: MimePart): string | undefined {
  if (!contentTypes.includes(contentType)) {
    return `content type "${contentType}" is not one of ${contentTypes.join(', ')}`;
  }
  const lines = body.split('\n');
  const odd = lines.findIndex(line => /[^\t\x20-\x7e]/.test(line));
  if (odd >= 0) {
    const column = (lines[odd] ?? '').search(/[^\t\x20-\x7e]/) + 1;
    return `line ${odd + 1}, column ${column}: user data may hold only ASCII text with LF line ends`;
  }
  if (contentType.startsWith('text/x-shellscript') && !body.startsWith('#!')) {
    return 'a script must start with "#!" and its interpreter, such as #!/bin/sh';
  }
  if (/^## *template:/i.test(body)) return 'templates ("## template:") are not supported through AWS Batch';
  return undefined;
}

function partProblems(parts: readonly ExtraPart[]): readonly string[] {
  return parts.flatMap((part, index) => {
    const problem = bodyProblem(part);
    return problem === undefined ? [] : [`extraParts[${index}]: ${problem}`];
  });
}

/** Why user data cannot be made from these options, each with the place of what is wrong; empty when it can. */
export function userDataProblems(options: UserDataOptions): readonly string[] {
  const { registries, deadlineSeconds, refreshIntervalSeconds, generation, extraParts = [] } = options;
  const problems = [
    ...(registries.length === 0 ? ['registries: at least one is needed'] : []),
    ...arnProblems(registries),
    ...keyProblems(registries),
    ...whole(deadlineSeconds, 'deadlineSeconds', 10, 3600),
    ...(refreshIntervalSeconds === undefined
      ? []
      : whole(refreshIntervalSeconds, 'refreshIntervalSeconds', 60, 86_400)),
    ...(/^[A-Za-z0-9._-]{1,64}$/.test(generation)
      ? []
      : ['generation: 1 to 64 letters, digits, ".", "_" and "-" are needed']),
    ...partProblems(extraParts),
  ];
  return problems.length > 0 ? problems : sizeProblems(options);
}

function sizeProblems(options: UserDataOptions): readonly string[] {
  const total = Buffer.byteLength(rendered(options));
  if (total <= maximumBytes) return [];
  const own = Buffer.byteLength(bootScript(bootConfiguration(options)));
  const extra = (options.extraParts ?? []).map(({ body }, index) => `extraParts[${index}] ${Buffer.byteLength(body)}`);
  return [
    `user data has ${total} bytes, ${maximumBytes} at most fit beside what AWS Batch adds: registry logins ${own}${extra.map(each => `, ${each}`).join('')}`,
  ];
}

function bootConfiguration(options: UserDataOptions): BootConfiguration {
  const partition = secretArnPattern.exec(options.registries[0]?.secretArn ?? '')?.groups?.['partition'] ?? '';
  return {
    generation: options.generation,
    policy: options.failurePolicy,
    suffix: dnsSuffixes[partition] ?? '',
    deadline: options.deadlineSeconds,
    ...(options.refreshIntervalSeconds === undefined ? {} : { refresh: options.refreshIntervalSeconds }),
    ...(options.imagePullBehavior === undefined ? {} : { pull: options.imagePullBehavior }),
    registries: options.registries.map(({ secretArn, keys }) => ({ arn: secretArn, keys })),
  };
}

function rendered(options: UserDataOptions): string {
  const { extraParts = [] } = options;
  return mimeDocument([
    ...extraParts.filter(part => part.placement === 'Before'),
    { contentType: 'text/x-shellscript', body: bootScript(bootConfiguration(options)) },
    ...extraParts.filter(part => part.placement !== 'Before'),
  ]);
}

/**
 * The user data of a launch template, as raw MIME text: instances that boot with it have the registries' logins in
 * their ECS agent. Equal options give equal text, no secret value is in it, and at most 15 KiB are used.
 * Throws a `stop` failure that lists `userDataProblems`, if there are any.
 */
export function userData(options: UserDataOptions): string {
  const problems = userDataProblems(options);
  if (problems.length > 0) throw new Failure('stop', 'InvalidSpec', `user data: ${problems.join('; ')}`);
  return rendered(options);
}
