import { StoreFailure, type StoreReason } from '../../store/contract.ts';
import {
  type ApiError,
  alreadyExists,
  badRequest,
  conflict,
  expired,
  notFound,
  type ResourceName,
  serviceUnavailable,
} from './status.ts';

const retryAfterSeconds = 1;

const answers: Readonly<Record<StoreReason, (resource: ResourceName, name: string, message: string) => ApiError>> = {
  NotFound: notFound,
  AlreadyExists: alreadyExists,
  Conflict: (resource, name) => conflict(resource, name),
  Invalid: (_resource, _name, message) => badRequest(message),
  Expired: (_resource, _name, message) => expired(message),
  Unavailable: (_resource, _name, message) => serviceUnavailable(message, retryAfterSeconds),
};

/** What a client is told when the store refuses; any other error is a bug and stays as it is. */
export function asApiError(error: unknown, resource: ResourceName, name: string): unknown {
  return error instanceof StoreFailure ? answers[error.reason](resource, name, error.message) : error;
}

/** True for a write that lost against another write of the same object. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreFailure && error.reason === 'Conflict';
}
