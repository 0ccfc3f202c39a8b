import { randomUUID } from 'node:crypto';
import type { Answer, AwsRequest } from './request.ts';

/** An error before it has the shape of a service. */
export interface ServiceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The errors that every service has under its own code and status. */
export type CommonError = 'throttle' | 'server' | 'denied' | 'expired';

type Errors = Readonly<Record<CommonError, ServiceError>>;

const DENIED = 'User is not authorized to perform this operation.';
const EXPIRED = 'The security token included in the request is expired';

const QUERY_ERRORS: Errors = {
  throttle: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  server: { status: 500, code: 'ServiceFailure', message: 'The request processing has failed.' },
  denied: { status: 403, code: 'AccessDenied', message: DENIED },
  expired: { status: 403, code: 'ExpiredToken', message: EXPIRED },
};

const ERRORS: Readonly<Record<string, Errors>> = {
  batch: {
    throttle: { status: 429, code: 'TooManyRequestsException', message: 'Too Many Requests' },
    server: { status: 500, code: 'ServerException', message: 'Internal server error' },
    denied: { status: 403, code: 'AccessDeniedException', message: DENIED },
    expired: { status: 403, code: 'ExpiredTokenException', message: EXPIRED },
  },
  secretsmanager: {
    throttle: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
    server: { status: 500, code: 'InternalServiceError', message: 'An error occurred on the server side.' },
    denied: { status: 400, code: 'AccessDeniedException', message: DENIED },
    expired: { status: 400, code: 'ExpiredTokenException', message: EXPIRED },
  },
  ec2: {
    throttle: { status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' },
    server: { status: 500, code: 'InternalError', message: 'An internal error has occurred' },
    denied: { status: 403, code: 'UnauthorizedOperation', message: DENIED },
    expired: { status: 400, code: 'RequestExpired', message: 'Request has expired.' },
  },
};

/** The service's own version of an error that all of them have. */
export function commonError(service: string, error: CommonError): ServiceError {
  return (ERRORS[service] ?? QUERY_ERRORS)[error];
}

/** The error on the wire, in the shape of the request's service and with a request id. */
export function errorAnswer(request: AwsRequest, error: ServiceError): Answer {
  const { status, code, message } = error;
  const id = randomUUID();
  const headers = { 'x-amzn-requestid': id };
  if (request.service === 'batch') {
    const typed = { ...headers, 'content-type': 'application/json', 'x-amzn-errortype': code };
    return { status, headers: typed, body: JSON.stringify({ message }) };
  }
  if (request.protocol === 'json') {
    const typed = { ...headers, 'content-type': 'application/x-amz-json-1.1' };
    return { status, headers: typed, body: JSON.stringify({ __type: code, message }) };
  }
  const detail = `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const body =
    request.service === 'ec2'
      ? `<Response><Errors><Error>${detail}</Error></Errors><RequestID>${id}</RequestID></Response>`
      : `<ErrorResponse><Error><Type>${type}</Type>${detail}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
  return { status, headers: { ...headers, 'content-type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
