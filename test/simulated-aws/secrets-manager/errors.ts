import {
  InvalidParameterException,
  InvalidRequestException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  PublicPolicyException,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import { withStatus } from '../service.ts';

const exceptions = {
  InvalidParameter: InvalidParameterException,
  InvalidRequest: InvalidRequestException,
  LimitExceeded: LimitExceededException,
  MalformedPolicyDocument: MalformedPolicyDocumentException,
  PublicPolicy: PublicPolicyException,
  ResourceExists: ResourceExistsException,
  ResourceNotFound: ResourceNotFoundException,
};

/** An error of Secrets Manager; all of them arrive with status 400. */
export function secretsError(kind: keyof typeof exceptions, message: string): Error {
  const exception: new (options: { message: string; $metadata: object }) => Error = exceptions[kind];
  return withStatus(new exception({ message, $metadata: {} }), 400);
}

/** What is said of a secret that nobody knows. */
export function noSuchSecret(): Error {
  return secretsError('ResourceNotFound', "Secrets Manager can't find the specified secret.");
}
