import { defineResource, type Resource } from '../resource.ts';
import { create, putValue, remove, restore, tag, update } from './operations.ts';
import { read } from './read.ts';
import type { SecretObserved, SecretWant } from './shape.ts';

/** A Secrets Manager secret that holds one registry login. */
export const secret: Resource = defineResource<
  SecretWant,
  SecretObserved,
  'create' | 'restore' | 'update' | 'tag' | 'putValue' | 'delete'
>({
  resource: 'Secret',
  noun: 'secret',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'value.fingerprint',     have: 'fingerprint', repair: 'putValue', sensitive: true },
    { want: 'description',           repair: 'update', unset: '' },
    { want: 'kmsKeyId',              repair: 'update', unset: 'alias/aws/secretsmanager', equal: sameKey },
    { want: 'tags',                  repair: 'tag' },
    { want: 'recoveryWindowInDays',  repair: 'ignored' },
    { want: 'scheduledDeletion',     have: 'deletedDate', repair: 'restore', equal: (_, deletedDate) => deletedDate === undefined },
  ],
  read,
  view: (observed, want) => ({
    ...phase(observed, want),
    arn: observed.arn,
    tags: observed.tags,
    outputs: {
      arn: observed.arn,
      name: observed.name,
      ...(observed.versionId ? { versionId: observed.versionId } : {}),
      ...(observed.kmsKeyId ? { kmsKeyId: observed.kmsKeyId } : {}),
    },
  }),
  memo: ({ versionId, fingerprint }, want, earlier) => ({
    ...(versionId !== undefined && fingerprint !== undefined ? { versionId, fingerprint } : earlier),
    writes: earlier?.['writes'] ?? 0,
    recoveryWindowInDays: want.recoveryWindowInDays,
  }),
  teardown: ({ deletedDate }) => (deletedDate ? 'gone' : 'delete'),
  operations: { create, restore, update, tag, putValue, delete: remove },
  asynchronous: ['restore'],
});

const managedKey = 'alias/aws/secretsmanager';

function sameKey(want: unknown, have: unknown): boolean {
  const short = (key: unknown) =>
    typeof key === 'string' && key !== '' ? key.replace(/^arn:[^:]*:kms:[^:]*:[^:]*:(key\/)?/, '') : managedKey;
  return short(want) === short(have);
}

function phase(
  { deletedDate }: SecretObserved,
  want: SecretWant | undefined,
): { phase: 'ready' | 'busy'; message?: string; busyForMs?: number } {
  if (!deletedDate || want?.scheduledDeletion === 'Restore') return { phase: 'ready' };
  const message = `the name is scheduled for deletion since ${deletedDate.toISOString()} and is not free yet; set scheduledDeletion: Restore to bring it back`;
  return { phase: 'busy', message, busyForMs: 5 * 60_000 };
}
