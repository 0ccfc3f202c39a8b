import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';
import { orAbsent, removeSecret } from '../remove.ts';
import { createSecret, describeSecret, policyFor, root } from '../secret-things.ts';

const day = 86_400_000;

/** What the service may call a value that its model rules out, before or after it looked at it. */
const invalid = ['InvalidParameterException', 'ValidationException'];

function scheduleDeletion({ clients: { secretsManager } }: ContractWorld, SecretId: string, days?: number) {
  return secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: days }));
}

async function tagsOf(world: ContractWorld, secret: string): Promise<Record<string, string>> {
  const { Tags = [] } = await describeSecret(world, secret);
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Secrets: identity, tags, and the way to their end. */
export const secrets: readonly Assertion[] = [
  {
    name: 'the ARN of a secret is its name and six characters, and all three forms find it',
    run: async world => {
      const { Name, ARN } = await createSecret(world);
      const { partition, region, accountId } = world.account;
      const partial = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${Name}`;

      expect(ARN.slice(0, -7)).toBe(partial);
      expect(ARN.slice(-7)).toMatch(/^-[A-Za-z0-9]{6}$/);
      for (const id of [Name, ARN, partial]) expect((await describeSecret(world, id)).ARN).toBe(ARN);
    },
  },
  {
    name: 'a secret that nobody knows is not found',
    run: async world => {
      const unknown = world.name('unknown');
      const { secretsManager } = world.clients;

      await refused(describeSecret(world, unknown), 'ResourceNotFoundException');
      const get = secretsManager.send(new GetSecretValueCommand({ SecretId: unknown }));
      await refused(get, 'ResourceNotFoundException');
      const put = secretsManager.send(new PutSecretValueCommand({ SecretId: unknown, SecretString: 'one' }));
      await refused(put, 'ResourceNotFoundException');
    },
  },
  {
    name: 'the same creation with the same token does nothing; with another value or token the name is taken',
    run: async world => {
      const { Name, ARN, token: ClientRequestToken } = await createSecret(world);
      const { secretsManager } = world.clients;
      const again = { Name, SecretString: 'one', ClientRequestToken };

      const same = await secretsManager.send(new CreateSecretCommand(again));

      expect(same).toMatchObject({ ARN, VersionId: ClientRequestToken });
      const otherValue = secretsManager.send(new CreateSecretCommand({ ...again, SecretString: 'two' }));
      await refused(otherValue, 'ResourceExistsException');
      const otherToken = { ...again, ClientRequestToken: randomUUID() };
      await refused(secretsManager.send(new CreateSecretCommand(otherToken)), 'ResourceExistsException');
    },
  },
  {
    name: 'a secret with a name that has a blank is refused',
    run: async world => refused(createSecret(world, { Name: `${world.name('secret')} x` }), invalid),
  },
  {
    name: 'a token shorter than 32 characters is refused',
    run: async world => refused(createSecret(world, { ClientRequestToken: 'short' }), invalid),
  },
  {
    name: 'a value of more than 65536 bytes is refused',
    run: async world => refused(createSecret(world, { SecretString: 'x'.repeat(65_537) }), invalid),
  },
  {
    name: 'a text and a binary value at once are refused',
    run: async world => {
      const call = createSecret(world, { SecretBinary: Buffer.from('two') });

      const either = ['InvalidParameterException', 'InvalidRequestException'];
      await refused(call, either, 'both a binary secret value and a string secret value');
    },
  },
  {
    name: 'a description and a key of its own are kept, changed, and an empty description clears',
    run: async world => {
      const { Name } = await createSecret(world, { Description: 'one' });
      const { secretsManager } = world.clients;

      const one = await describeSecret(world, Name);
      await secretsManager.send(new UpdateSecretCommand({ SecretId: Name, Description: 'two' }));
      const two = await describeSecret(world, Name);
      await secretsManager.send(new UpdateSecretCommand({ SecretId: Name, Description: '' }));
      const none = await describeSecret(world, Name);

      expect([one.Description, two.Description, none.Description ?? '']).toEqual(['one', 'two', '']);
      expect(one.KmsKeyId).toBeUndefined();
      expect(two.VersionIdsToStages).toEqual(one.VersionIdsToStages);
    },
  },
  {
    name: 'tags of a secret are added and overwritten, taken away by key, and a key that is not there is no mistake',
    run: async world => {
      const { Name: SecretId } = await createSecret(world, {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      });
      const { secretsManager } = world.clients;

      await secretsManager.send(
        new TagResourceCommand({
          SecretId,
          Tags: [
            { Key: 'b', Value: 'two' },
            { Key: 'c', Value: '' },
          ],
        }),
      );
      await secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys: ['a', 'nothing'] }));

      expect(await tagsOf(world, SecretId)).toEqual({ b: 'two', c: '' });
    },
  },
  {
    name: 'a secret has room for fifty tags, none of them reserved for AWS',
    run: async world => {
      const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `key${index}`, Value: '' }));
      const { Name: SecretId } = await createSecret(world, { Tags: Tags.slice(0, 50) });
      const add = (Key: string) =>
        world.clients.secretsManager.send(new TagResourceCommand({ SecretId, Tags: [{ Key, Value: '' }] }));

      await refused(add('key50'), invalid);
      await refused(add('aws:owner'), [...invalid, 'InvalidRequestException']);
      expect(Object.keys(await tagsOf(world, SecretId))).toHaveLength(50);
    },
  },
  {
    name: 'a secret scheduled for deletion cannot be read',
    run: async world => {
      const { Name: SecretId } = await createSecret(world);
      await scheduleDeletion(world, SecretId, 7);

      const call = world.clients.secretsManager.send(new GetSecretValueCommand({ SecretId }));

      await refused(call, 'InvalidRequestException', 'marked for deletion');
    },
  },
  {
    name: 'a secret scheduled for deletion is described with its date, and cannot be changed',
    run: async world => {
      const { Name: SecretId } = await createSecret(world);
      const { secretsManager } = world.clients;

      const { DeletionDate } = await scheduleDeletion(world, SecretId, 7);

      const { DeletedDate } = await describeSecret(world, SecretId);
      expect(Math.abs(Number(DeletionDate) - Number(DeletedDate))).toBeLessThanOrEqual(7 * day);
      const calls: (() => Promise<unknown>)[] = [
        () => secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: 'two' })),
        () => secretsManager.send(new UpdateSecretCommand({ SecretId, Description: 'two' })),
        () => secretsManager.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: '1' }] })),
        () => secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
        () => secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policyFor(root(world)) })),
      ];
      for (const call of calls) await refused(call(), 'InvalidRequestException', 'marked for deletion');
    },
  },
  {
    name: 'the name of a secret scheduled for deletion is taken',
    run: async world => {
      const { Name } = await createSecret(world);
      await scheduleDeletion(world, Name);

      await refused(createSecret(world, { Name }), 'InvalidRequestException', 'scheduled for deletion');
    },
  },
  {
    name: 'deletion is thirty days away unless told otherwise, and between seven and thirty',
    run: async world => {
      const { Name: SecretId } = await createSecret(world);
      const { secretsManager } = world.clients;
      const forced = { SecretId, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };

      await refused(scheduleDeletion(world, SecretId, 6), invalid);
      await refused(scheduleDeletion(world, SecretId, 31), invalid);
      await refused(secretsManager.send(new DeleteSecretCommand(forced)), invalid);
      const { CreatedDate } = await describeSecret(world, SecretId);
      const { DeletionDate } = await scheduleDeletion(world, SecretId);

      expect((Number(DeletionDate) - Number(CreatedDate)) / day).toBeCloseTo(30, 1);
    },
  },
  {
    name: 'a restored secret is as it was',
    run: async world => {
      const { Name: SecretId, token } = await createSecret(world, { Tags: [{ Key: 'a', Value: '1' }] });
      const { secretsManager } = world.clients;
      await scheduleDeletion(world, SecretId);

      await secretsManager.send(new RestoreSecretCommand({ SecretId }));

      expect((await describeSecret(world, SecretId)).DeletedDate).toBeUndefined();
      const value = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
      expect(value).toMatchObject({ SecretString: 'one', VersionId: token, VersionStages: ['AWSCURRENT'] });
      expect(await tagsOf(world, SecretId)).toEqual({ a: '1' });
    },
  },
  {
    name: 'deleted without recovery a secret is gone, and its name comes back with another ARN',
    run: async world => {
      const { Name, ARN } = await createSecret(world);

      await removeSecret(world, Name);
      const again = await world.until(async () => {
        try {
          return await createSecret(world, { Name });
        } catch (error) {
          expect(String(error)).toMatch(/InvalidRequestException.*(scheduled for deletion|was deleted)/);
          return undefined;
        }
      }, 'the name is free again');

      expect(again.ARN).not.toBe(ARN);
      expect(await orAbsent(describeSecret(world, ARN))).toBeUndefined();
    },
  },
  {
    name: 'deleting without recovery what nobody knows is no mistake',
    run: async world => {
      const input = { SecretId: world.name('unknown'), ForceDeleteWithoutRecovery: true };

      expect(await world.clients.secretsManager.send(new DeleteSecretCommand(input))).toMatchObject({});
    },
  },
  {
    name: 'secrets are listed by the beginning of their name, page by page, those to be deleted only when asked for',
    run: async world => {
      const names = ['list-one', 'list-two', 'list-three'].map(thing => world.name(thing));
      for (const Name of names) await createSecret(world, { Name });
      await scheduleDeletion(world, names[2] ?? '');
      const list = (IncludePlannedDeletion: boolean) =>
        paged(async NextToken => {
          const Filters = [{ Key: 'name' as const, Values: [world.name('list-')] }];
          const input = { Filters, IncludePlannedDeletion, MaxResults: 1, NextToken };
          const page = await world.clients.secretsManager.send(new ListSecretsCommand(input));
          return { items: page.SecretList?.map(one => one.Name ?? ''), token: page.NextToken };
        });

      // ListSecrets may lag behind by minutes.
      const all = await world.until(async () => {
        const found = await list(true);
        return found.length >= names.length && found;
      }, 'the secrets are listed');
      const alive = await world.until(async () => {
        const found = await list(false);
        return found.length === 2 && found;
      }, 'the deletion is known to the list');

      expect(all.sort()).toEqual([...names].sort());
      expect(alive.sort()).toEqual(names.slice(0, 2).sort());
    },
  },
  {
    name: 'pages of more than a hundred secrets and tokens that nobody gave are refused',
    run: async world => {
      const list = (input: object) => world.clients.secretsManager.send(new ListSecretsCommand(input));

      await refused(list({ MaxResults: 101 }), invalid);
      await refused(list({ NextToken: 'made-up' }), ['InvalidNextTokenException', ...invalid]);
    },
  },
];
