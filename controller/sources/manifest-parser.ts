import type { ManifestFile } from './manifest.ts';

/** Reads manifest files somewhere that cannot harm the caller: never throws, never takes long, never blocks. */
export interface ManifestParser {
  parse(bytes: Uint8Array, file: string): Promise<ManifestFile>;
  close(): Promise<void>;
}
