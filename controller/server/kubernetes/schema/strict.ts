import { type ApiError, badRequest } from '../status.ts';

/** What a client asks for with `fieldValidation`: refuse, warn about, or silently drop what the schema does not know. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

const levels: readonly FieldValidation[] = ['Strict', 'Warn', 'Ignore'];

/** The level that a `fieldValidation` query parameter names: Warn when it is absent, undefined when it names none. */
export function fieldValidation(query: string | undefined): FieldValidation | undefined {
  return query === undefined || query === '' ? 'Warn' : levels.find(level => level === query);
}

/** What strict decoding has to say: one text per unknown or repeated field, fit for a `Warning` header. */
export function findings(unknown: readonly string[], duplicates: readonly string[]): readonly string[] {
  const quoted = (paths: readonly string[], what: string): readonly string[] =>
    [...new Set(paths)].map(path => `${what} field ${JSON.stringify(path)}`);
  return [...quoted(unknown, 'unknown'), ...quoted(duplicates, 'duplicate')];
}

/** The 400 that strict decoding answers to `found`, which is not empty. */
export function strictDecodingError(kind: string, version: string, found: readonly string[]): ApiError {
  return badRequest(
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${found.join(', ')}`,
  );
}
