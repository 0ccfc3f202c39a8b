import { failureOf } from '../aws/errors.ts';
import { Failure } from '../model/failure.ts';
import { type ApiObject, keyOf, refOf } from '../model/object.ts';
import { StoreFailure } from '../store/contract.ts';
import type { Environment } from './environment.ts';

/** The failure that an error means; what was under way when the time of the pass was over failed for that reason. */
export function failureDuring(error: unknown, doing: string, { aborted, reason }: AbortSignal): Failure {
  if (!(error instanceof Failure) && aborted && reason instanceof Failure)
    return new Failure('retry', reason.reason, `${doing}: ${reason.message}`);
  return failureOf(error, doing);
}

/**
 * The failure that any error means for an object: one that nobody foresaw is a bug, is logged with its stack, and stops
 * this object and no other. What the store refuses is thrown on.
 */
export function foreseen(
  { log }: Pick<Environment, 'log'>,
  object: ApiObject,
  error: unknown,
  doing: string,
  signal: AbortSignal,
): Failure {
  if (error instanceof StoreFailure) throw error;
  try {
    return failureDuring(error, doing, signal);
  } catch (bug) {
    const { name, message, stack } = bug instanceof Error ? bug : new Error(String(bug));
    log.error({ object: keyOf(refOf(object)), doing, name, error: message, stack }, 'an error that nobody foresaw');
    const text = `${doing}: a bug of Batchwright (${name}) is in the way; its log says more`;
    return new Failure('retry', 'InternalError', text);
  }
}
