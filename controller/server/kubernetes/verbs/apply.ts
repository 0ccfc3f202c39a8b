import type { Backend, Call } from '../call.ts';
import type { Result } from '../result.ts';
import { unsupportedMediaType } from '../status.ts';

/** Server-side apply. */
export async function apply(_backend: Backend, _call: Call): Promise<Result> {
  throw unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json']);
}
