import type { Gathered } from './planning.ts';

/** For how long something that failed for want of what it stands on may only be early: IAM spreads in minutes at most. Milliseconds. */
const spreadMs = 10 * 60_000;

/** Whether something was made or changed so lately that other services of AWS may not know it yet. */
export function isNew({ now, inventory, touchedAt }: Gathered, id: string): boolean {
  const createdAt = inventory.find(owned => owned.id === id)?.createdAt;
  const made = createdAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(createdAt);
  return now - Math.max(made, touchedAt(id) ?? Number.NEGATIVE_INFINITY) < spreadMs;
}
