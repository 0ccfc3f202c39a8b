import type { Reason } from './failure.ts';
import { isObject } from './json.ts';
import { SecretValue } from './secret-value.ts';

/** In a wanted value: something that another resource of the same object says once it exists. */
export class OutputOf {
  readonly id: string;
  readonly output: string;

  constructor(id: string, output: string) {
    this.id = id;
    this.output = output;
  }
}

/** In a wanted value: something that cannot be known yet, and what it waits for. */
export class Unknown {
  readonly after: string;

  constructor(after: string) {
    this.after = after;
  }

  toString(): string {
    return `(known after ${this.after})`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** One AWS resource that an object asks for. */
export interface Declared {
  /** Name of the resource definition, for example `JobQueue`. */
  readonly resource: string;
  /** Unique and stable within the object, for example `jobQueue/main`. */
  readonly id: string;
  /** The name in AWS. */
  readonly name: string;
  /** What is wanted, in the definition's own vocabulary; may hold OutputOf and Unknown anywhere. */
  readonly want: Readonly<Record<string, unknown>>;
  /** Ids that must be settled before this is created or changed, and that outlive it. */
  readonly after: readonly string[];
  /** `observe`: read and report, never create, change, tag or delete. */
  readonly mode: 'manage' | 'observe';
  /** Why it may not be created as things are; asked only then. What is there already is looked after all the same. */
  readonly refusal?: () => { readonly reason: Reason; readonly message: string } | undefined;
}

/** The wanted value with every OutputOf replaced by `output(id, name)`, or by an Unknown where that is undefined. */
export function withOutputs(value: unknown, output: (id: string, name: string) => unknown): unknown {
  if (value instanceof OutputOf) return output(value.id, value.output) ?? new Unknown(value.id);
  if (Array.isArray(value)) return value.map(item => withOutputs(item, output));
  if (!isObject(value) || value instanceof Unknown || value instanceof SecretValue) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withOutputs(member, output)]));
}

/** Every Unknown inside a value. */
export function unknowns(value: unknown): readonly Unknown[] {
  if (value instanceof Unknown) return [value];
  if (Array.isArray(value)) return value.flatMap(unknowns);
  return isObject(value) && !(value instanceof SecretValue) ? Object.values(value).flatMap(unknowns) : [];
}

/** `compute` of the values when all are known; otherwise the first Unknown. */
export function whenKnown<T, R>(values: readonly (T | Unknown)[], compute: (values: readonly T[]) => R): R | Unknown {
  const missing = values.find(value => value instanceof Unknown);
  return missing instanceof Unknown ? missing : compute(values as readonly T[]);
}
