import type { AwsRequest } from './request.ts';
import { isMutating } from './request.ts';

/** One call that reached the emulator. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly mutating: boolean;
  readonly region: string;
  readonly account: string;
  readonly at: number;
  /** The request's parameters and its raw body, kept for assertions. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The HTTP status of the answer; 0 until it is given, and when the connection was cut instead. */
  status: number;
  /** The fault that met the call. */
  fault: string | undefined;
}

/** Which calls are meant; a member that is left out means any. */
export interface CallFilter {
  readonly service?: string;
  readonly operation?: string | RegExp;
  readonly mutating?: boolean;
}

/** Everything that was asked of the emulator, oldest first. */
export class CallLog {
  readonly #calls: Call[] = [];

  /** Adds a call; the caller fills in its status and fault. */
  record(request: AwsRequest, account: string, at: number): Call {
    const { service, operation, region, input, body } = request;
    const mutating = isMutating(operation);
    const call = { service, operation, mutating, region, account, at, input, body, status: 0, fault: undefined };
    this.#calls.push(call);
    return call;
  }

  /** The calls that the filter means. */
  of(filter: CallFilter = {}): readonly Call[] {
    return this.#calls.filter(call => isMeant(call, filter));
  }

  count(filter: CallFilter = {}): number {
    return this.of(filter).length;
  }

  /** How often each operation was called, as `service:Operation`. */
  counts(filter: CallFilter = {}): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { service, operation } of this.of(filter)) {
      const name = `${service}:${operation}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** The calls whose request carries the text, plainly or in form, JSON or base64 encoding. */
  bodyContains(text: string, filter: CallFilter = {}): readonly Call[] {
    return this.of(filter).filter(call => contains(call.body, text) || contains(call.input, text));
  }

  clear(): void {
    this.#calls.length = 0;
  }
}

/** Whether a call is one of those that the filter means. */
export function isMeant(call: Pick<Call, 'service' | 'operation' | 'mutating'>, filter: CallFilter): boolean {
  const { service, operation, mutating } = filter;
  if (service !== undefined && service !== call.service) return false;
  if (mutating !== undefined && mutating !== call.mutating) return false;
  if (operation instanceof RegExp) return operation.test(call.operation);
  return operation === undefined || operation === call.operation;
}

function contains(value: unknown, text: string): boolean {
  if (typeof value === 'string') {
    return value.includes(text) || (/^[\w+/]{8,}={0,2}$/.test(value) && decoded(value).includes(text));
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => key.includes(text) || contains(member, text));
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
