import { type Disposition, Failure, type Reason } from '../model/failure.ts';

interface Rule {
  /** Error codes, or HTTP statuses as numbers; left out, every code. */
  readonly codes?: readonly (string | number)[];
  /** The shortest stable piece of the message, in lower case. */
  readonly text?: string;
  readonly disposition: Disposition;
  readonly reason: Reason;
  /** The call may have been carried out. */
  readonly unclear?: true;
  readonly afterMs?: number;
}

const throttled = [
  429,
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'PriorRequestNotComplete',
  'BandwidthLimitExceeded',
];
const broken = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'AbortError',
  'NetworkingError',
  'IncompleteSignature',
  'socket hang up',
];
const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UnknownEndpoint'];
const denied = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorized', 403];
const expired = [
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'AuthFailure',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'CredentialsProviderError',
];
const quota = [
  'LimitExceededException',
  'LimitExceeded',
  'LaunchTemplateVersionLimitExceeded',
  'VersionLimitExceeded',
  'TemplateLimitExceeded',
  'LaunchTemplateLimitExceeded',
  'ServiceQuotaExceededException',
];
const internal = [
  'ServerException',
  'InternalServiceError',
  'InternalServiceErrorException',
  'InternalError',
  'InternalFailure',
  'ServiceFailure',
  'ServiceFailureException',
  'ServiceUnavailable',
  500,
  502,
  503,
  504,
];

/**
 * What an AWS error means, first match wins. Batch says ClientException for nearly everything, so its rules go by
 * message; texts as in the service's answers (aws-batch reference §8, §1.13, registry-auth reference §1.2).
 */
// biome-ignore format: a table reads best in columns
export const errorRules: readonly Rule[] = [
  { codes: throttled,                                              disposition: 'retry', reason: 'Throttled' },
  { text: 'too many requests',                                     disposition: 'retry', reason: 'Throttled' },
  { text: 'rate exceeded',                                         disposition: 'retry', reason: 'Throttled' },
  { codes: expired,                                                disposition: 'retry', reason: 'CredentialsExpired' },
  { codes: denied,                                                 disposition: 'retry', reason: 'AccessDenied' },
  { text: 'is not authorized to perform',                          disposition: 'retry', reason: 'AccessDenied' },
  { codes: quota,                                                  disposition: 'retry', reason: 'QuotaExceeded' },
  { codes: unreachable,                                            disposition: 'retry', reason: 'AwsUnreachable' },
  { codes: broken,                                                 disposition: 'retry', reason: 'AwsUnreachable', unclear: true },
  { codes: internal,                                               disposition: 'retry', reason: 'ServiceUnavailable', unclear: true },
  { text: 'resource is being modified',                            disposition: 'wait',  reason: 'ResourceBusy', afterMs: 10_000 },
  { text: 'found existing jobqueue relationship',                  disposition: 'wait',  reason: 'ResourceBusy', afterMs: 15_000 },
  { text: 'must be created and valid before attaching',            disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 10_000 },
  { text: 'must be valid before attaching',                        disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 10_000 },
  { text: 'set the state to disabled first',                       disposition: 'wait',  reason: 'ResourceBusy', afterMs: 5_000 },
  { text: 'cannot delete an enabled',                              disposition: 'wait',  reason: 'ResourceBusy', afterMs: 5_000 },
  { text: 'scheduled for deletion',                                disposition: 'wait',  reason: 'ScheduledForDeletion', afterMs: 10_000 },
  { text: 'marked for deletion',                                   disposition: 'wait',  reason: 'ScheduledForDeletion', afterMs: 10_000 },
  { text: 'was deleted',                                           disposition: 'wait',  reason: 'ScheduledForDeletion', afterMs: 10_000 },
  { text: 'invalid iam instance profile',                          disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 5_000 },
  { text: 'unsupported principal',                                 disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 5_000 },
  { codes: ['DeleteConflict', 'DeleteConflictException', 'ConcurrentModification', 'ConcurrentModificationException'],
                                                                   disposition: 'wait',  reason: 'ResourceBusy', afterMs: 5_000 },
  { text: 'already exists',                                        disposition: 'wait',  reason: 'ResultUnknown', afterMs: 5_000 },
  { codes: ['ResourceExistsException', 'EntityAlreadyExistsException', 'EntityAlreadyExists',
            'InvalidLaunchTemplateName.AlreadyExistsException', 409],
                                                                   disposition: 'wait',  reason: 'ResultUnknown', afterMs: 5_000 },
  { text: 'limit for the number of',                               disposition: 'retry', reason: 'QuotaExceeded' },
  { text: 'maximum number of',                                     disposition: 'retry', reason: 'QuotaExceeded' },
  { text: 'does not exist',                                        disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 5_000 },
  { text: 'not found',                                             disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 5_000 },
  { codes: ['NoSuchEntityException', 'NoSuchEntity', 'ResourceNotFoundException', 404],
                                                                   disposition: 'wait',  reason: 'DependencyNotReady', afterMs: 5_000 },
  { codes: ['ClientException', 'InvalidParameterException', 'InvalidRequestException', 'MalformedPolicyDocument',
            'MalformedPolicyDocumentException', 'InvalidInput', 'InvalidInputException', 'ValidationError',
            'ValidationException', 'InvalidParameterValue', 'MissingParameter', 'EncryptionFailure', 'DecryptionFailure',
            'PreconditionNotMetException', 400],
                                                                   disposition: 'stop',  reason: 'Rejected' },
];

const absent = [
  'ResourceNotFoundException',
  'NoSuchEntityException',
  'NoSuchEntity',
  'InvalidLaunchTemplateId.NotFound',
  'InvalidLaunchTemplateId.VersionNotFound',
  'InvalidLaunchTemplateName.NotFoundException',
];

/** What an AWS error carries, whatever its class; never the request. */
interface AwsError {
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

function awsError(error: unknown): AwsError {
  const e = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: string;
    code?: string;
    Code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  const network = typeof e.code === 'string' && /^[A-Z_]+$/.test(e.code) ? e.code : undefined;
  return {
    code: network ?? e.name ?? e.Code ?? 'Error',
    status: e.$metadata?.httpStatusCode,
    message: typeof e.message === 'string' ? e.message : '',
    requestId: e.$metadata?.requestId,
  };
}

/** True when AWS says that the thing asked for is not there. */
export function isNotFound(error: unknown): boolean {
  const { code, status, message } = awsError(error);
  if (absent.includes(code)) return true;
  return (
    (code === 'ClientException' && /does not exist|not found/i.test(message)) || (code === 'NotFound' && status === 404)
  );
}

/** True when AWS says that it was asked too much. Any other error, ours included, says nothing of the kind. */
export function isThrottled(error: unknown): boolean {
  const { code, status, message } = awsError(error);
  return (
    throttled.includes(code) || throttled.includes(status ?? 0) || /too many requests|rate exceeded/i.test(message)
  );
}

/** True when the caller may not do what it asked for. */
export function isAccessDenied(error: unknown): boolean {
  return failureOf(error, '').reason === 'AccessDenied';
}

/**
 * The failure that an AWS error means. `doing` says what was tried to what, for example
 * `updating job queue blog-main`; AWS's own words follow. An error that AWS did not send and the network did not cause
 * comes back as it is: it is a bug.
 */
export function failureOf(error: unknown, doing: string): Failure {
  if (error instanceof Failure) return error;
  const e = awsError(error);
  const rule = ruleOf(e);
  const request = e.requestId === undefined ? {} : { requestId: e.requestId };
  if (!rule) {
    if (e.status === undefined) throw error;
    return new Failure('retry', 'UnexpectedAnswer', describe(doing, e), { unclear: true, ...request });
  }
  return new Failure(rule.disposition, rule.reason, describe(doing, e), {
    unclear: rule.unclear ?? false,
    ...request,
    ...(rule.afterMs === undefined ? {} : { afterMs: rule.afterMs }),
  });
}

function ruleOf({ code, status, message }: AwsError): Rule | undefined {
  const text = message.toLowerCase();
  return errorRules.find(
    ({ codes, text: piece }) =>
      (codes === undefined || codes.includes(code) || (status !== undefined && codes.includes(status))) &&
      (piece === undefined || text.includes(piece)),
  );
}

function describe(doing: string, { code, status, message }: AwsError): string {
  const tail = status === undefined ? '' : ` (HTTP ${status})`;
  return `${doing}: ${code}${message ? `: ${message.replace(/\s+/g, ' ').trim()}` : ''}${tail}`;
}
