import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

const day = 86_400_000;
const token = (letter: string) => letter.repeat(32);

function create(more: object = {}) {
  return sim.clients.secretsManager.send(new CreateSecretCommand({ Name: 'registry', SecretString: 'one', ...more }));
}

function remove(more: object = {}) {
  return sim.clients.secretsManager.send(new DeleteSecretCommand({ SecretId: 'registry', ...more }));
}

function describeSecret(SecretId = 'registry') {
  return sim.clients.secretsManager.send(new DescribeSecretCommand({ SecretId }));
}

describe('creation', () => {
  it('answers with an ARN whose suffix is left to chance', async () => {
    const { ARN, Name, VersionId } = await create({ ClientRequestToken: token('a') });

    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-[A-Za-z0-9]{6}$/);
    expect([Name, VersionId]).toEqual(['registry', token('a')]);
  });

  it('is known by name, by ARN and by ARN without the suffix', async () => {
    const { ARN = '' } = await create({
      Description: 'd',
      KmsKeyId: 'alias/aws/secretsmanager',
      Tags: [{ Key: 'a', Value: '1' }],
      ClientRequestToken: token('a'),
    });
    const created = new Date(clock.now());

    for (const id of ['registry', ARN, ARN.slice(0, -7)]) {
      const { $metadata: _, ...secret } = await describeSecret(id);
      expect(secret).toEqual({
        ARN,
        Name: 'registry',
        Description: 'd',
        CreatedDate: created,
        LastChangedDate: created,
        Tags: [{ Key: 'a', Value: '1' }],
        VersionIdsToStages: { [token('a')]: ['AWSCURRENT'] },
      });
    }
  });

  it.each([
    { name: 'the same token and value', more: { ClientRequestToken: token('a') }, result: 'not refused' },
    {
      name: 'the same token and another value',
      more: { ClientRequestToken: token('a'), SecretString: 'two' },
      result: 'ResourceExistsException: The operation failed because the secret registry already exists.',
    },
    {
      name: 'another token',
      more: { ClientRequestToken: token('b') },
      result: 'ResourceExistsException: The operation failed because the secret registry already exists.',
    },
  ])('again with $name: $result', async ({ more, result }) => {
    await create({ ClientRequestToken: token('a') });

    expect(await rejection(create(more))).toBe(result);
    expect(sim.secretsManager.secrets.get('registry')?.versions).toHaveLength(1);
  });

  it.each([
    { name: 'a bad name', more: { Name: 'a b' }, message: 'Invalid name.' },
    { name: 'a short token', more: { ClientRequestToken: 'x' }, message: 'must be 32-64 characters' },
    { name: 'two kinds of value', more: { SecretBinary: Buffer.from('x') }, message: 'both a binary secret value' },
    {
      name: 'a value of 64 KiB and a byte',
      more: { SecretString: 'x'.repeat(65_537) },
      message: 'between 1 and 65536',
    },
    { name: 'a reserved tag', more: { Tags: [{ Key: 'aws:x', Value: '' }] }, message: 'aws: prefixed tag' },
  ])('refuses $name', async ({ more, message }) => {
    expect(await rejection(create(more))).toContain(message);
  });
});

describe('deletion', () => {
  it('keeps the name until the recovery window is over, and gives a new ARN afterwards', async () => {
    const { ARN } = await create();

    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });

    expect(DeletionDate).toEqual(new Date(clock.now() + 7 * day));
    expect(await rejection(create())).toBe(
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    expect((await describeSecret()).DeletedDate).toEqual(DeletionDate);
    await clock.advance(7 * day);
    expect(await rejection(describeSecret())).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
    expect((await create()).ARN).not.toBe(ARN);
  });

  it('puts the value and every change out of reach meanwhile, until it is called off', async () => {
    await create();
    await remove();
    const SecretId = 'registry';
    const calls = () => [
      sim.clients.secretsManager.send(new GetSecretValueCommand({ SecretId })),
      sim.clients.secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
      sim.clients.secretsManager.send(new TagResourceCommand({ SecretId, Tags: [] })),
    ];

    for (const call of calls()) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidRequestException);
      expect(error).toMatchObject({ message: expect.stringContaining('because it was marked for deletion') });
    }
    await sim.clients.secretsManager.send(new RestoreSecretCommand({ SecretId }));
    for (const call of calls()) expect(await rejection(call)).toBe('not refused');
    await clock.advance(31 * day);
    expect(await rejection(describeSecret())).toBe('not refused');
  });

  it('that was called off and ordered again counts from the second order', async () => {
    await create();
    await remove({ RecoveryWindowInDays: 7 });
    await sim.clients.secretsManager.send(new RestoreSecretCommand({ SecretId: 'registry' }));
    await remove({ RecoveryWindowInDays: 30 });

    await clock.advance(7 * day);
    expect(await rejection(describeSecret())).toBe('not refused');
    await clock.advance(23 * day);
    expect(await rejection(describeSecret())).toMatch(/^ResourceNotFoundException: /);
  });

  it('without recovery leaves the name taken for a moment', async () => {
    await create();

    await remove({ ForceDeleteWithoutRecovery: true });

    expect(await rejection(describeSecret())).toContain('because it was deleted');
    expect(await rejection(create())).toContain('scheduled for deletion');
    await clock.advance(sim.durations.purgeSecret);
    expect(await rejection(create())).toBe('not refused');
  });

  it.each([
    {
      name: 'a missing secret',
      more: { SecretId: 'x' },
      result: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    },
    {
      name: 'a missing secret by force',
      more: { SecretId: 'x', ForceDeleteWithoutRecovery: true },
      result: 'not refused',
    },
    {
      name: 'six days',
      more: { RecoveryWindowInDays: 6 },
      result: 'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    },
    {
      name: 'force and a window',
      more: { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      result:
        "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    },
  ])('of $name: $result', async ({ more, result }) => {
    await create();

    expect(await rejection(remove(more))).toBe(result);
  });

  it('is refused while there are replicas', async () => {
    await create();
    const AddReplicaRegions = [{ Region: 'us-east-1' }];
    await sim.clients.secretsManager.send(
      new ReplicateSecretToRegionsCommand({ SecretId: 'registry', AddReplicaRegions }),
    );
    const statuses = async () => (await describeSecret()).ReplicationStatus;

    expect(await statuses()).toEqual([{ Region: 'us-east-1', Status: 'InProgress' }]);
    await clock.advance(sim.durations.replicateSecret);
    expect(await statuses()).toEqual([{ Region: 'us-east-1', Status: 'InSync' }]);
    expect(await rejection(remove())).toMatch(/^InvalidParameterException: .*replica regions \[us-east-1\]/);
  });
});

describe('metadata', () => {
  it('changes by UpdateSecret, which takes no token twice', async () => {
    await create({ ClientRequestToken: token('a'), KmsKeyId: 'alias/mine' });
    const update = (more: object) =>
      sim.clients.secretsManager.send(new UpdateSecretCommand({ SecretId: 'registry', ...more }));

    await update({ Description: 'new' });
    expect(await describeSecret()).toMatchObject({ Description: 'new', KmsKeyId: 'alias/mine' });
    await update({ KmsKeyId: 'alias/aws/secretsmanager' });
    expect(await describeSecret()).not.toHaveProperty('KmsKeyId');
    expect(await rejection(update({ ClientRequestToken: token('a'), SecretString: 'one' }))).toMatch(
      /^ResourceExistsException: /,
    );
  });

  it('has tags that are added, overwritten and removed', async () => {
    await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const SecretId = 'registry';

    await sim.clients.secretsManager.send(
      new TagResourceCommand({
        SecretId,
        Tags: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    expect(sim.secretsManager.secrets.get('registry')?.tags).toEqual({ a: '2', b: '' });
    await sim.clients.secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys: ['a', 'nothing'] }));
    expect(sim.secretsManager.secrets.get('registry')?.tags).toEqual({ b: '' });
  });

  it('refuses more than fifty tags as a wrong parameter: tagging knows no quota error', async () => {
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `key${index}`, Value: '' }));
    await create();

    const call = sim.clients.secretsManager.send(new TagResourceCommand({ SecretId: 'registry', Tags }));

    expect(await rejection(call)).toMatch(/^InvalidParameterException: /);
  });
});

describe('ListSecrets', () => {
  async function names(more: object = {}): Promise<(string | undefined)[] | undefined> {
    const { SecretList } = await sim.clients.secretsManager.send(new ListSecretsCommand(more));
    return SecretList?.map(secret => secret.Name);
  }

  it('hides what is scheduled for deletion unless asked', async () => {
    await create();
    await create({ Name: 'other' });
    await remove();

    expect(await names()).toEqual(['other']);
    expect(await names({ IncludePlannedDeletion: true })).toEqual(['registry', 'other']);
  });

  it('filters by prefix, and by its opposite', async () => {
    await create({ Name: 'team/a', Tags: [{ Key: 'owner', Value: 'x' }] });
    await create({ Name: 'team/b' });
    await create({ Name: 'b' });

    expect(await names({ Filters: [{ Key: 'name', Values: ['team/'] }] })).toEqual(['team/a', 'team/b']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['!team/'] }] })).toEqual(['b']);
    expect(await names({ Filters: [{ Key: 'tag-key', Values: ['owner'] }] })).toEqual(['team/a']);
  });

  it('pages, and answers with stages and tags', async () => {
    for (const Name of ['a', 'b', 'c'])
      await create({ Name, ClientRequestToken: token(Name), Tags: [{ Key: 'k', Value: Name }] });
    const first = await sim.clients.secretsManager.send(new ListSecretsCommand({ MaxResults: 2 }));
    const second = await sim.clients.secretsManager.send(new ListSecretsCommand({ NextToken: first.NextToken }));

    expect(first.SecretList).toHaveLength(2);
    expect(second).toMatchObject({
      SecretList: [
        { Name: 'c', SecretVersionsToStages: { [token('c')]: ['AWSCURRENT'] }, Tags: [{ Key: 'k', Value: 'c' }] },
      ],
    });
    expect(second.NextToken).toBeUndefined();
    expect(await rejection(names({ NextToken: 'x' }))).toMatch(/^InvalidNextTokenException: /);
  });

  it('lags behind where told to, while Describe does not', async () => {
    sim.lag('ListSecrets', 300_000);
    await create();

    expect(await names()).toEqual([]);
    expect((await describeSecret()).Name).toBe('registry');
    await clock.advance(300_000);
    expect(await names()).toEqual(['registry']);
  });
});
