import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { UserDataOptions } from '../../controller/user-data/user-data.ts';
import { refusal } from './fake-aws.ts';
import { FakeInstance } from './fake-instance.ts';

const arn = (name: string, region = 'eu-central-1') =>
  `arn:aws:secretsmanager:${region}:123456789012:secret:batchwright/${name}-AbCdEf`;
const hub = arn('hub');
const ghcr = arn('ghcr', 'us-east-1');
const hubKey = 'https://index.docker.io/v1/';
const canary = 'cAnArY:"$p a\\s*s';

const secret = (username: string, password: string, more: object = {}) =>
  JSON.stringify({ username, password, ...more });
const auth = (username: string, password: string) => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});

const options: UserDataOptions = {
  registries: [
    { secretArn: hub, keys: [hubKey] },
    { secretArn: ghcr, keys: ['ghcr.io/org/', 'ghcr.io'] },
  ],
  failurePolicy: 'Continue',
  deadlineSeconds: 300,
  generation: 'g-1',
};
const restart = 'systemctl try-restart --no-block ecs.service';

async function instance(): Promise<FakeInstance> {
  const machine = await FakeInstance.started();
  machine.secrets.put(hub, 'v-hub-1', secret('bot', canary));
  machine.secrets.put(ghcr, 'v-ghcr-1', secret('robot$x', canary, { registry_url: 'ignored' }));
  return machine;
}

/** The ECS agent's view of its configuration: a line is a name and a literal value, later lines win. */
function agentSettings(machine: FakeInstance): Record<string, string> {
  const lines = machine
    .read('etc/ecs/ecs.config')
    .split('\n')
    .filter(line => line.includes('='));
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function agentAuths(machine: FakeInstance): unknown {
  return JSON.parse(agentSettings(machine)['ECS_ENGINE_AUTH_DATA'] ?? 'null');
}

const bothAuths = {
  [hubKey]: auth('bot', canary),
  'ghcr.io': auth('robot$x', canary),
  'ghcr.io/org/': auth('robot$x', canary),
};

describe('boot program: first boot', () => {
  it('gives the agent two registries, keeps the lines of others and mends a missing line end', async () => {
    await using machine = await instance();
    machine.write(
      'etc/ecs/ecs.config',
      '# ours\nECS_CLUSTER=a=b\n\nECS_ENGINE_AUTH_TYPE=docker\r\nECS_RESERVED_MEMORY=32',
    );

    const run = await machine.boot(options);

    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.status).toEqual({
      status: 'ok',
      mode: 'boot',
      generation: 'g-1',
      secrets: [
        { arn: hub, version: 'v-hub-1' },
        { arn: ghcr, version: 'v-ghcr-1' },
      ],
      changed: true,
    });
    const [login, ...others] = machine.read('etc/ecs/ecs.config').split('\n').toReversed().slice(1);
    expect(others.toReversed()).toEqual([
      '# ours',
      'ECS_CLUSTER=a=b',
      '',
      'ECS_RESERVED_MEMORY=32',
      'ECS_ENGINE_AUTH_TYPE=dockercfg',
    ]);
    expect(login).toMatch(/^ECS_ENGINE_AUTH_DATA=\{"ghcr\.io":\{"auth":"[A-Za-z0-9+/=]+"\},"ghcr\.io\/org\/":/);
    expect(machine.read('etc/ecs/ecs.config')).toMatch(/[^\n]\n$/);
    expect(agentAuths(machine)).toEqual(bothAuths);
    expect(machine.mode('etc/ecs/ecs.config')).toBe('600');
    expect(machine.read('dev/console')).toBe(run.stdout);
    expect(machine.commands()).toEqual([restart]);
  });

  it('makes the file of the agent when there is none', async () => {
    await using machine = await instance();

    await machine.boot(options);

    expect(Object.keys(agentSettings(machine))).toEqual(['ECS_ENGINE_AUTH_TYPE', 'ECS_ENGINE_AUTH_DATA']);
  });

  it('sets the pull behaviour in the place of every earlier one', async () => {
    await using machine = await instance();
    machine.write('etc/ecs/ecs.config', 'ECS_IMAGE_PULL_BEHAVIOR=once\nA=b\n ECS_IMAGE_PULL_BEHAVIOR =default\n');

    await machine.boot({ ...options, imagePullBehavior: 'always' });

    expect(machine.read('etc/ecs/ecs.config')).toMatch(
      /^A=b\nECS_ENGINE_AUTH_TYPE=.*\n.*\nECS_IMAGE_PULL_BEHAVIOR=always\n$/,
    );
  });

  it('keeps bytes that are not UTF-8', async () => {
    await using machine = await instance();
    machine.write('etc/ecs/ecs.config', '');
    writeFileSync(machine.path('etc/ecs/ecs.config'), Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]));

    await machine.boot(options);

    expect(readFileSync(machine.path('etc/ecs/ecs.config')).subarray(0, 5)).toEqual(
      Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]),
    );
  });

  it('speaks version 2 of the metadata service only', async () => {
    await using machine = await instance();

    await machine.boot({ ...options, registries: options.registries.slice(0, 1) });

    expect(machine.metadata.requests).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/ with token',
      'GET /latest/meta-data/iam/security-credentials/batch-instance-role with token',
    ]);
  });

  it('falls back to the second address of the metadata service', async () => {
    await using machine = await instance();
    machine.useMetadata(url => `http://127.0.0.1:1 ${url}`);

    expect(await machine.boot(options)).toMatchObject({ code: 0, status: { status: 'ok' } });
  });

  it('lets no login into output, arguments, environments or any other file', async () => {
    await using machine = await instance();

    const run = await machine.boot({ ...options, refreshIntervalSeconds: 900 });

    const encoded = auth('bot', canary).auth;
    expect(run.stdout + run.stderr).not.toMatch(/cAnArY|YW5Bc/i);
    expect(machine.read('.commands.surroundings')).toContain('boot.py');
    expect(machine.holders('cAnArY')).toEqual([]);
    expect(machine.holders(encoded)).toEqual(['etc/ecs/ecs.config']);
    expect(machine.mode('run/batchwright/registry-auth.json')).toBe('600');
    expect(machine.mode('var/lib/batchwright/boot.py')).toBe('600');
    expect(JSON.parse(machine.read('run/batchwright/registry-auth.json'))).toEqual({
      generation: 'g-1',
      versions: { [hub]: 'v-hub-1', [ghcr]: 'v-ghcr-1' },
    });
  });

  it('changes nothing when run again, also after AWS Batch has added its lines', async () => {
    await using machine = await instance();
    await machine.boot(options);
    const file = `${machine.read('etc/ecs/ecs.config')}ECS_CLUSTER=c\n`;
    machine.write('etc/ecs/ecs.config', file);
    machine.commands();

    const run = await machine.boot(options);

    expect(run).toMatchObject({ code: 0, status: { status: 'ok', changed: false } });
    expect(machine.read('etc/ecs/ecs.config')).toBe(file);
    expect(machine.commands()).toEqual([]);
  });
});

describe('boot program: what it survives', () => {
  it('waits for the instance profile to arrive', async () => {
    await using machine = await instance();
    machine.metadata.missingRole = 3;

    expect(await machine.boot(options)).toMatchObject({ code: 0, status: { status: 'ok' } });
  });

  it.each([
    {
      name: 'throttling and server errors',
      answers: [
        refusal('ThrottlingException'),
        refusal('InternalServiceError', 'no', 500),
        { status: 503, body: '<html>' },
        { status: 429, body: '' },
      ],
    },
    {
      name: 'an answer that is cut off',
      answers: [
        { status: 200, body: '{"ARN":' },
        { status: 200, body: '[]' },
      ],
    },
    {
      name: 'a role that AWS has not spread yet',
      answers: [
        refusal('AccessDeniedException'),
        refusal('UnrecognizedClientException'),
        refusal('com.amazon#ResourceNotFoundException'),
      ],
    },
  ])('succeeds after $name', async ({ answers }) => {
    await using machine = await instance();
    machine.secrets.script.set(ghcr, [...answers]);

    const run = await machine.boot(options);

    expect(run).toMatchObject({ code: 0, status: { status: 'ok' } });
    expect(machine.secrets.requests.filter(each => each === ghcr)).toHaveLength(answers.length + 1);
    expect(machine.secrets.requests.filter(each => each === hub)).toHaveLength(1);
    expect(agentAuths(machine)).toEqual(bothAuths);
  });

  it.each([
    { code: 'AccessDeniedException', deadline: 3600 }, // given up long before the deadline: two minutes are enough for IAM
    { code: 'ThrottlingException', deadline: 60 },
  ])('gives up on lasting $code, and keeps the registry that works', async ({ code, deadline }) => {
    await using machine = await instance();
    machine.secrets.script.set(
      ghcr,
      Array.from({ length: 1000 }, () => refusal(code)),
    );

    const run = await machine.boot({ ...options, deadlineSeconds: deadline });

    expect(run.status).toMatchObject({
      status: 'failed',
      policy: 'Continue',
      secrets: [
        { arn: hub, version: 'v-hub-1' },
        { arn: ghcr, reason: code },
      ],
    });
    const tries = machine.secrets.requests.filter(each => each === ghcr).length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(100);
    expect(agentAuths(machine)).toEqual({ [hubKey]: auth('bot', canary) });
  });

  it.each([
    {
      name: 'a secret marked for deletion',
      answer: refusal(
        'InvalidRequestException',
        'You can’t perform this operation on the secret because it was marked for deletion.',
      ),
      reason: 'SecretMarkedForDeletion',
    },
    {
      name: 'the same under the other type',
      answer: refusal('InvalidParameterException', 'secret was marked for deletion'),
      reason: 'SecretMarkedForDeletion',
    },
    {
      name: 'a request that AWS does not like',
      answer: refusal('InvalidParameterException'),
      reason: 'InvalidParameterException',
    },
    { name: 'an error code that is none', answer: refusal('cAnArY 1'), reason: 'Http400' },
    { name: 'an error without JSON', answer: { status: 403, body: 'cAnArY' }, reason: 'Http403' },
  ])('asks once only for $name', async ({ answer, reason }) => {
    await using machine = await instance();
    machine.secrets.script.set(ghcr, [answer]);

    const run = await machine.boot(options);

    expect(run.status).toMatchObject({ status: 'failed', secrets: [{ arn: hub }, { arn: ghcr, reason }] });
    expect(machine.secrets.requests.filter(each => each === ghcr)).toHaveLength(1);
    expect(run.stdout + run.stderr).not.toContain('cAnArY');
  });

  it('says what is wrong with a malformed secret, and never what is in it', async () => {
    await using machine = await instance();
    const malformed: readonly (readonly [string, string | object])[] = [
      ['SecretIsBinary', { SecretBinary: 'Y0FuQXJZ' }],
      ['SecretNotJsonObject', 'cAnArY'],
      ['SecretNotJsonObject', '["cAnArY"]'],
      ['SecretNotJsonObject', '"cAnArY"'],
      ['SecretUsernameInvalid', '{"password":"cAnArY"}'],
      ['SecretUsernameInvalid', secret('', 'cAnArY')],
      ['SecretUsernameInvalid', secret('cAn:ArY', 'cAnArY')],
      ['SecretUsernameInvalid', secret('cAnArY\n', 'cAnArY')],
      ['SecretUsernameInvalid', '{"username":7,"password":"cAnArY"}'],
      ['SecretPasswordInvalid', secret('cAnArY', '')],
      ['SecretPasswordInvalid', '{"username":"cAnArY","password":null}'],
      ['SecretNotUnicode', '{"username":"cAnArY","password":"\\ud800"}'],
      ['SecretRegistryUrlInvalid', secret('cAnArY', 'cAnArY')],
      ['SecretRegistryUrlInvalid', secret('cAnArY', 'cAnArY', { registry_url: 'cAnArY' })],
      ['SecretRegistryUrlInvalid', secret('cAnArY', 'cAnArY', { registry_url: 'ghcr.io\n' })],
      ['SecretRegistryUrlInvalid', secret('cAnArY', 'cAnArY', { registry_url: 'https://u:cAnArY@ghcr.io' })],
    ];
    const registries = malformed.map(([reason, value], index) => {
      machine.secrets.put(arn(`bad-${index}`), 'v', value);
      return { secretArn: arn(`bad-${index}`), keys: reason === 'SecretRegistryUrlInvalid' ? [] : [`r${index}.io`] };
    });
    machine.write('etc/ecs/ecs.config', 'ECS_ENGINE_AUTH_TYPE=docker\nECS_ENGINE_AUTH_DATA={}\n');

    const run = await machine.boot({ ...options, registries });

    expect(run.code).toBe(0);
    expect(run.status).toMatchObject({
      status: 'failed',
      changed: false,
      secrets: malformed.map(([reason]) => ({ reason })),
    });
    expect(run.stdout + run.stderr).not.toContain('cAnArY');
    expect(machine.holders('cAnArY')).toEqual([]);
    expect(machine.read('etc/ecs/ecs.config')).toBe('ECS_ENGINE_AUTH_TYPE=docker\nECS_ENGINE_AUTH_DATA={}\n');
  });

  it('reads names in a secret as the agent does, whatever their letter case', async () => {
    await using machine = await instance();
    machine.secrets.put(hub, 'v', '{"Username":"u","PASSWORD":"p","x":[1]}');

    await machine.boot({ ...options, registries: options.registries.slice(0, 1) });

    expect(agentAuths(machine)).toEqual({ [hubKey]: auth('u', 'p') });
  });

  it('takes keys from registry_url when none were given, after all keys that were given', async () => {
    await using machine = await instance();
    const urls = ['https://Index.docker.io/v1/', 'ghcr.io/other/', 'http://REG.io:5000/v2/', 'localhost'];
    const registries = urls.map((registry_url, index) => {
      machine.secrets.put(arn(`url-${index}`), 'v', secret('u', `p${index}`, { registry_url }));
      return { secretArn: arn(`url-${index}`), keys: [] };
    });

    await machine.boot({ ...options, registries: [...registries, { secretArn: ghcr, keys: ['ghcr.io'] }] });

    expect(agentAuths(machine)).toEqual({
      [hubKey]: auth('u', 'p0'),
      'ghcr.io': auth('robot$x', canary),
      'ghcr.io/other/': auth('u', 'p1'),
      'ghcr.io/other:': auth('u', 'p1'),
      'ghcr.io/other@': auth('u', 'p1'),
      'reg.io:5000': auth('u', 'p2'),
      localhost: auth('u', 'p3'),
    });
  });

  it('refuses more than an environment string can hold', async () => {
    await using machine = await instance();
    machine.secrets.put(ghcr, 'v', secret('u', 'x'.repeat(60_000)));

    const run = await machine.boot(options);

    expect(run.status).toMatchObject({ status: 'failed', problems: ['AuthDataTooLong'] });
    expect(machine.exists('etc/ecs/ecs.config')).toBe(false);
  });

  it('says so when the file of the agent cannot be written', async () => {
    await using machine = await instance();
    machine.write('etc/ecs', 'a file where a folder should be');

    const run = await machine.boot(options);

    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.status).toMatchObject({ status: 'failed', problems: ['NotConfigured:NotADirectoryError'] });
  });

  it('says so when there is no metadata service', async () => {
    await using machine = await instance();
    machine.useMetadata(() => 'http://127.0.0.1:1 http://[::1]:1');

    const run = await machine.boot({ ...options, deadlineSeconds: 10 });

    expect(run.status).toMatchObject({ status: 'failed', secrets: [{ reason: 'MetadataUnreachable' }, {}] });
  });
});

describe('boot program: refresh', () => {
  const refreshing: UserDataOptions = { ...options, refreshIntervalSeconds: 900 };
  const timer = 'systemctl enable --now --no-block batchwright-registry-auth.timer';

  async function booted(): Promise<FakeInstance> {
    const machine = await instance();
    await machine.boot(refreshing);
    return machine;
  }

  it('is installed as a systemd timer at boot', async () => {
    await using machine = await booted();

    expect(machine.commands()).toEqual([restart, timer]);
    expect(machine.read('etc/systemd/system/batchwright-registry-auth.timer')).toMatch(
      /^\[Timer\]\nOnActiveSec=900\nOnUnitInactiveSec=900\nRandomizedDelaySec=90\n\[Install\]\nWantedBy=timers.target\n$/m,
    );
    expect(machine.read('etc/systemd/system/batchwright-registry-auth.service')).toMatch(
      /^\[Service\]\nType=oneshot\nUMask=0077\nExecStart=\/\S+ -I \/\S+boot.py refresh\n$/m,
    );
  });

  it('does nothing while the secrets stay the same', async () => {
    await using machine = await booted();
    machine.commands();
    const file = machine.read('etc/ecs/ecs.config');

    const run = await machine.refresh();

    expect(run).toMatchObject({ code: 0, stderr: '', status: { status: 'ok', mode: 'refresh', changed: false } });
    expect(machine.read('etc/ecs/ecs.config')).toBe(file);
    expect(machine.commands()).toEqual([]);
    expect(machine.read('dev/console').split('\n')).toHaveLength(2);
  });

  it('rewrites the file and restarts the agent, without waiting for it, when a secret was rotated', async () => {
    await using machine = await booted();
    machine.commands();
    machine.secrets.put(hub, 'v-hub-2', secret('bot', 'new'));

    const run = await machine.refresh();

    expect(run.status).toMatchObject({ status: 'ok', changed: true, secrets: [{ version: 'v-hub-2' }, {}] });
    expect(agentAuths(machine)).toEqual({ ...bothAuths, [hubKey]: auth('bot', 'new') });
    expect(machine.mode('etc/ecs/ecs.config')).toBe('600');
    expect(machine.commands()).toEqual([restart]);
    expect(machine.read('dev/console').split('\n')).toHaveLength(3);
  });

  it('keeps the old login of a secret that cannot be read, and still takes the new one of another', async () => {
    await using machine = await booted();
    machine.secrets.script.set(ghcr, [refusal('InvalidRequestException', 'it was marked for deletion')]);
    machine.secrets.put(hub, 'v-hub-2', secret('bot', 'new'));

    const run = await machine.refresh();

    expect(run).toMatchObject({ code: 3, status: { status: 'failed', changed: true } });
    expect(agentAuths(machine)).toEqual({ ...bothAuths, [hubKey]: auth('bot', 'new') });
  });

  it('tries again to restart the agent when that failed', async () => {
    await using machine = await booted();
    machine.commands();
    machine.secrets.put(hub, 'v-hub-2', secret('bot', 'new'));
    machine.breakCommands(true);
    const failed = await machine.refresh();
    machine.breakCommands(false);
    const healed = await machine.refresh();
    const quiet = await machine.refresh();

    expect(failed).toMatchObject({ code: 3, status: { changed: true, problems: ['AgentNotRestarted'] } });
    expect(healed).toMatchObject({ code: 0, status: { changed: false } });
    expect(quiet).toMatchObject({ code: 0, status: { changed: false } });
    expect(machine.commands()).toEqual([restart, restart]);
  });

  it('works after a reboot, which empties /run', async () => {
    await using machine = await booted();
    machine.remove('run');
    machine.commands();

    const run = await machine.refresh();

    expect(run).toMatchObject({ code: 0, status: { changed: false } });
    expect(machine.commands()).toEqual([]);
  });

  it('is installed even if the logins could not be had, and then brings them', async () => {
    await using machine = await instance();
    machine.secrets.script.set(hub, [refusal('InvalidParameterException')]);
    machine.secrets.script.set(ghcr, [refusal('InvalidParameterException')]);
    const boot = await machine.boot(refreshing);
    const refresh = await machine.refresh();

    expect(boot.status).toMatchObject({ status: 'failed', changed: false });
    expect(refresh.status).toMatchObject({ status: 'ok', changed: true });
    expect(agentAuths(machine)).toEqual(bothAuths);
    expect(machine.commands()).toEqual([timer, restart]);
  });

  it('lets a blocked agent start once all logins are in place', async () => {
    await using machine = await instance();
    machine.secrets.script.set(hub, [refusal('InvalidParameterException')]);
    const boot = await machine.boot({ ...refreshing, failurePolicy: 'Block' });
    const blocked = machine.commands();
    machine.secrets.script.set(hub, [refusal('InvalidParameterException')]);
    const vain = await machine.refresh();
    const stillBlocked = machine.commands();
    const refresh = await machine.refresh();

    expect(vain).toMatchObject({ code: 3, status: { status: 'failed' } });
    expect(stillBlocked).toEqual([]);
    expect(boot).toMatchObject({ code: 1, status: { status: 'failed', policy: 'Block' } });
    expect(blocked.slice(-2)).toEqual(['systemctl mask ecs.service', 'systemctl stop --no-block ecs.service']);
    expect(refresh).toMatchObject({ code: 0, status: { status: 'ok' } });
    expect(machine.commands()).toEqual([
      restart,
      'systemctl unmask ecs.service',
      'systemctl start --no-block ecs.service',
    ]);
    expect(machine.exists('var/lib/batchwright/blocked')).toBe(false);
  });

  it('is reported when systemd does not take the timer, and the boot still counts as good', async () => {
    await using machine = await instance();
    machine.breakCommands(true);

    const run = await machine.boot({ ...refreshing, failurePolicy: 'Block' });

    expect(run).toMatchObject({
      code: 0,
      status: { status: 'ok', problems: ['AgentNotRestarted', 'TimerNotInstalled'] },
    });
  });
});
