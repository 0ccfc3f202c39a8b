import { apiOptions, defaultApi, startApi } from './api.ts';
import { Closing } from './closing.ts';
import type { Command } from './command.ts';
import { logger } from './log.ts';
import { aborted, openedStore, unwritable } from './opened-store.ts';

/** Store and API without the loop: specs can be written and looked at, AWS is never asked. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the Kubernetes-style API over a data directory, without reconciling.',
  options: ['data', ...apiOptions, 'log-level'],
  run: async (options, { out, signal }) => {
    const log = logger(options['log-level'] ?? 'info');
    const closing = new Closing();
    try {
      const store = await openedStore(options.data ?? './data', log, closing);
      const at = options.api ?? defaultApi;
      const api = await startApi({
        options,
        at,
        store,
        log,
        notReady: () => unwritable(store),
        checks: () => undefined,
      });
      closing.add(() => api.close());
      out(`${api.use}\n`);
      await aborted(signal);
    } finally {
      await closing.close();
    }
    return 0;
  },
};
