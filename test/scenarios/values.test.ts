import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changed, credentialSpec, object } from './example.ts';
import { canary, minute, second, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const name = 'batchwright/default/ghcr';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
  await world.settle();
});
afterEach(() => world.stop());

const secret = () => world.aws.secretsManager.secrets.get(name);
const password = () =>
  (JSON.parse(world.aws.secretsManager.currentText(name) ?? '{}') as { password?: string }).password;
const rotate = (next: string) => world.logins.set('/login', { username: 'robot', password: next });

function edit(text: string): void {
  world.aws.secretsManager.secrets.edit(name, row => ({
    ...row,
    versions: [
      ...row.versions.map(version => ({ ...version, stages: ['AWSPREVIOUS'] })),
      {
        id: `by-hand-${row.versions.length}`.padEnd(36, '0'),
        stages: ['AWSCURRENT'],
        createdAt: 1,
        SecretString: text,
      },
    ],
  }));
}

it('one document serves both ways of authenticating', () => {
  expect(JSON.parse(world.aws.secretsManager.currentText(name) ?? '')).toEqual({
    username: 'robot',
    password: canary,
    registry_url: 'ghcr.io/acme/',
  });
});

describe('a value that changes at its source', () => {
  it('is in AWS within the time of one look at the source', async () => {
    const before = world.aws.calls.length;
    rotate('second-value');

    await world.clock.advance(34 * second);

    expect([password(), world.changesSince(before)]).toEqual(['second-value', ['PutSecretValue']]);
    await world.settle();
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('there and back again is written each time', async () => {
    const before = world.aws.calls.length;
    for (const value of ['B', canary, 'B', canary]) {
      rotate(value);
      await world.clock.advance(70 * second);
      expect(password()).toBe(value);
    }

    expect(world.changesSince(before)).toEqual(Array(4).fill('PutSecretValue'));
  });

  it('and whose write is not answered makes one version, not two', async () => {
    rotate('second-value');
    world.aws.fail({ operation: 'PutSecretValue', with: 'lostAnswer' });

    await world.clock.advance(60 * second);

    expect([password(), secret()?.versions.length]).toEqual(['second-value', 2]);
    expect(world.aws.calls.of('PutSecretValue').length).toBe(1);
    expect(world.aws.calls.of('GetSecretValue').length).toBe(0);
  });

  it('back again while the write of the change is not answered ends as it began', async () => {
    rotate('B');
    world.aws.fail({ operation: 'PutSecretValue', with: 'lostAnswer' });
    await world.clock.advance(30 * second);
    expect(password()).toBe('B');
    rotate(canary);

    await world.clock.advance(60 * second);

    expect(password()).toBe(canary);
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('costs no call as long as it stays the same', async () => {
    const before = world.aws.calls.length;

    await world.clock.advance(8 * minute);

    expect(world.aws.calls.length - before).toBeLessThanOrEqual(16);
    expect(world.aws.calls.since(before).filter(({ operation }) => operation !== 'DescribeSecret')).toEqual([]);
  });
});

describe('a value that is changed in AWS', () => {
  it('is put back at the next resync, without being kept anywhere', async () => {
    edit('{"username":"robot","password":"somebody-elses-9911"}');

    await world.resync();

    expect(password()).toBe(canary);
    const everything = JSON.stringify([world.lines, world.journal.load(), await world.store.list('Event')]);
    expect(everything).not.toContain('somebody-elses-9911');
  });

  it('to the same value under another version is left as it is', async () => {
    const text = world.aws.secretsManager.currentText(name) ?? '';
    edit(text);
    const before = world.aws.calls.length;

    await world.resync();
    await world.resync();

    expect(world.changesSince(before)).toEqual([]);
    expect(world.aws.calls.since(before).filter(({ operation }) => operation === 'GetSecretValue')).toHaveLength(1);
  });

  it('is put back also where the controller may not read values', async () => {
    world.aws.fail({ operation: 'GetSecretValue', with: 'accessDenied', times: Number.POSITIVE_INFINITY });
    edit('{"password":"x"}');

    await world.resync();

    expect(password()).toBe(canary);
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('to one that is not text is put back', async () => {
    world.aws.secretsManager.secrets.edit(name, row => ({
      ...row,
      versions: [
        { id: 'binary'.padEnd(36, '0'), stages: ['AWSCURRENT'], createdAt: 1, SecretBinary: Buffer.from('x') },
      ],
    }));

    await world.resync();

    expect(password()).toBe(canary);
  });
});

describe('a secret that is deleted in AWS', () => {
  it('is made again, under a new ARN that everybody gets to know', async () => {
    const before = secret()?.arn;
    world.aws.secretsManager.secrets.delete(name);

    await world.resync();

    expect(secret()?.arn).toBeDefined();
    expect(secret()?.arn).not.toBe(before);
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('with a recovery window is restored, with its value', async () => {
    rotate('newer-value');
    const before = world.aws.calls.length;
    world.aws.secretsManager.secrets.edit(name, { deletedAt: world.clock.now() + 7 * 24 * 60 * minute });

    await world.resync();

    expect([secret()?.deletedAt, password()]).toEqual([undefined, 'newer-value']);
    expect(world.changesSince(before)).toEqual(['RestoreSecret', 'PutSecretValue']);
  });

  it('is waited for where that is asked for, and made again once the name is free', async () => {
    await world.apply(object('RegistryCredential', 'ghcr', changed(credentialSpec, { scheduledDeletion: 'Wait' })));
    await world.settle();
    const freeAt = world.clock.now() + 30 * minute;
    world.aws.secretsManager.secrets.edit(name, { deletedAt: freeAt });
    const before = world.aws.calls.length;
    await world.resync();

    expect(await world.ready('RegistryCredential', 'ghcr')).toContain(
      `False ResourceBusy: secret ${name}: the name is scheduled for deletion`,
    );
    expect(world.changesSince(before)).toEqual([]);
    await world.clock.advance(20 * minute);
    world.aws.secretsManager.secrets.delete(name);
    await world.clock.advance(20 * minute);
    expect(world.changesSince(before)).toEqual(['CreateSecret']);
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('by ourselves is restored when the object is declared again', async () => {
    await world.delete('RegistryCredential', 'ghcr');
    await world.settle();
    expect(secret()?.deletedAt).toBeDefined();
    const before = world.aws.calls.length;
    rotate('after-the-break');

    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();

    expect([secret()?.deletedAt, password()]).toEqual([undefined, 'after-the-break']);
    expect(world.changesSince(before)).toEqual(['RestoreSecret', 'PutSecretValue']);
  });

  it('that belonged to somebody else is not restored', async () => {
    await world.delete('RegistryCredential', 'ghcr');
    await world.settle();
    world.aws.secretsManager.secrets.edit(name, { tags: {} });
    const before = world.aws.calls.length;

    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();

    expect(await world.ready('RegistryCredential', 'ghcr')).toContain('False NotOwned');
    expect(world.changesSince(before)).toEqual([]);
  });

  it('without a recovery window is made again as soon as AWS lets go of the name', async () => {
    const purgedAt = world.clock.now();
    world.aws.secretsManager.secrets.edit(name, { deletedAt: purgedAt, purged: true });
    world.process.controller.resync();
    await world.clock.advance(60 * second);
    world.aws.secretsManager.secrets.delete(name);

    await world.clock.advance(5 * minute);

    expect(secret()).toBeDefined();
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });
});

describe('a source that cannot be read', () => {
  it('changes nothing in AWS, says which file, and is tried again as often as it is looked at', async () => {
    const before = world.aws.calls.length;
    world.logins.delete('/login');
    await world.clock.advance(20 * minute);

    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(
      'Unknown SourceUnreadable: spec.source: file /login cannot be read: ENOENT',
    );
    expect(world.changesSince(before)).toEqual([]);
    rotate('it-is-back');
    await world.clock.advance(34 * second);
    expect(password()).toBe('it-is-back');
    await world.settle();
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });

  it('is no reason to keep the secret of an object that is deleted', async () => {
    world.logins.delete('/login');
    await world.clock.advance(minute);
    await world.delete('RegistryCredential', 'ghcr');
    await world.settle();

    expect(await world.get('RegistryCredential', 'ghcr')).toBeUndefined();
    expect(secret()?.deletedAt).toBeDefined();
  });

  it('does not make those who use the credential unready', async () => {
    await world.apply(
      object('JobDefinition', 'hello', {
        containerProperties: {
          image: 'ghcr.io/acme/job:1',
          registryCredential: { name: 'ghcr' },
          executionRoleArn: 'arn:aws:iam::123456789012:role/mine',
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '512' },
          ],
        },
      }),
    );
    await world.settle();
    world.logins.delete('/login');
    await world.clock.advance(2 * minute);
    await world.resync();

    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
  });
});

describe('a secret that is only observed', () => {
  const observed = object('RegistryCredential', 'theirs', {
    registry: 'docker.io',
    source: { existingSecret: { secretId: 'their/login' } },
  });
  const make = () =>
    world.aws.secretsManager.secrets.set('their/login', {
      name: 'their/login',
      arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:their/login-AbCdEf',
      tags: {},
      versions: [{ id: 'v'.repeat(36), stages: ['AWSCURRENT'], createdAt: 1, SecretString: '{}' }],
      principals: {},
      replicas: [],
      createdAt: 1,
      changedAt: 1,
    });

  it('is waited for, then used, and never changed, not even when the object goes', async () => {
    const before = world.aws.calls.length;
    await world.apply(observed);
    await world.clock.advance(20 * second);
    expect(await world.ready('RegistryCredential', 'theirs')).toBe(
      'False DependencyNotReady: secret their/login does not exist; it is only observed, create it or correct its name',
    );
    make();
    await world.clock.advance(40 * second);
    expect(await world.ready('RegistryCredential', 'theirs')).toBe(allReady);
    expect((await world.get('RegistryCredential', 'theirs'))?.status?.['secret']).toMatchObject({
      arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:their/login-AbCdEf',
    });

    await world.delete('RegistryCredential', 'theirs');
    await world.settle();
    expect(await world.get('RegistryCredential', 'theirs')).toBeUndefined();
    expect(world.changesSince(before)).toEqual([]);
    expect(world.aws.calls.of('GetSecretValue')).toEqual([]);
  });

  it('that is going away is not ready any more', async () => {
    make();
    await world.apply(observed);
    await world.settle();
    world.aws.secretsManager.secrets.edit('their/login', { deletedAt: world.clock.now() + 7 * 24 * 60 * minute });

    await world.resync();

    expect(await world.ready('RegistryCredential', 'theirs')).toMatch(/^False /);
  });
});
