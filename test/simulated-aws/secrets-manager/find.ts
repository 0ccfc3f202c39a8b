import type { View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import { noSuchSecret, secretsError } from './errors.ts';
import type { Secret } from './secrets-manager.ts';

/** The secret of a name, an ARN, or an ARN without its suffix, scheduled for deletion or not. */
export function findSecret(world: World, id: string | undefined, view: View = latest): Secret {
  const { secrets } = world.secretsManager;
  const found = id?.startsWith('arn:')
    ? secrets.values(view).find(({ arn }) => arn === id || arn.slice(0, -7) === id)
    : secrets.get(id ?? '', view);
  if (found === undefined) throw noSuchSecret();
  if (found.purged) {
    throw secretsError('InvalidRequest', "You can't perform this operation on the secret because it was deleted.");
  }
  return found;
}

/** As `findSecret`, but a secret whose deletion is scheduled is out of reach. */
export function liveSecret(world: World, id: string | undefined, view: View = latest): Secret {
  const secret = findSecret(world, id, view);
  if (secret.deletedAt !== undefined) {
    throw secretsError(
      'InvalidRequest',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** The versions that carry a label, by id. */
export function stagesById({ versions }: Secret): Record<string, string[]> | undefined {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}
