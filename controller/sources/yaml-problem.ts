/** Where something stands in a file. Both count from 1; columns are UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Members and indexes from the document's root to a value. */
export type FieldPath = readonly (string | number)[];

/**
 * Something wrong in a file. `message` is a fixed text plus names from our own schemas, and `path` names declared
 * fields only: neither ever repeats what the file says, because that can be a secret.
 */
export interface Problem extends Position {
  readonly file: string;
  /** Such as `spec.containers[0].image`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
}

/** The step of a path that stands for any member of a free-form map, whose names are the user's own. */
export const anyMember = '*';

/** A path as people write it: members joined by dots, indexes in brackets. */
export function pathText(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** `file:line:column: path: message` on one line, as compilers and editors expect it. */
export function describeProblem(problem: Problem): string {
  const { file, line, column, path, message } = problem;
  return `${file.replace(/\p{Cc}/gu, '?')}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}
