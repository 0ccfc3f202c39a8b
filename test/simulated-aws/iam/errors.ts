import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  InvalidInputException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import { withStatus } from '../service.ts';

const exceptions = {
  DeleteConflict: { exception: DeleteConflictException, status: 409 },
  EntityAlreadyExists: { exception: EntityAlreadyExistsException, status: 409 },
  InvalidInput: { exception: InvalidInputException, status: 400 },
  LimitExceeded: { exception: LimitExceededException, status: 409 },
  MalformedPolicyDocument: { exception: MalformedPolicyDocumentException, status: 400 },
  NoSuchEntity: { exception: NoSuchEntityException, status: 404 },
  UnmodifiableEntity: { exception: UnmodifiableEntityException, status: 400 },
};

/** An error of IAM. */
export function iamError(kind: keyof typeof exceptions, message: string): Error {
  const { exception, status } = exceptions[kind];
  const kindOf: new (options: { message: string; $metadata: object }) => Error = exception;
  return withStatus(new kindOf({ message, $metadata: {} }), status);
}
