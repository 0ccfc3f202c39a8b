import type { Reply } from './client.ts';

/** One call about one object, as its caller saw it. */
export interface Operation {
  readonly does: 'read' | 'create' | 'replace' | 'patch' | 'delete';
  /** What a write was to leave behind. */
  readonly value?: string;
  /** The version that a write was to build on. */
  readonly from?: number;
  readonly status: number;
  /** The version and the value in the answer; absent where the answer holds none. */
  readonly version?: number;
  readonly seen?: string;
  /** When the call was made and when its answer was there, on one clock. */
  readonly begun: number;
  readonly ended: number;
}

type Intent = Pick<Operation, 'does' | 'value' | 'from'>;

/** Makes calls and notes them down. */
export function history(note: (operation: Operation) => void) {
  return async (intent: Intent, call: () => Promise<Reply>): Promise<Operation> => {
    const begun = performance.now();
    const { status, body } = await call();
    const version = status < 300 ? body.metadata?.resourceVersion : undefined;
    const operation: Operation = {
      ...intent,
      status,
      begun,
      ended: performance.now(),
      ...(version === undefined ? {} : { version: Number(version), seen: String(body.metadata.labels?.value) }),
    };
    note(operation);
    return operation;
  };
}

/**
 * What in a history cannot be explained by calls that take effect one after another, each between its begin and its end. The
 * versions give the order, so that no search is needed: it only has to fit what the callers saw and when.
 */
export function violations(operations: readonly Operation[]): readonly string[] {
  const writes = operations
    .filter(({ does, version }) => does !== 'read' && does !== 'delete' && version !== undefined)
    .sort((a, b) => versionOf(a) - versionOf(b));
  const valueAt = new Map(writes.map(({ version, value }) => [version, value]));
  const text = (operation: Operation) => JSON.stringify(operation);
  return [
    ...writes
      .filter(({ version }, index) => version === writes[index + 1]?.version)
      .map(one => `one version for two writes: ${text(one)}`),
    ...writes
      .filter(({ seen, value }) => seen !== value)
      .map(one => `answered with the value of another: ${text(one)}`),
    ...operations
      .filter(({ does, version, seen }) => does === 'read' && valueAt.has(version) && valueAt.get(version) !== seen)
      .map(one => `read what was never written: ${text(one)}`),
    ...writes.filter(one => one.from !== undefined && !adjacent(writes, one)).map(one => `lost a write: ${text(one)}`),
    ...backwards(operations.map(placed).filter(({ version }) => version !== undefined)).map(
      ([before, after]) => `went back in time: ${text(after)} after ${text(before)}`,
    ),
  ];
}

/** A deletion has no version of its own to show; it comes right after the version that it named. */
function placed(operation: Operation): Operation {
  const { does, from, status } = operation;
  return does === 'delete' && status < 300 && from !== undefined ? { ...operation, version: from + 0.5 } : operation;
}

const versionOf = ({ version }: Operation): number => version ?? 0;

/** No other write came between the version that a replacement built on and its own. */
function adjacent(writes: readonly Operation[], { from = 0, version = 0 }: Operation): boolean {
  return !writes.some(other => versionOf(other) > from && versionOf(other) < version);
}

/** Pairs in which a call that began after another had ended saw an older version. */
function backwards(operations: readonly Operation[]): readonly (readonly [Operation, Operation])[] {
  const byEnd = operations.toSorted((a, b) => a.ended - b.ended);
  const pairs: (readonly [Operation, Operation])[] = [];
  let newest: Operation | undefined;
  let next = 0;
  for (const operation of operations.toSorted((a, b) => a.begun - b.begun)) {
    for (let ended = byEnd[next]; ended !== undefined && ended.ended <= operation.begun; ended = byEnd[next]) {
      if (newest === undefined || versionOf(ended) > versionOf(newest)) newest = ended;
      next += 1;
    }
    if (newest !== undefined && versionOf(operation) < versionOf(newest)) pairs.push([newest, operation]);
  }
  return pairs;
}
