import type { Key, Ref } from '../model/object.ts';
import type { SourceFile } from './source-annotation.ts';

/** The rule of the prune guard that decided. */
export type GuardRule = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G8';

/** The figures of the prune guard. */
export interface GuardLimits {
  /** Stable snapshots in a row in which an object must be absent, and for how long, in milliseconds. */
  readonly snapshots: number;
  readonly confirmMs: number;
  /** The same where whole snapshots are published at once. */
  readonly atomicSnapshots: number;
  /** More deletes than this, and more than this share of a directory's objects, are held. */
  readonly maxDeletes: number;
  readonly maxShare: number;
  /** Deletes carried out in the last so many milliseconds count as part of the same lot. */
  readonly lotMs: number;
  /** Whether a directory may lose all of its objects without approval. */
  readonly allowEmpty: boolean;
}

/** The figures in force unless the caller says otherwise. */
export const guardLimits: GuardLimits = {
  snapshots: 2,
  confirmMs: 5000,
  atomicSnapshots: 1,
  maxDeletes: 10,
  maxShare: 0.2,
  lotMs: 600_000,
  allowEmpty: false,
};

/** An object of the inventory: in the store, and owned by a file of a root. */
export interface Owned {
  readonly key: Key;
  readonly ref: Ref;
  readonly file: SourceFile;
  /** The object says that it must not be pruned. */
  readonly keep: boolean;
}

/** One look at all roots. */
export interface GuardInput {
  readonly now: number;
  readonly digest: string;
  /** Why this is not a complete snapshot of files at rest. */
  readonly incomplete: string | undefined;
  readonly inventory: readonly Owned[];
  readonly declared: (key: Key) => boolean;
  readonly heldBy: (ref: Ref, owner: SourceFile) => string | undefined;
  /** Whether a root is published in whole snapshots. */
  readonly atomic: (root: string) => boolean;
  /** Whether somebody approved the deletes of the snapshot with this digest. */
  readonly approved: (digest: string) => boolean;
}

/** What the guard remembers from look to look. */
export interface GuardMemory {
  /** Stable snapshots since the start. */
  readonly snapshots: number;
  readonly absent: ReadonlyMap<Key, Absence>;
  readonly deletes: readonly { readonly root: string; readonly at: number }[];
}

interface Absence {
  readonly since: number;
  readonly snapshots: number;
}

/** What becomes of an object that no file declares. `release`: it stays and belongs to nobody's file any more. */
export interface GuardVerdict {
  readonly owned: Owned;
  readonly action: 'delete' | 'hold' | 'release';
  readonly rule: GuardRule;
  readonly reason: string;
  /** When a hold that time alone can end will be looked at again. */
  readonly dueAt: number | undefined;
}

/** A guard that has seen nothing. */
export const freshGuard: GuardMemory = { snapshots: 0, absent: new Map(), deletes: [] };

/** Decides about every object of the inventory that no file declares. A delete needs every rule on its side. */
export function pruneGuard(
  memory: GuardMemory,
  input: GuardInput,
  limits: GuardLimits = guardLimits,
): { readonly memory: GuardMemory; readonly verdicts: readonly GuardVerdict[] } {
  const missing = input.inventory.filter(({ key }) => !input.declared(key));
  if (input.incomplete !== undefined) {
    const reason = input.incomplete;
    const verdicts = missing.map(owned => ({ owned, action: 'hold', rule: 'G1', reason, dueAt: undefined }) as const);
    return { memory: { ...memory, absent: new Map() }, verdicts };
  }
  const absent = new Map(missing.map(({ key }) => [key, absentNow(memory.absent.get(key), input.now)]));
  const snapshots = memory.snapshots + 1;
  const lot = memory.deletes.filter(({ at }) => input.now - at < limits.lotMs);
  const look: Look = { ...input, limits, snapshots, absent, missing, lot };
  const verdicts = missing.map(owned => verdictOn(owned, look));
  const deletes = verdicts.filter(({ action }) => action === 'delete');
  const now = input.now;
  return {
    memory: {
      snapshots,
      absent,
      deletes: [...lot, ...deletes.map(({ owned }) => ({ root: owned.file.root, at: now }))],
    },
    verdicts,
  };
}

interface Look extends GuardInput {
  readonly limits: GuardLimits;
  readonly snapshots: number;
  readonly absent: ReadonlyMap<Key, Absence>;
  readonly missing: readonly Owned[];
  readonly lot: GuardMemory['deletes'];
}

function absentNow(before: Absence | undefined, now: number): Absence {
  if (before === undefined || before.since > now) return { since: now, snapshots: 1 };
  return { since: before.since, snapshots: before.snapshots + 1 };
}

function verdictOn(owned: Owned, look: Look): GuardVerdict {
  const hold = (rule: GuardRule, reason: string, dueAt?: number): GuardVerdict => {
    return { owned, action: 'hold', rule, reason, dueAt };
  };
  const { root } = owned.file;
  const holder = look.heldBy(owned.ref, owned.file);
  if (holder !== undefined) return hold('G3', holder);
  if (look.snapshots < 2) return hold('G8', 'the first snapshot after a start deletes nothing', look.now);
  const absence = look.absent.get(owned.key) ?? { since: look.now, snapshots: 0 };
  const atomic = look.atomic(root);
  const { limits } = look;
  const dueAt = absence.since + (atomic ? 0 : limits.confirmMs);
  if (absence.snapshots < (atomic ? limits.atomicSnapshots : limits.snapshots) || look.now < dueAt) {
    return hold('G2', 'its absence is not confirmed yet', dueAt);
  }
  if (owned.keep)
    return { owned, action: 'release', rule: 'G6', reason: 'it says that it must not be pruned', dueAt: undefined };
  const tooMany = look.approved(look.digest) ? undefined : tooManyIn(root, look);
  return tooMany
    ? hold(tooMany.rule, tooMany.reason)
    : { owned, action: 'delete', rule: 'G2', reason: 'no file declares it any more', dueAt: undefined };
}

function tooManyIn(root: string, look: Look): { rule: GuardRule; reason: string } | undefined {
  const prunable = look.inventory.filter(({ file, keep }) => file.root === root && !keep);
  const missing = look.missing.filter(({ file, keep }) => file.root === root && !keep);
  const approve = `approve it as snapshot ${look.digest} if that is meant`;
  if (missing.length === prunable.length && !look.limits.allowEmpty) {
    return { rule: 'G4', reason: `${root} would lose all of its objects (${prunable.length}); ${approve}` };
  }
  const earlier = look.lot.filter(({ root: of }) => of === root).length;
  const count = missing.length + earlier;
  const total = prunable.length + earlier;
  if (count <= look.limits.maxDeletes || count <= total * look.limits.maxShare) return undefined;
  return { rule: 'G5', reason: `${root} would lose ${count} of its ${total} objects; ${approve}` };
}
