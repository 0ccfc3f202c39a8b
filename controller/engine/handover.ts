import { conditionOf } from '../model/conditions.ts';
import type { Key } from '../model/object.ts';
import type { Objects } from './environment.ts';
import type { Owned } from './inventory.ts';

/** How long those who refer to an object are given to begin with what follows from a change of it. Milliseconds. */
const noticeMs = 30_000;

/**
 * Whether what an object no longer declares may go as far as others are concerned: those who refer to the object have had
 * time to notice, and none of them is on its way. One that is stuck is not waited for.
 */
export function isHandedOver(objects: Objects, key: Key, leaving: readonly Owned[], now: number): boolean {
  const users = objects.dependants(key).flatMap(user => objects.get(user) ?? []);
  if (users.length === 0) return true;
  const noticed = leaving.every(({ leavingSince }) => leavingSince && now - Date.parse(leavingSince) >= noticeMs);
  return noticed && !users.some(({ status }) => conditionOf(status, 'Reconciling')?.status === 'True');
}
