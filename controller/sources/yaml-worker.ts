import { parentPort, workerData } from 'node:worker_threads';
import { type ManifestFile, readManifests } from './manifest.ts';
import type { KindSchema } from './yaml-schema.ts';

/** What the worker is started with. */
export interface YamlWorkerData {
  readonly kinds: readonly KindSchema[];
}

/** One file to read. */
export interface YamlRequest {
  readonly bytes: Uint8Array;
  readonly file: string;
}

/** What the worker says: once that it runs, then one answer per request, in order. */
export type YamlAnswer = { readonly ready: true } | { readonly result: ManifestFile };

const port = parentPort;
if (port) {
  const { kinds } = workerData as YamlWorkerData;
  port.on('message', ({ bytes, file }: YamlRequest) => {
    port.postMessage({ result: readManifests(bytes, file, kinds) } satisfies YamlAnswer);
  });
  port.postMessage({ ready: true } satisfies YamlAnswer);
}
