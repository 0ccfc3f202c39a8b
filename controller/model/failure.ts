/**
 * Why an object is not Ready, or what happened to it: the `reason` of conditions and events. One list, so that
 * dashboards and alerts can rely on the words.
 */
export type Reason =
  // fine
  | 'Reconciled'
  | 'Deleted'
  // on the way
  | 'Progressing'
  | 'ResourceBusy'
  | 'DependencyNotReady'
  | 'InUse'
  | 'Paused'
  | 'Deleting'
  | 'ResultUnknown'
  // may pass by itself
  | 'Throttled'
  | 'ServiceUnavailable'
  | 'AwsUnreachable'
  | 'AccessDenied'
  | 'CredentialsExpired'
  | 'QuotaExceeded'
  | 'SourceUnreadable'
  | 'InternalError'
  | 'UnexpectedAnswer'
  // a person must act
  | 'InvalidSpec'
  | 'Rejected'
  | 'ImmutableField'
  | 'Conflict'
  | 'NotOwned'
  | 'ScheduledForDeletion'
  | 'AccountMismatch'
  | 'ReferenceCycle'
  | 'CredentialNotGranted'
  | 'ResourceFailed'
  | 'PerpetualDifference'
  // events only
  | 'Created'
  | 'Changed'
  | 'DriftRepaired'
  | 'Removed'
  | 'Retained'
  | 'Adopted';

/** What follows from a failure. `retry`: back off and try again. `wait`: normal, look again soon. `stop`: the spec, or a person, must change something. */
export type Disposition = 'retry' | 'wait' | 'stop';

/**
 * The one error of the core: something is known to be wrong, why, and what follows. Anything else that is thrown is a
 * bug. `message` starts in lower case, names the AWS resource or field, and never holds a secret value.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly disposition: Disposition;
  readonly reason: Reason;
  /** Look again after this many milliseconds; left out, the disposition's own rhythm. */
  readonly afterMs: number | undefined;
  /** True when AWS may have carried the call out although no answer came. */
  readonly unclear: boolean;
  /** What AWS calls the request by, for its support. Not in the message, which must be the same when the same happens again. */
  readonly requestId: string | undefined;

  constructor(
    disposition: Disposition,
    reason: Reason,
    message: string,
    options: ErrorOptions & { readonly afterMs?: number; readonly unclear?: boolean; readonly requestId?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.disposition = disposition;
    this.reason = reason;
    this.afterMs = options.afterMs;
    this.unclear = options.unclear ?? false;
    this.requestId = options.requestId;
  }
}
