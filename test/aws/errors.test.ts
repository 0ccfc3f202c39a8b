import { describe, expect, it } from 'vitest';
import { errorRules, failureOf, isAccessDenied, isNotFound, isThrottled } from '../../controller/aws/errors.ts';
import { Failure } from '../../controller/model/failure.ts';

/** An error as the SDK throws it. */
function thrown(name: string, message = '', status?: number): Error {
  const error = Object.assign(new Error(message), { name });
  return status === undefined
    ? error
    : Object.assign(error, { $metadata: { httpStatusCode: status, requestId: 'r-1' } });
}

/** An error of the network, as Node throws it. */
function network(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code });
}

/** What Batch puts around the messages of its validation. */
const wrapped = (text: string) => `Error executing request, Exception : ${text}, RequestId: 2b9d`;
const client = (text: string, status = 400) => thrown('ClientException', text, status);

/**
 * What AWS says, in its own words where they are recorded (aws-batch reference §1.13, §8; registry-auth reference §1.2), and
 * what is made of it: disposition, reason, when to ask again in seconds, whether the call may have been carried out.
 */
// biome-ignore format: a table reads best in columns
const rows: readonly (readonly [Error, string])[] = [
  [thrown('TooManyRequestsException', 'Too Many Requests', 429),                                        'retry Throttled'],
  [thrown('ThrottlingException', 'Rate exceeded', 400),                                                 'retry Throttled'],
  [thrown('RequestLimitExceeded', 'Request limit exceeded.', 503),                                      'retry Throttled'],
  [thrown('UnknownError', '', 429),                                                                     'retry Throttled'],
  [client('Too Many Requests'),                                                                         'retry Throttled'],
  [client('Rate exceeded'),                                                                             'retry Throttled'],
  [thrown('ExpiredTokenException', 'The security token included in the request is expired', 403),       'retry CredentialsExpired'],
  [thrown('UnrecognizedClientException', 'The security token included in the request is invalid.', 400), 'retry CredentialsExpired'],
  [thrown('CredentialsProviderError', 'Could not load credentials from any providers'),                 'retry CredentialsExpired'],
  [thrown('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: batch:TagResource', 403), 'retry AccessDenied'],
  [thrown('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403),           'retry AccessDenied'],
  [client('User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/y'), 'retry AccessDenied'],
  [thrown('LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000', 409),              'retry QuotaExceeded'],
  [thrown('VersionLimitExceeded', 'You have reached the maximum number of launch template versions: 10000.', 400), 'retry QuotaExceeded'],
  [network('ECONNREFUSED'),                                                                             'retry AwsUnreachable'],
  [network('ENOTFOUND'),                                                                                'retry AwsUnreachable'],
  [network('ECONNRESET'),                                                                               'retry AwsUnreachable unclear'],
  [thrown('TimeoutError', 'Connection timed out after 5000 ms'),                                        'retry AwsUnreachable unclear'],
  [thrown('ServerException', 'Internal error', 500),                                                    'retry ServiceUnavailable unclear'],
  [thrown('UnknownError', '', 503),                                                                     'retry ServiceUnavailable unclear'],
  [client('Cannot update, resource is being modified.'),                                                'wait ResourceBusy 10 s'],
  [client('Cannot delete, resource is being modified.'),                                                'wait ResourceBusy 10 s'],
  [client('Cannot delete, found existing JobQueue relationship'),                                       'wait ResourceBusy 15 s'],
  [client(wrapped('compute-environment/x must be created and valid before attaching to job queue')),    'wait DependencyNotReady 10 s'],
  [client(wrapped('compute-environment/x must be VALID before attaching to job queue')),                'wait DependencyNotReady 10 s'],
  [client('Cannot delete an enabled compute environment, set the state to DISABLED first.'),            'wait ResourceBusy 5 s'],
  [client('Cannot delete an enabled job queue.'),                                                       'wait ResourceBusy 5 s'],
  [thrown('InvalidRequestException', "You can't create this secret because a secret with this name is already scheduled for deletion.", 400), 'wait ScheduledForDeletion 10 s'],
  [thrown('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.", 400), 'wait ScheduledForDeletion 10 s'],
  [thrown('InvalidParameterException', 'the secret was marked for deletion', 400),                      'wait ScheduledForDeletion 10 s'],
  [thrown('InvalidRequestException', "You can't perform this operation on the secret because it was deleted.", 400), 'wait ScheduledForDeletion 10 s'],
  [thrown('InvalidRequestException', "You can't create this secret because a secret with this name was deleted", 400), 'wait ScheduledForDeletion 10 s'],
  [thrown('InvalidParameterValue', 'Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name', 400), 'wait DependencyNotReady 5 s'],
  [thrown('MalformedPolicyDocumentException', 'This resource policy contains an unsupported principal.', 400), 'wait DependencyNotReady 5 s'],
  [thrown('DeleteConflictException', 'Cannot delete entity, must detach all policies first.', 409),     'wait ResourceBusy 5 s'],
  [thrown('ConcurrentModificationException', 'The request was rejected because multiple requests change it', 409), 'wait ResourceBusy 5 s'],
  [client('Object already exists', 409),                                                                'wait ResultUnknown 5 s'],
  [thrown('EntityAlreadyExistsException', 'Role with that name is there', 409),                         'wait ResultUnknown 5 s'],
  [client('conflict', 409),                                                                             'wait ResultUnknown 5 s'],
  [client('The limit for the number of job queues was reached'),                                        'retry QuotaExceeded'],
  [client('You have reached the maximum number of compute environments: 50.'),                          'retry QuotaExceeded'],
  [client('compute-environment/x does not exist'),                                                      'wait DependencyNotReady 5 s'],
  [client('JobQueue arn:aws:batch:eu-west-1:1:job-queue/x not found.'),                                 'wait DependencyNotReady 5 s'],
  [thrown('NoSuchEntityException', 'The role with name x cannot be found.', 404),                       'wait DependencyNotReady 5 s'],
  [client('unknown', 404),                                                                              'wait DependencyNotReady 5 s'],
  [client('Manually scaling down compute environment is not supported. Disconnecting job queues from compute environment will cause it to scale-down to minvCpus.'), 'stop Rejected'],
  [client("The following parameters can't be updated for Fargate compute environment: allocationStrategy, updatePolicy"), 'stop Rejected'],
  [client(wrapped('Following fields subnets can be updated only for Non-fargate Compute Environment having a Batch Service Linked Role')), 'stop Rejected'],
  [client(wrapped('At least one compute-resources attribute must be specified')),                       'stop Rejected'],
  [thrown('PublicPolicyException', 'The policy would make the secret public', 400),                     'stop Rejected'],
];

function summary(error: Error): string {
  const { disposition, reason, afterMs, unclear } = failureOf(error, 'trying');
  return [
    disposition,
    reason,
    ...(afterMs === undefined ? [] : [`${afterMs / 1_000} s`]),
    ...(unclear ? ['unclear'] : []),
  ].join(' ');
}

describe('the table of errors', () => {
  it.each(rows.map(([error, made]) => ({ says: `${error.name}: ${error.message}`, error, made })))(
    '$says → $made',
    ({ error, made }) => {
      expect(summary(error)).toBe(made);
    },
  );

  it('has an example for every row', () => {
    const examples = rows.map(([error]) => errorRules.find(rule => isFirst(rule, error)));

    expect(errorRules.filter(rule => !examples.includes(rule))).toEqual([]);
  });

  it('takes every code of a row as that row says, whatever comes with it', () => {
    const wrong = errorRules.flatMap(({ codes = [], text, disposition, reason }) =>
      codes
        .filter(() => text === undefined)
        .map(code => (typeof code === 'number' ? thrown('UnknownError', '', code) : thrown(code, '', 418)))
        .filter(error => !summary(error).startsWith(`${disposition} ${reason}`)),
    );

    expect(wrong).toEqual([]);
  });
});

/** The first row for an error, found without a look at how the table is searched: by code, then by text, from the top. */
function isFirst(
  { codes, text }: (typeof errorRules)[number],
  error: Error & { code?: string; $metadata?: { httpStatusCode?: number } },
): boolean {
  const named = [error.code, error.name, error.$metadata?.httpStatusCode];
  const coded = codes === undefined || codes.some(code => named.includes(code as string));
  return coded && error.message.toLowerCase().includes(text ?? '');
}

describe('what AWS says', () => {
  it('stands in the message after what was tried, with the status, on one line', () => {
    const { message, requestId } = failureOf(
      client('Cannot update,\n resource is being modified. '),
      'updating job queue q',
    );

    expect([message, requestId]).toEqual([
      'updating job queue q: ClientException: Cannot update, resource is being modified. (HTTP 400)',
      'r-1',
    ]);
  });

  it('that is unknown is tried again, and may have been carried out', () => {
    expect(summary(thrown('TeapotException', 'short and stout', 418))).toBe('retry UnexpectedAnswer unclear');
  });

  it('is nothing where neither AWS nor the network spoke: that is a bug, and thrown on', () => {
    expect(() => failureOf(new TypeError('x is undefined'), 'trying')).toThrow(TypeError);
  });

  it('does not change a failure of ours', () => {
    const ours = new Failure('stop', 'InvalidSpec', 'spec.x: wrong');

    expect(failureOf(ours, 'trying')).toBe(ours);
  });

  it.each([
    [thrown('NoSuchEntityException', '', 404), true],
    [client('compute-environment/x does not exist'), true],
    [client('job-queue/x not found'), true],
    [thrown('NotFound', '', 404), true],
    [client('Cannot update, resource is being modified'), false],
    [thrown('InvalidLaunchTemplateId.NotFound', '', 400), true],
  ])('%s means absence: %s', (error, absent) => {
    expect(isNotFound(error)).toBe(absent);
  });

  it('of throttling and denial is known for what it is', () => {
    const throttled = client('Too Many Requests');
    const denied = thrown('AccessDenied', 'no', 403);

    expect([throttled, denied].map(error => [isThrottled(error), isAccessDenied(error)])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});
