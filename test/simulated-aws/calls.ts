import type { Service } from './service.ts';

/** One call that reached the SDK's client, and what became of it. */
export interface CallRecord {
  /** Its place in the log, from 0. */
  readonly number: number;
  readonly service: Service;
  /** The operation's name, as `CreateJobQueue`. */
  readonly operation: string;
  readonly mutating: boolean;
  /** A copy of what was sent. */
  readonly input: unknown;
  /** Virtual time of the call, in milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: Outcome;
}

/** `applied`: AWS carried it out, whatever the caller was told. */
export type Outcome =
  | { readonly phase: 'open' | 'answered'; readonly applied: boolean }
  | { readonly phase: 'failed'; readonly applied: boolean; readonly name: string; readonly message: string };

/** The log of all calls: it only grows, and nobody can change what is in it but the call itself. */
export class Calls implements Iterable<CallRecord> {
  readonly #records: CallRecord[] = [];

  /** Enters a call that was just made. */
  enter(call: Omit<CallRecord, 'number' | 'outcome'>): CallRecord {
    const record = { ...call, number: this.#records.length, outcome: { phase: 'open', applied: false } as const };
    this.#records.push(record);
    return record;
  }

  /** Enters what became of a call. */
  close(number: number, outcome: Outcome): void {
    const record = this.#records[number];
    if (record !== undefined) this.#records[number] = { ...record, outcome };
  }

  get length(): number {
    return this.#records.length;
  }

  /** The call of a number. */
  at(number: number): CallRecord | undefined {
    return this.#records[number];
  }

  /** The calls from a number on, all when left out. */
  since(number = 0): readonly CallRecord[] {
    return this.#records.slice(number);
  }

  /** The calls that may have changed something, from a number on. */
  mutating(number = 0): readonly CallRecord[] {
    return this.since(number).filter(call => call.mutating);
  }

  /** How often each operation was called, from a number on. */
  counts(number = 0): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.since(number)) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  /** The calls of one operation. */
  of(operation: string): readonly CallRecord[] {
    return this.#records.filter(call => call.operation === operation);
  }

  [Symbol.iterator](): Iterator<CallRecord> {
    return this.since()[Symbol.iterator]();
  }
}
