import { describe, expect, it } from 'vitest';
import { type UserDataOptions, userData, userDataProblems } from '../../controller/user-data/user-data.ts';
import { scriptOf } from './fake-instance.ts';

const arn = (name: string, partition = 'aws', region = 'eu-central-1') =>
  `arn:${partition}:secretsmanager:${region}:123456789012:secret:batchwright/research/${name}-AbCdEf`;

const three = [
  { secretArn: arn('docker-hub'), keys: ['https://index.docker.io/v1/'] },
  { secretArn: arn('ghcr'), keys: ['ghcr.io'] },
  {
    secretArn: arn('gitlab'),
    keys: [
      'registry.gitlab.com/group/project/',
      'registry.gitlab.com/group/project:',
      'registry.gitlab.com/group/project@',
      'registry.gitlab.com',
    ],
  },
];

const options: UserDataOptions = {
  registries: three.slice(0, 1),
  failurePolicy: 'Continue',
  deadlineSeconds: 300,
  generation: 'g-1',
};

/** The configuration that travels in user data, read as the boot program reads it. */
function configuration(document: string): unknown {
  const text = document.split("<<'END'").at(-1)?.split('\nEND\n')[0] ?? '';
  return JSON.parse(Buffer.from(text.slice(text.indexOf('\n')), 'base64').toString('utf8'));
}

describe('userData', () => {
  it('tells the boot program all it must know', () => {
    const text = userData({ ...options, imagePullBehavior: 'always', refreshIntervalSeconds: 900 });

    expect(configuration(text)).toEqual({
      generation: 'g-1',
      policy: 'Continue',
      suffix: 'amazonaws.com',
      deadline: 300,
      refresh: 900,
      pull: 'always',
      registries: [{ arn: arn('docker-hub'), keys: ['https://index.docker.io/v1/'] }],
    });
  });

  it('leaves out what was left out', () => {
    expect(Object.keys(configuration(userData(options)) as object)).toEqual([
      'generation',
      'policy',
      'suffix',
      'deadline',
      'registries',
    ]);
  });

  it.each([
    ['aws', 'eu-central-1', 'amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
    ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu'],
    ['aws-iso', 'us-iso-east-1', 'c2s.ic.gov'],
    ['aws-iso-b', 'us-isob-east-1', 'sc2s.sgov.gov'],
    ['aws-iso-e', 'eu-isoe-west-1', 'cloud.adc-e.uk'],
    ['aws-iso-f', 'us-isof-south-1', 'csp.hci.ic.gov'],
  ])('knows the endpoints of partition %s', (partition, region, suffix) => {
    const registries = [{ secretArn: arn('x', partition, region), keys: ['ghcr.io'] }];

    expect(configuration(userData({ ...options, registries }))).toMatchObject({ suffix });
  });

  it('is equal for equal options, and another for another generation', () => {
    expect(userData({ ...options })).toBe(userData(options));
    expect(userData({ ...options, generation: 'g-2' })).not.toBe(userData(options));
  });

  it.each([1, 2, 3])('stays within 12 KB for %d registries, and is plain ASCII with LF line ends', count => {
    const text = userData({
      ...options,
      registries: three.slice(0, count),
      failurePolicy: 'Block',
      refreshIntervalSeconds: 900,
      imagePullBehavior: 'always',
    });

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(12 * 1024);
    expect(text).toMatch(/^MIME-Version: 1\.0\n[\n\t\x20-\x7e]*--\n$/);
    expect(text).not.toContain('==BOUNDARY==');
  });

  it("puts the user's own parts around ours", () => {
    const hook = { contentType: 'text/cloud-boothook', body: '#!/bin/sh\necho hook\n', placement: 'Before' as const };
    const script = { contentType: 'text/x-shellscript', body: '#!/bin/bash\necho after' };

    const text = userData({ ...options, extraParts: [script, hook] });

    const order = [...text.matchAll(/^Content-Type: (text\/\S+);/gm)].map(match => match[1]);
    expect(order).toEqual(['text/cloud-boothook', 'text/x-shellscript', 'text/x-shellscript']);
    expect(text.indexOf('echo hook')).toBeLessThan(text.indexOf('batchwright-registry-auth'));
    expect(text.indexOf('echo after\n\n--')).toBeGreaterThan(text.indexOf('batchwright-registry-auth'));
    expect(text).toContain(scriptOf(userData(options)));
  });

  it('takes up to 15 KiB and not a byte more', () => {
    const own = userData({
      ...options,
      extraParts: [{ contentType: 'text/x-shellscript', body: '#!/bin/sh\n' }],
    }).length;
    const body = (size: number) => `#!/bin/sh\n${'#'.repeat(size - own - 1)}\n`;
    const extra = (size: number) => ({
      ...options,
      extraParts: [{ contentType: 'text/x-shellscript', body: body(size) }],
    });

    expect(userData(extra(15 * 1024))).toHaveLength(15 * 1024);
    expect(userDataProblems(extra(15 * 1024 + 1))).toEqual([
      expect.stringMatching(
        /^user data has 15361 bytes, 15360 at most fit beside what AWS Batch adds: registry logins \d+, extraParts\[0\] \d+$/,
      ),
    ]);
  });

  it('throws a failure that a person must mend', () => {
    expect(() => userData({ ...options, registries: [], deadlineSeconds: 0 })).toThrow(
      expect.objectContaining({
        name: 'Failure',
        disposition: 'stop',
        reason: 'InvalidSpec',
        message:
          'user data: registries: at least one is needed; deadlineSeconds: 0 is not a whole number from 10 to 3600',
      }),
    );
  });
});

describe('userDataProblems', () => {
  const part = (contentType: string, body: string) => ({ extraParts: [{ contentType, body }] });

  it.each<{ name: string; change: Partial<UserDataOptions>; problem: RegExp }>([
    {
      name: 'no ARN',
      change: { registries: [{ secretArn: 'ghcr', keys: ['ghcr.io'] }] },
      problem: /registries\[0\].secretArn: "ghcr" is not the full ARN/,
    },
    {
      name: 'an ARN without its suffix',
      change: {
        registries: [{ secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:ghcr', keys: ['ghcr.io'] }],
      },
      problem: /is not the full ARN/,
    },
    {
      name: 'an unknown partition',
      change: { registries: [{ secretArn: arn('x', 'aws-moon'), keys: ['ghcr.io'] }] },
      problem: /partition "aws-moon" is not known/,
    },
    {
      name: 'two partitions',
      change: {
        registries: [
          { secretArn: arn('x'), keys: ['ghcr.io'] },
          { secretArn: arn('x', 'aws-cn', 'cn-north-1'), keys: ['quay.io'] },
        ],
      },
      problem: /several partitions \(aws, aws-cn\)/,
    },
    {
      name: 'one secret twice',
      change: {
        registries: [
          { secretArn: arn('x'), keys: ['ghcr.io'] },
          { secretArn: arn('x'), keys: ['quay.io'] },
        ],
      },
      problem: /registries\[1\].secretArn: the secret is listed twice/,
    },
    {
      name: 'a key the agent never looks up',
      change: { registries: [{ secretArn: arn('x'), keys: ['docker.io/'] }] },
      problem: /"docker.io\/" is not a key/,
    },
    {
      name: 'one key twice',
      change: {
        registries: [
          { secretArn: arn('x'), keys: ['ghcr.io'] },
          { secretArn: arn('y'), keys: ['ghcr.io'] },
        ],
      },
      problem: /registries\[1\].keys: "ghcr.io" is listed twice/,
    },
    {
      name: 'a namespace key without a bare host',
      change: { registries: [{ secretArn: arn('x'), keys: ['ghcr.io/o/'] }] },
      problem: /a key "ghcr.io" is needed beside its namespaces/,
    },
    {
      name: 'half a second',
      change: { deadlineSeconds: 30.5 },
      problem: /deadlineSeconds: 30.5 is not a whole number/,
    },
    { name: 'too long a deadline', change: { deadlineSeconds: 3601 }, problem: /deadlineSeconds: 3601/ },
    {
      name: 'too short a refresh',
      change: { refreshIntervalSeconds: 59 },
      problem: /refreshIntervalSeconds: 59 is not a whole number from 60/,
    },
    { name: 'a generation with a quote', change: { generation: "a'b" }, problem: /generation: 1 to 64 letters/ },
    { name: 'a generation with a line end', change: { generation: 'a\n' }, problem: /generation/ },
    { name: 'an empty generation', change: { generation: '' }, problem: /generation/ },
    {
      name: 'an unknown content type',
      change: part('text/plain', 'x'),
      problem: /extraParts\[0\]: content type "text\/plain" is not one of text\/x-shellscript/,
    },
    {
      name: 'a content type with a line end',
      change: part('text/x-shellscript\nX: y', '#!/bin/sh'),
      problem: /is not one of/,
    },
    {
      name: 'letters beyond ASCII',
      change: part('text/cloud-config', 'a: 1\nb: \u00fc'),
      problem: /extraParts\[0\]: line 2, column 4: user data may hold only ASCII/,
    },
    { name: 'CR LF line ends', change: part('text/cloud-config', 'a: 1\r\n'), problem: /line 1, column 5/ },
    {
      name: 'a script without interpreter',
      change: part('text/x-shellscript', '\n#!/bin/sh\n'),
      problem: /must start with "#!"/,
    },
    { name: 'a template', change: part('text/cloud-config', '## template: jinja\n'), problem: /templates/ },
  ])('refuses $name', ({ change, problem }) => {
    expect(userDataProblems({ ...options, ...change })).toEqual([expect.stringMatching(problem)]);
  });

  it('is silent for good options', () => {
    expect(userDataProblems({ ...options, registries: three })).toEqual([]);
    expect(userDataProblems({ ...options, registries: [{ secretArn: arn('x'), keys: [] }] })).toEqual([]);
  });
});
