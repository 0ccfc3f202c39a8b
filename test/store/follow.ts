import type { Store, WatchEvent, WatchOptions } from '../../controller/store/contract.ts';

/** A watch that a test reads from by hand. */
export interface Followed {
  /** The next events, as many as asked for; fewer when the watch ends before. */
  take(count: number): Promise<readonly WatchEvent[]>;
  stop(): Promise<void>;
}

/** Starts a watch. It reads only what `take` asks for. */
export function follow(store: Store, options: WatchOptions): Followed {
  const abort = new AbortController();
  const events = store.watch(options, abort.signal)[Symbol.asyncIterator]();
  return {
    async take(count) {
      const taken: WatchEvent[] = [];
      while (taken.length < count) {
        const { done, value } = await events.next();
        if (done) break;
        taken.push(value);
      }
      return taken;
    },
    async stop() {
      abort.abort();
      await events.return?.();
    },
  };
}
