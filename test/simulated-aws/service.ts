import { BatchServiceException, ClientException, ServerException } from '@aws-sdk/client-batch';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { IAMServiceException, ServiceFailureException } from '@aws-sdk/client-iam';
import { InternalServiceError, SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import { STSServiceException } from '@aws-sdk/client-sts';
import type { Clients } from '../../controller/aws/aws.ts';

/** The services by the names of their clients. */
export type Service = keyof Clients;

/** An error as a test scripts it. */
export interface ScriptedError {
  readonly name: string;
  readonly message: string;
  readonly status: number;
}

type Exception = new (options: {
  name: string;
  message: string;
  $fault: 'client' | 'server';
  $metadata: object;
}) => Error;

interface Style {
  readonly exception: Exception;
  readonly throttle: ScriptedError;
  readonly accessDenied: (operation: string, caller: string) => ScriptedError;
  readonly expiredToken: ScriptedError;
  readonly serverError: () => Error;
}

const expired = 'The security token included in the request is expired';
const $metadata = {};

const styles: Readonly<Record<Service, Style>> = {
  batch: {
    exception: BatchServiceException,
    throttle: { name: 'TooManyRequestsException', message: 'Too Many Requests', status: 429 },
    accessDenied: (operation, caller) => ({
      name: 'AccessDeniedException',
      message: `User: ${caller} is not authorized to perform: batch:${operation}`,
      status: 403,
    }),
    expiredToken: { name: 'ExpiredTokenException', message: expired, status: 403 },
    serverError: () => new ServerException({ message: 'Internal server error', $metadata }),
  },
  ec2: {
    exception: EC2ServiceException,
    throttle: { name: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 },
    accessDenied: (operation, caller) => ({
      name: 'UnauthorizedOperation',
      message: `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ec2:${operation}`,
      status: 403,
    }),
    expiredToken: { name: 'RequestExpired', message: 'Request has expired.', status: 400 },
    serverError: () => failure(EC2ServiceException, internal('InternalError')),
  },
  iam: {
    exception: IAMServiceException,
    throttle: { name: 'Throttling', message: 'Rate exceeded', status: 400 },
    accessDenied: (operation, caller) => ({
      name: 'AccessDenied',
      message: `User: ${caller} is not authorized to perform: iam:${operation}`,
      status: 403,
    }),
    expiredToken: { name: 'ExpiredToken', message: expired, status: 403 },
    serverError: () => new ServiceFailureException({ message: 'Internal failure', $metadata }),
  },
  secretsManager: {
    exception: SecretsManagerServiceException,
    throttle: { name: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
    accessDenied: (operation, caller) => ({
      name: 'AccessDeniedException',
      message: `User: ${caller} is not authorized to perform: secretsmanager:${operation} because no identity-based policy allows the action`,
      status: 400,
    }),
    expiredToken: { name: 'ExpiredTokenException', message: expired, status: 400 },
    serverError: () => new InternalServiceError({ message: 'An error occurred on the server side.', $metadata }),
  },
  sts: {
    exception: STSServiceException,
    throttle: { name: 'Throttling', message: 'Rate exceeded', status: 400 },
    accessDenied: (operation, caller) => ({
      name: 'AccessDenied',
      message: `User: ${caller} is not authorized to perform: sts:${operation}`,
      status: 403,
    }),
    expiredToken: { name: 'ExpiredToken', message: expired, status: 403 },
    serverError: () => failure(STSServiceException, internal('InternalFailure')),
  },
};

function internal(name: string): ScriptedError {
  return { name, message: 'An internal error has occurred', status: 500 };
}

function failure(exception: Exception, { name, message, status }: ScriptedError): Error {
  const $fault = status >= 500 ? 'server' : 'client';
  return new exception({ name, message, $fault, $metadata: { httpStatusCode: status } });
}

/** An exception of a service's own family, as the SDK makes of a code that its model does not know. */
export function serviceError(service: Service, error: ScriptedError): Error {
  return failure(styles[service].exception, error);
}

/** What a service answers above its rate. */
export function throttleError(service: Service): Error {
  return serviceError(service, styles[service].throttle);
}

/** What a service answers when it is broken itself. */
export function serverError(service: Service): Error {
  return withStatus(styles[service].serverError(), 500);
}

/** What a service answers to a caller who may not do this. */
export function accessDeniedError(service: Service, operation: string, caller: string): Error {
  return serviceError(service, styles[service].accessDenied(operation, caller));
}

/** What a service answers to credentials that were good once. */
export function expiredTokenError(service: Service): Error {
  return serviceError(service, styles[service].expiredToken);
}

/** Gives one of the SDK's exceptions the HTTP status it arrived with. */
export function withStatus<E extends Error>(error: E, status: number): E {
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}

/** A Batch error of the kind that means the caller's mistake. */
export function clientException(message: string, status = 400): ClientException {
  return withStatus(new ClientException({ message, $metadata }), status);
}
