import { randomUUID } from 'node:crypto';
import { StoreFailure } from '../store/contract.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { startApi } from './api.ts';
import { systemClock } from './clock.ts';
import type { Command } from './command.ts';
import { logger } from './log.ts';
import { UsageError } from './options.ts';

const compactMs = 60_000;

/** Store and API without the loop: specs can be written and looked at, AWS is never asked. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the Kubernetes-style API over a data directory, without reconciling.',
  options: ['data', 'api', 'host', 'log-level'],
  run: async (
    { data = './data', api: at = ':6480', host: hosts = [], 'log-level': level = 'info' },
    { out, signal },
  ) => {
    const log = logger(level);
    const store = await openStore({ directory: data, clock: systemClock, ids: randomUUID, log }).catch(
      (error: unknown) => {
        throw error instanceof StoreFailure ? new UsageError(error.message) : error;
      },
    );
    try {
      const api = await startApi({ data, at, hosts, store, log, notReady: () => undefined });
      out(`kubectl --kubeconfig ${api.kubeconfig} get all\n`);
      const compaction = setInterval(
        () =>
          void store
            .compact()
            .catch((error: unknown) => log.warn({ error: String(error) }, 'the store could not be compacted')),
        compactMs,
      );
      await new Promise<void>(resolve => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      clearInterval(compaction);
      await api.close();
    } finally {
      await store.close();
    }
    return 0;
  },
};
