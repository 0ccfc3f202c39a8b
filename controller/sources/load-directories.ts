import type { Draft, Ref } from '../model/object.ts';
import type { Files } from './files.ts';
import { emptySnapshot, ingest } from './ingest.ts';
import type { ManifestParser } from './manifest-parser.ts';
import { type Reading, reading, type Validate } from './reading.ts';
import type { Root } from './root.ts';
import { scan } from './scan.ts';
import { fileLabel } from './source-annotation.ts';
import { yamlLimits } from './yaml-limits.ts';
import type { Position, Problem } from './yaml-problem.ts';

/** An object as a file declares it, with the place where its name stands. */
export interface LoadedObject extends Position {
  readonly ref: Ref;
  readonly object: Draft;
  readonly file: string;
}

/** Everything that some directories declare, and everything that is wrong with them. */
export interface LoadedDirectories {
  /** Objects of files without problems, sorted by file and position. */
  readonly objects: readonly LoadedObject[];
  readonly problems: readonly Problem[];
}

/** What loading works with. */
export interface LoadParts {
  readonly files: Files;
  readonly parser: ManifestParser;
  readonly validate: Validate;
  /** Wall-clock time in milliseconds. */
  readonly now: number;
}

/** Reads directories once, by themselves: no store, no waiting for files to come to rest. */
export async function loadDirectories(roots: readonly Root[], parts: LoadParts): Promise<LoadedDirectories> {
  const problems: Problem[] = [];
  const readings: Reading[] = [];
  for (const root of roots) {
    const found = await scan(parts.files, root, undefined, {
      now: parts.now,
      full: true,
      fileBytes: yamlLimits.fileBytes,
    });
    if (!found.complete) {
      problems.push(whole(root.name, found.message));
      continue;
    }
    const contents = [...found.files].map(async ([path, content]) => {
      const file = { root: root.name, path };
      if (content.state !== 'changing') return reading(parts.parser, parts.validate, file, content);
      problems.push(whole(fileLabel(file), 'the file changed while it was read'));
      return undefined;
    });
    readings.push(...(await Promise.all(contents)).filter(one => one !== undefined));
  }
  const { objects, reports } = ingest(readings, new Map(), emptySnapshot);
  const loaded = [...objects.values()].map(({ ref, object, file, position }) => ({
    ref,
    object,
    file: fileLabel(file),
    ...position,
  }));
  return {
    objects: loaded.sort(byPlace),
    problems: [...problems, ...reports.flatMap(report => report.problems)].sort(byPlace),
  };
}

function whole(file: string, message: string): Problem {
  return { file, line: 1, column: 1, path: '', message };
}

function byPlace(a: Position & { file: string }, b: Position & { file: string }): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
