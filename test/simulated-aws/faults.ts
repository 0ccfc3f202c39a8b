import type { CallRecord } from './calls.ts';
import type { ScriptedError, Service } from './service.ts';
import { accessDeniedError, expiredTokenError, serverError, throttleError } from './service.ts';

/** What goes wrong with a call. */
export type Fault =
  | 'throttle'
  | 'serverError'
  | 'serverErrorApplied'
  | 'lostRequest'
  | 'lostAnswer'
  | 'accessDenied'
  | 'expiredToken'
  | ScriptedError
  /** No answer until the caller gives up; `applied`: AWS did it nevertheless. */
  | { readonly hang: true; readonly applied?: boolean }
  /** Done at once, answered late. */
  | { readonly delayMs: number };

/** Which calls a fault strikes. */
export interface FaultRule {
  readonly service?: Service;
  /** The operation's name, as `CreateJobQueue`; any when left out. */
  readonly operation?: string;
  /** The call's number in the log; any when left out. */
  readonly call?: number;
  /** Looks at the call itself. */
  readonly match?: (call: CallRecord) => boolean;
  /** How many matching calls pass untouched first. */
  readonly skip?: number;
  /** How many calls are struck; 1 when left out, `Infinity` for ever. */
  readonly times?: number;
}

interface Armed<Effect> {
  readonly rule: FaultRule;
  readonly effect: Effect;
  skip: number;
  times: number;
}

/** Rules in the order of their making: the first that matches strikes, and is spent in the end. */
export class Script<Effect> {
  #armed: Armed<Effect>[] = [];

  /** Adds a rule; the answer takes it back. */
  add(rule: FaultRule, effect: Effect): () => void {
    const armed = { rule, effect, skip: rule.skip ?? 0, times: rule.times ?? 1 };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter(other => other !== armed);
    };
  }

  /** What strikes this call, if anything. */
  strike(call: CallRecord): Effect | undefined {
    const armed = this.#armed.find(({ rule, times }) => times > 0 && matches(rule, call));
    if (armed === undefined) return undefined;
    if (armed.skip > 0) {
      armed.skip -= 1;
      return undefined;
    }
    armed.times -= 1;
    return armed.effect;
  }

  /** How many rules have not struck as often as they should. */
  get unspent(): number {
    return this.#armed.filter(({ times }) => times > 0 && Number.isFinite(times)).length;
  }

  /** Takes all rules back. */
  clear(): void {
    this.#armed = [];
  }
}

function matches(rule: FaultRule, call: CallRecord): boolean {
  if (rule.service !== undefined && rule.service !== call.service) return false;
  if (rule.operation !== undefined && rule.operation !== call.operation) return false;
  if (rule.call !== undefined && rule.call !== call.number) return false;
  return rule.match === undefined || rule.match(call);
}

/** What the caller of a struck call is told. */
export function faultError(fault: Extract<Fault, string>, { service, operation }: CallRecord, caller: string): Error {
  switch (fault) {
    case 'throttle':
      return throttleError(service);
    case 'serverError':
    case 'serverErrorApplied':
      return serverError(service);
    case 'lostRequest':
    case 'lostAnswer':
      return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', $metadata: {} });
    case 'accessDenied':
      return accessDeniedError(service, operation, caller);
    case 'expiredToken':
      return expiredTokenError(service);
  }
}
