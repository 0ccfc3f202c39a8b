import { createHash } from 'node:crypto';
import { canonical } from './json.ts';
import type { Owner } from './ownership.ts';

/**
 * An idempotency token that a restarted process derives again: 64 hexadecimal digits from whose resource it is and from
 * `parts`, which must name everything that makes this call another call than an earlier one.
 */
export function clientToken(owner: Owner, id: string, ...parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(canonical([owner.controller, owner.object, id, ...parts]))
    .digest('hex');
}
