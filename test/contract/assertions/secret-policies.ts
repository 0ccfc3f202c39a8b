import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { refused } from '../refused.ts';
import { createSecret, describeSecret, policyFor, root } from '../secret-things.ts';

function putPolicy({ clients: { secretsManager } }: ContractWorld, SecretId: string, ResourcePolicy: string) {
  return secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }));
}

async function policyOf({ clients: { secretsManager } }: ContractWorld, SecretId: string) {
  return (await secretsManager.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
}

/** A Region other than the account's, in the same partition. */
function otherRegion({ account: { region, partition } }: ContractWorld): string {
  if (partition === 'aws-cn') return region === 'cn-north-1' ? 'cn-northwest-1' : 'cn-north-1';
  if (partition === 'aws-us-gov') return region === 'us-gov-west-1' ? 'us-gov-east-1' : 'us-gov-west-1';
  return region === 'us-west-2' ? 'us-east-1' : 'us-west-2';
}

/** Who may read a secret, and where else it lives. */
export const secretPolicies: readonly Assertion[] = [
  {
    name: 'a secret has no policy, then one, then none again, and taking none away is no mistake',
    run: async world => {
      const { Name } = await createSecret(world);
      const { secretsManager } = world.clients;

      const before = await policyOf(world, Name);
      await putPolicy(world, Name, policyFor(root(world)));
      const between = await policyOf(world, Name);
      await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId: Name }));
      await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId: Name }));

      expect(before).toBeUndefined();
      expect(JSON.parse(between ?? '{}')).toMatchObject({
        Statement: [{ Principal: { AWS: root(world) }, Action: 'secretsmanager:GetSecretValue' }],
      });
      expect(await policyOf(world, Name)).toBeUndefined();
    },
  },
  {
    name: 'a policy that cannot be read is refused, and one for everybody too',
    run: async world => {
      const { Name } = await createSecret(world);

      await refused(putPolicy(world, Name, '{"Statement": ['), 'MalformedPolicyDocumentException');
      await refused(putPolicy(world, Name, policyFor('*')), 'PublicPolicyException');
      expect(await policyOf(world, Name)).toBeUndefined();
    },
  },
  {
    name: 'a replica is in sync after a while, and keeps its primary from being deleted',
    needs: ['secondRegion'],
    run: async world => {
      const { Name: SecretId, ARN } = await createSecret(world);
      const { secretsManager } = world.clients;
      const Region = otherRegion(world);

      const added = await secretsManager.send(
        new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }] }),
      );
      await world.until(async () => {
        const { ReplicationStatus = [] } = await describeSecret(world, SecretId);
        return ReplicationStatus.find(one => one.Region === Region)?.Status === 'InSync';
      }, 'the replica is in sync');

      expect(added.ARN).toBe(ARN);
      const early = secretsManager.send(new DeleteSecretCommand({ SecretId }));
      await refused(early, ['InvalidParameterException', 'InvalidRequestException'], 'replica');
      await secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [Region] }));
      expect((await describeSecret(world, SecretId)).ReplicationStatus ?? []).toEqual([]);
    },
  },
];
