import { describe, expect, it } from 'vitest';
import { imageReference, isEcrImage } from '../../controller/registry/image-reference.ts';

const hex64 = '0123456789abcdef'.repeat(4);
const sha256 = `sha256:${hex64}`;

describe('imageReference', () => {
  it.each([
    { text: 'nginx', want: { host: 'docker.io', path: 'library/nginx' } },
    { text: 'nginx:1.27', want: { host: 'docker.io', path: 'library/nginx', tag: '1.27' } },
    { text: 'org/img', want: { host: 'docker.io', path: 'org/img' } },
    { text: 'a/b/c:t', want: { host: 'docker.io', path: 'a/b/c', tag: 't' } },
    { text: 'docker.io/nginx', want: { host: 'docker.io', path: 'library/nginx' } },
    { text: 'index.docker.io/nginx', want: { host: 'docker.io', path: 'library/nginx' } },
    { text: 'index.docker.io/org/img', want: { host: 'docker.io', path: 'org/img' } },
    { text: 'registry-1.docker.io/org/img', want: { host: 'docker.io', path: 'org/img' } },
    { text: 'registry-1.docker.io/library/nginx', want: { host: 'docker.io', path: 'library/nginx' } },
    { text: 'ghcr.io/o/i', want: { host: 'ghcr.io', path: 'o/i' } },
    { text: 'ghcr.io/i', want: { host: 'ghcr.io', path: 'i' } },
    { text: 'reg.io:5000/a/i:t', want: { host: 'reg.io:5000', path: 'a/i', tag: 't' } },
    { text: 'reg.io:5000/a/i', want: { host: 'reg.io:5000', path: 'a/i' } },
    { text: 'myhost:5000/i', want: { host: 'myhost:5000', path: 'i' } },
    { text: 'localhost/i', want: { host: 'localhost', path: 'i' } },
    { text: 'myhost/i', want: { host: 'docker.io', path: 'myhost/i' } },
    { text: '127.0.0.1:5000/i', want: { host: '127.0.0.1:5000', path: 'i' } },
    { text: '[fd00::1]:5000/i:t', want: { host: '[fd00::1]:5000', path: 'i', tag: 't' } },
    { text: `ghcr.io/o/i@${sha256}`, want: { host: 'ghcr.io', path: 'o/i', digest: sha256 } },
    { text: `ghcr.io/o/i:v1@${sha256}`, want: { host: 'ghcr.io', path: 'o/i', tag: 'v1', digest: sha256 } },
    { text: `nginx@sha512:${hex64}${hex64}`, want: { digest: `sha512:${hex64}${hex64}` } },
    { text: 'reg.io/a_b/c__d/e-f/g--h/i.j:T_9.-', want: { path: 'a_b/c__d/e-f/g--h/i.j', tag: 'T_9.-' } },
    { text: `reg.io/i:${'t'.repeat(128)}`, want: { tag: 't'.repeat(128) } },
    { text: `reg.io/${'p'.repeat(248)}`, want: { path: 'p'.repeat(248) } },
  ])('$text is understood', ({ text, want }) => {
    const result = imageReference(text);

    expect(result).toMatchObject({ ok: true, value: want });
    if (result.ok && 'host' in want) expect(result.value).toEqual(want);
  });

  it.each([
    { text: '', problem: /an image is needed/ },
    { text: ' nginx', problem: /spaces/ },
    { text: 'nginx\n', problem: /control characters/ },
    { text: 'ngïnx', problem: /non-ASCII/ },
    { text: 'https://ghcr.io/o/i', problem: /without a scheme/ },
    { text: hex64, problem: /bare image id/ },
    { text: `reg.io/${'p'.repeat(249)}`, problem: /256 characters, AWS Batch takes 255/ },
    { text: 'REG.io/a/i', problem: /host "REG.io" must be lower-case \(reg.io\)/ },
    { text: 'Org/img', problem: /"Org" has upper-case letters/ },
    { text: 'org/Img', problem: /"Img" has upper-case letters/ },
    { text: 'Nginx', problem: /"Nginx" has upper-case letters/ },
    { text: 'reg.io/', problem: /empty component/ },
    { text: 'reg.io//i', problem: /empty component/ },
    { text: 'a/', problem: /empty component/ },
    { text: 'reg.io/a___b', problem: /"a___b" is not a repository name component/ },
    { text: 'reg.io/a..b', problem: /"a..b" is not/ },
    { text: 'reg.io/-a', problem: /"-a" is not/ },
    { text: 'reg.io:0/i', problem: /port 0 is not between/ },
    { text: 'reg.io:65536/i', problem: /port 65536 is not between/ },
    { text: 'reg.io:/i', problem: /"reg.io:" is not a host name/ },
    { text: 'reg..io/i', problem: /"reg..io" is not a host name/ },
    { text: '-reg.io/i', problem: /"-reg.io" is not a host name/ },
    { text: 'reg.io/i:', problem: /"" is not a tag/ },
    { text: 'reg.io/i:a:b', problem: /"a:b" is not a tag/ },
    { text: 'reg.io/i:-a', problem: /"-a" is not a tag/ },
    { text: `reg.io/i:${'t'.repeat(129)}`, problem: /is not a tag/ },
    { text: 'reg.io/i@', problem: /must be a digest/ },
    { text: 'reg.io/i@sha256:abc', problem: /must be a digest/ },
    { text: `reg.io/i@sha256:${'a'.repeat(63)}`, problem: /64 hexadecimal digits, this one has 63/ },
    { text: `reg.io/i@sha256:${'A'.repeat(64)}`, problem: /lower-case/ },
    { text: `reg.io/i@${sha256}@${sha256}`, problem: /must be a digest/ },
    { text: 'user:hunter2@reg.io/i', problem: /^what follows "@" must be a digest/ },
  ])('"$text" is refused', ({ text, problem }) => {
    expect(imageReference(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('does not quote a login that was pasted into an image', () => {
    expect(JSON.stringify(imageReference('user:hunter2@reg.io/i'))).not.toContain('hunter2');
  });
});

describe('isEcrImage', () => {
  it.each([
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1', true],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app', true],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app', true],
    ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app', true],
    ['123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov/app', true],
    ['123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk/app', true],
    ['123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov/app', true],
    ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app', true],
    ['123456789012.dkr-ecr.eu-central-1.on.aws/app', true],
    ['public.ecr.aws/docker/library/nginx', true],
    ['ecr-public.aws.com/docker/library/nginx', true],
    ['12345.dkr.ecr.eu-central-1.amazonaws.com/app', false],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example/app', false],
    ['123456789012.dkr.ecr.eu-central-1xamazonaws.com/app', false],
    ['ecr.example.com/app', false],
    ['ghcr.io/123456789012.dkr.ecr.eu-central-1.amazonaws.com/app', false],
    ['nginx', false],
  ])('%s: %s', (text, want) => {
    const image = imageReference(text);

    expect(image.ok && isEcrImage(image.value)).toBe(want);
    expect(image.ok).toBe(true);
  });
});
