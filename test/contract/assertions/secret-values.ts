import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  type GetSecretValueRequest,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type PutSecretValueRequest,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { refused } from '../refused.ts';
import { createSecret, describeSecret } from '../secret-things.ts';

function put({ clients: { secretsManager } }: ContractWorld, input: PutSecretValueRequest) {
  return secretsManager.send(new PutSecretValueCommand(input));
}

function get(
  { clients: { secretsManager } }: ContractWorld,
  SecretId: string,
  rest: Partial<GetSecretValueRequest> = {},
) {
  return secretsManager.send(new GetSecretValueCommand({ SecretId, ...rest }));
}

/** A secret with two versions, `one` and `two`. */
async function twoVersions(world: ContractWorld) {
  const { Name: SecretId, token: first } = await createSecret(world);
  const second = randomUUID();
  await put(world, { SecretId, SecretString: 'two', ClientRequestToken: second });
  return { SecretId, first, second };
}

/** Values of secrets: versions, tokens and labels. */
export const secretValues: readonly Assertion[] = [
  {
    name: 'the first value is the current version, and its id is the token it came with',
    run: async world => {
      const { Name, ARN, token } = await createSecret(world);

      expect(await get(world, Name)).toMatchObject({
        ARN,
        Name,
        SecretString: 'one',
        VersionId: token,
        VersionStages: ['AWSCURRENT'],
      });
      expect((await describeSecret(world, Name)).VersionIdsToStages).toEqual({ [token]: ['AWSCURRENT'] });
    },
  },
  {
    name: 'a secret may have no value yet',
    run: async world => {
      const { Name } = await createSecret(world, { SecretString: undefined });

      expect((await describeSecret(world, Name)).VersionIdsToStages ?? {}).toEqual({});
      await refused(get(world, Name), 'ResourceNotFoundException');
    },
  },
  {
    name: 'texts and bytes come back as they were sent',
    run: async world => {
      const text = '{"password":"p&SecretString=x&ä€😀\\n\\u0026\\"%20"}\n';
      const bytes = Buffer.from([0, 1, 255, 38, 10]);

      const { Name } = await createSecret(world, { SecretString: text });
      const asText = await get(world, Name);
      await put(world, { SecretId: Name, SecretBinary: bytes });
      const asBytes = await get(world, Name);

      expect(asText.SecretString).toBe(text);
      expect(Buffer.from(asBytes.SecretBinary ?? [])).toEqual(bytes);
      expect(asBytes.SecretString).toBeUndefined();
    },
  },
  {
    name: 'a new value is current, the one before is previous, and the one before that has no label',
    run: async world => {
      const { SecretId, first, second } = await twoVersions(world);
      const third = randomUUID();

      const answer = await put(world, { SecretId, SecretString: 'three', ClientRequestToken: third });

      expect(answer).toMatchObject({ VersionId: third, VersionStages: ['AWSCURRENT'] });
      expect((await describeSecret(world, SecretId)).VersionIdsToStages).toEqual({
        [third]: ['AWSCURRENT'],
        [second]: ['AWSPREVIOUS'],
      });
      const { Versions = [] } = await world.clients.secretsManager.send(
        new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
      );
      expect(Versions.map(({ VersionId }) => VersionId).sort()).toEqual([first, second, third].sort());
    },
  },
  {
    name: 'the token of an earlier version with its value changes nothing, even when another one is current',
    run: async world => {
      const { SecretId, first, second } = await twoVersions(world);

      const { VersionId } = await put(world, { SecretId, SecretString: 'one', ClientRequestToken: first });

      expect(VersionId).toBe(first);
      expect(await get(world, SecretId)).toMatchObject({ SecretString: 'two', VersionId: second });
    },
  },
  {
    name: 'the token of an earlier version with another value is refused',
    run: async world => {
      const { SecretId, first } = await twoVersions(world);

      const call = put(world, { SecretId, SecretString: 'three', ClientRequestToken: first });

      await refused(call, 'ResourceExistsException');
    },
  },
  {
    name: 'UpdateSecret with a value makes it current',
    run: async world => {
      const { Name: SecretId, token } = await createSecret(world);
      const ClientRequestToken = randomUUID();

      const input = { SecretId, SecretString: 'two', ClientRequestToken };
      await world.clients.secretsManager.send(new UpdateSecretCommand(input));

      expect((await describeSecret(world, SecretId)).VersionIdsToStages).toEqual({
        [ClientRequestToken]: ['AWSCURRENT'],
        [token]: ['AWSPREVIOUS'],
      });
    },
  },
  {
    name: 'a value with a label of its own is not current',
    run: async world => {
      const { Name: SecretId, token } = await createSecret(world);

      await put(world, { SecretId, SecretString: 'two', VersionStages: ['NEXT'] });

      expect(await get(world, SecretId)).toMatchObject({ SecretString: 'one', VersionId: token });
      expect(await get(world, SecretId, { VersionStage: 'NEXT' })).toMatchObject({ SecretString: 'two' });
    },
  },
  {
    name: 'values are found by version and by label; what does not exist is not found, and both must agree',
    run: async world => {
      const { SecretId, first, second } = await twoVersions(world);

      expect(await get(world, SecretId, { VersionId: first })).toMatchObject({ SecretString: 'one' });
      expect(await get(world, SecretId, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ VersionId: first });
      await refused(get(world, SecretId, { VersionId: randomUUID() }), 'ResourceNotFoundException');
      await refused(get(world, SecretId, { VersionStage: 'NONE' }), 'ResourceNotFoundException');
      const disagreeing = get(world, SecretId, { VersionId: second, VersionStage: 'AWSPREVIOUS' });
      await refused(disagreeing, ['InvalidRequestException', 'InvalidParameterException', 'ResourceNotFoundException']);
    },
  },
  {
    name: 'AWSCURRENT is moved back by hand, taking AWSPREVIOUS along',
    run: async world => {
      const { SecretId, first, second } = await twoVersions(world);
      const move = { SecretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId: second, MoveToVersionId: first };

      await world.clients.secretsManager.send(new UpdateSecretVersionStageCommand(move));

      expect(await get(world, SecretId)).toMatchObject({ SecretString: 'one', VersionId: first });
      expect((await describeSecret(world, SecretId)).VersionIdsToStages).toEqual({
        [first]: ['AWSCURRENT'],
        [second]: ['AWSPREVIOUS'],
      });
    },
  },
  {
    name: 'AWSCURRENT cannot be taken away, nor moved without saying from where',
    run: async world => {
      const { SecretId, first, second } = await twoVersions(world);
      const { secretsManager } = world.clients;
      const stage = { SecretId, VersionStage: 'AWSCURRENT' };

      const away = new UpdateSecretVersionStageCommand({ ...stage, RemoveFromVersionId: second });
      await refused(secretsManager.send(away), 'InvalidParameterException');
      const moved = new UpdateSecretVersionStageCommand({ ...stage, MoveToVersionId: first });
      await refused(secretsManager.send(moved), 'InvalidParameterException');
      expect(await get(world, SecretId)).toMatchObject({ VersionId: second });
    },
  },
];
