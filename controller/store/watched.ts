import type { Clock } from '../model/clock.ts';
import { StoreFailure, type WatchEvent, type WatchOptions } from './contract.ts';
import { versionOf } from './journal.ts';
import type { Change } from './lifecycle.ts';

/** Where a watch gets its changes from. */
export interface WatchSource {
  readonly clock: Clock;
  /** How long other objects may move the version before a watch is told, in milliseconds. */
  readonly bookmarkMs: number;
  readonly changesPerPage: number;
  version(): number;
  /** Throws `Expired` when changes after the version are forgotten, `Unavailable` when the store is closed. */
  after(version: number, limit: number): readonly Change[];
  /** Calls back on every move of the version; the answer ends that. */
  onMoved(wake: () => void): () => void;
  /** Lets others run. */
  pause(): Promise<void>;
}

/**
 * The changes that a watch covers, in order, each once. A watch keeps a position and no queue, so a slow reader costs
 * nothing and holds nobody up; one that is overtaken by the end of the history gets `Expired`.
 */
export async function* watched(
  options: WatchOptions,
  signal: AbortSignal,
  source: WatchSource,
): AsyncGenerator<WatchEvent, void, undefined> {
  let position = start(options.since, source.version());
  let told = { version: position, at: source.clock.now() };
  while (!signal.aborted) {
    const changes = source.after(position, source.changesPerPage);
    for (const change of changes) {
      position = versionOf(change);
      if (!covers(options, change)) continue;
      told = { version: position, at: source.clock.now() };
      yield change;
      if (signal.aborted) return;
    }
    if (changes.length === source.changesPerPage) await source.pause();
    if (changes.length > 0) continue;
    const silentMs = source.clock.now() - told.at;
    if (position > told.version && silentMs >= source.bookmarkMs) {
      told = { version: position, at: source.clock.now() };
      yield { type: 'BOOKMARK', resourceVersion: String(position) };
      continue;
    }
    await moved(source, signal, position > told.version ? source.bookmarkMs - silentMs : undefined);
  }
}

function start(since: string, version: number): number {
  const position = Number(since);
  if (!/^\d+$/.test(since) || position > version) {
    const known = `the store is at ${version}; it was replaced or restored`;
    throw new StoreFailure(
      'Expired',
      `version ${JSON.stringify(since)} is unknown: ${known}; list again and watch from there`,
    );
  }
  return position;
}

function covers({ kinds, namespace }: WatchOptions, { object }: Change): boolean {
  if (kinds && !kinds.includes(object.kind)) return false;
  return !namespace || object.metadata.namespace === namespace;
}

/** Resolves when the version moves, the signal aborts, or the time is over. */
function moved({ clock, onMoved }: WatchSource, signal: AbortSignal, withinMs: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const wake = (): void => {
      forget();
      cancel?.();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const forget = onMoved(wake);
    const cancel = withinMs === undefined ? undefined : clock.timer(withinMs, wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}
