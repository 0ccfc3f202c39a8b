import { type Clock, pause } from '../model/clock.ts';
import type { Reason } from '../model/failure.ts';
import type { Clients } from './aws.ts';
import type { CallBudget } from './call-budget.ts';
import { failureOf, isThrottled } from './errors.ts';
import type { RateLimits } from './rate-limits.ts';

/** What stands between a pass and AWS. */
interface Gate {
  readonly clock: Clock;
  readonly limits: RateLimits;
  /** Every call that is sent counts. */
  readonly budget: CallBudget;
  readonly scope: string;
  readonly urgent: boolean;
  /** Whoever stops waiting for an answer need not wait in line for the call either. */
  readonly signal: AbortSignal;
}

type Send = (command: object, ...rest: readonly unknown[]) => Promise<unknown>;

const reading = /^(Describe|List|Get)/;
/** A question is asked again at once; what still fails then is for the next pass. */
const questions = 4;
const passing: readonly Reason[] = ['Throttled', 'AwsUnreachable', 'ServiceUnavailable'];
const firstPauseMs = 200;

/**
 * Clients whose calls wait for their turn, count, and tell the limits when AWS says that it was too much. A question whose
 * answer was lost or refused for the moment is asked up to three times more, each time in its turn and counted. A call that
 * changes something is sent once: a lost RegisterJobDefinition that is repeated blindly makes a second revision, so the
 * next pass reads before it tries again.
 */
export function gated(clients: Clients, gate: Gate): Clients {
  const behind = Object.entries(clients).map(([service, client]: [string, Clients['batch']]) => {
    const once = oneAttempt(service, (client.send as Send).bind(client), gate);
    const send: Send = (command, ...rest) =>
      reading.test(command.constructor.name) ? repeated(() => once(command, ...rest), gate) : once(command, ...rest);
    return [service, { send }] as const;
  });
  return Object.fromEntries(behind) as unknown as Clients;
}

function oneAttempt(service: string, send: Send, { budget, limits, scope, signal, urgent }: Gate): Send {
  return async (command, ...rest) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    await limits.enter(scope, service, operation, urgent, signal);
    budget.spend(scope);
    try {
      return await send(command, ...rest);
    } catch (error) {
      if (isThrottled(error)) limits.throttled(scope, service, operation);
      throw error;
    }
  };
}

async function repeated(ask: () => Promise<unknown>, { clock, signal }: Gate): Promise<unknown> {
  for (let question = 1; ; question++) {
    try {
      return await ask();
    } catch (error) {
      if (question === questions || signal.aborted || !passing.includes(failureOf(error, '').reason)) throw error;
      await pause(clock, firstPauseMs * 2 ** (question - 1), signal);
      signal.throwIfAborted();
    }
  }
}
