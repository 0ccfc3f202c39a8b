import type { OpenAccount } from '../aws/accounts.ts';
import type { Declared } from '../model/declared.ts';
import type { Owner } from '../model/ownership.ts';
import type { Environment } from './environment.ts';
import { type Owned, replacedId } from './inventory.ts';
import { sought } from './planning.ts';

/** Where to look: an object's account, and snapshots that are as fresh as its pass wants them. */
interface Place extends Pick<Environment, 'clock' | 'resources'> {
  readonly account: OpenAccount;
  readonly owner: Owner;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** What AWS has of an object under earlier names of what it declares, and its inventory does not know: its memory was lost. */
export async function predecessors(
  { account, clock, notBefore, owner, resources, signal }: Place,
  declared: readonly Declared[],
  inventory: readonly Owned[],
): Promise<readonly Owned[]> {
  const aws = account.aws(Math.min(notBefore, clock.now()), signal);
  const found: Owned[] = [];
  for (const [resource, { predecessors: find }] of resources) {
    const heirs = declared.filter(item => item.resource === resource && item.mode === 'manage');
    if (!find || heirs.length === 0) continue;
    for (const { id, name, memo } of await find(aws, sought({ owner, declared: heirs }, [], inventory))) {
      const after = heirs.find(heir => heir.id === id)?.after ?? [];
      const entry = { id: replacedId({ id, name }), resource, name, after, tagKeys: [], place: account.scope };
      if (!inventory.some(owned => owned.resource === resource && owned.name === name))
        found.push({ ...entry, ...(memo ? { memo } : {}) });
    }
  }
  return found;
}
