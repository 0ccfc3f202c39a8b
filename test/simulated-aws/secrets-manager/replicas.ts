import type {
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse,
  ReplicaRegionType,
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse,
} from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import { secretsError } from './errors.ts';
import { liveSecret } from './find.ts';

/** Adds replicas: InProgress at first, InSync a little later. */
export function replicated(world: World, name: string, regions: readonly ReplicaRegionType[]): void {
  const { secrets } = world.secretsManager;
  if (regions.some(({ Region }) => Region === world.account.region)) {
    throw secretsError('InvalidParameter', "You can't replicate a secret to its own Region.");
  }
  const added = regions.map(region => ({ ...region, Status: 'InProgress' as const }));
  const isAdded = (region: string | undefined) => regions.some(({ Region }) => Region === region);
  secrets.edit(name, secret => ({
    ...secret,
    replicas: [...secret.replicas.filter(({ Region }) => !isAdded(Region)), ...added],
  }));
  world.agenda.after(world.durations.replicateSecret, () => {
    const secret = secrets.get(name);
    if (secret === undefined) return;
    const replicas = secret.replicas.map(one =>
      isAdded(one.Region) && one.Status === 'InProgress' ? { ...one, Status: 'InSync' as const } : one,
    );
    secrets.set(name, { ...secret, replicas });
  });
}

/** ReplicateSecretToRegions. */
export function replicateSecretToRegions({
  world,
  input,
}: Request<ReplicateSecretToRegionsRequest>): ReplicateSecretToRegionsResponse {
  const secret = liveSecret(world, input.SecretId);
  replicated(world, secret.name, input.AddReplicaRegions ?? []);
  return { ARN: secret.arn, ReplicationStatus: [...(world.secretsManager.secrets.get(secret.name)?.replicas ?? [])] };
}

/** RemoveRegionsFromReplication. */
export function removeRegionsFromReplication({
  world,
  input,
}: Request<RemoveRegionsFromReplicationRequest>): RemoveRegionsFromReplicationResponse {
  const secret = liveSecret(world, input.SecretId);
  const replicas = secret.replicas.filter(({ Region }) => !input.RemoveReplicaRegions?.includes(Region ?? ''));
  world.secretsManager.secrets.set(secret.name, { ...secret, replicas });
  return { ARN: secret.arn, ReplicationStatus: replicas };
}
