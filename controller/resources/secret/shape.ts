import { contentHash, type JsonObject } from '../../model/json.ts';
import type { Tags } from '../../model/ownership.ts';
import type { SecretValue } from '../../model/secret-value.ts';

/** What is wanted of a Secrets Manager secret. Without `value` only the metadata is compared. */
export interface SecretWant {
  readonly name: string;
  readonly description?: string;
  /** Customer key by ARN, id or alias; absent or `alias/aws/secretsmanager`: the AWS-managed key. */
  readonly kmsKeyId?: string;
  readonly tags: Tags;
  readonly recoveryWindowInDays: number;
  /** What to do when the name is scheduled for deletion: restore it, or wait until it is free. */
  readonly scheduledDeletion: 'Restore' | 'Wait';
  /** The text to be written, and its keyed fingerprint by which it is compared. */
  readonly value?: { readonly text: SecretValue; readonly fingerprint: string };
}

/** What is remembered of the value: which version holds it, and its keyed fingerprint. */
export interface SecretMemo extends JsonObject {
  readonly versionId?: string;
  readonly fingerprint?: string;
  /** How many versions we have written: part of the next version's token. */
  readonly writes: number;
  /** The recovery window for when the secret is no longer declared. */
  readonly recoveryWindowInDays: number;
}

/** A secret as Secrets Manager shows it; never its value. */
export interface SecretObserved {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: Tags;
  /** Scheduled for deletion since then. */
  readonly deletedDate: Date | undefined;
  readonly replicated: boolean;
  /** The version that carries AWSCURRENT. */
  readonly versionId: string | undefined;
  /** Keyed fingerprint of that version, where it is known without or by reading it. */
  readonly fingerprint: string | undefined;
}

/**
 * The token of a value's next version, which becomes the version id. The same write gives the same token, so that a
 * repeated call makes no second version; a later write of the same value gives another one, so that a value that returns
 * to an earlier one is really written.
 */
export function versionToken(name: string, memo: JsonObject | undefined, fingerprint: string): string {
  return contentHash([name, memo?.['versionId'] ?? '', memo?.['writes'] ?? 0, fingerprint], 64);
}

/** What is remembered after a write. */
export function afterWrite(memo: JsonObject | undefined, want: SecretWant, versionId: string): SecretMemo {
  const { value, recoveryWindowInDays } = want;
  const writes = typeof memo?.['writes'] === 'number' ? memo['writes'] : 0;
  return { ...(value ? { versionId, fingerprint: value.fingerprint } : {}), writes: writes + 1, recoveryWindowInDays };
}
