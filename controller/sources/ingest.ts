import { createHash } from 'node:crypto';
import { type Key, keyOf, type Ref } from '../model/object.ts';
import type { Declaration, Reading } from './reading.ts';
import { fileLabel, type SourceFile } from './source-annotation.ts';
import type { Problem } from './yaml-problem.ts';

/** What is wrong with a file. `frozen`: the objects last accepted from it stay as they are. */
export interface FileReport {
  readonly file: SourceFile;
  readonly frozen: boolean;
  readonly problems: readonly Problem[];
}

/** What all files together declare. */
export interface Snapshot {
  /** Identifies the content of all files. */
  readonly digest: string;
  readonly objects: ReadonlyMap<Key, Declaration>;
  /** Objects that several files declare and none of them has owned before: nobody's, but not absent either. */
  readonly contested: ReadonlySet<Key>;
  /** Files with problems only. */
  readonly reports: readonly FileReport[];
  /** What each file declared when it was last free of problems, by its label. */
  readonly good: ReadonlyMap<string, readonly Declaration[]>;
  /** Why an object without a declaration may be declared all the same, in a file with problems. */
  readonly heldBy: (ref: Ref, owner: SourceFile) => string | undefined;
}

/** Nothing declared yet. */
export const emptySnapshot: Pick<Snapshot, 'good'> = { good: new Map() };

/**
 * Puts the readings of all files together. A file with problems is frozen: it declares what it declared when it last had
 * none. Of several files that declare one object the one that owns it so far wins; `owners` says who that is.
 */
export function ingest(
  readings: readonly Reading[],
  owners: ReadonlyMap<Key, SourceFile>,
  before: Pick<Snapshot, 'good'>,
): Snapshot {
  const good = new Map<string, readonly Declaration[]>();
  const problems = new Map<string, Problem[]>();
  for (const { file, declarations, problems: found } of readings) {
    const label = fileLabel(file);
    const valid = found.length === 0;
    const declared = valid ? declarations : before.good.get(label);
    if (declared) good.set(label, declared);
    if (!valid) problems.set(label, [...found]);
  }
  const byKey = Map.groupBy([...good.values()].flat(), ({ ref }) => keyOf(ref));
  const objects = new Map<Key, Declaration>();
  const contested = new Set<Key>();
  for (const [key, declarations] of byKey) {
    const winner = declarations.length === 1 ? declarations[0] : incumbent(declarations, owners.get(key));
    if (winner) objects.set(key, winner);
    else contested.add(key);
    for (const problem of declarations.length > 1 ? conflicts(declarations, winner) : []) {
      problems.set(problem.file, [...(problems.get(problem.file) ?? []), problem]);
    }
  }
  const broken = readings.filter(({ problems }) => problems.length > 0);
  return {
    digest: digestOf(readings),
    objects,
    contested,
    good,
    reports: readings.flatMap(({ file, problems: own }) => {
      const all = problems.get(fileLabel(file));
      return all ? [{ file, frozen: own.length > 0, problems: all }] : [];
    }),
    heldBy: (ref, owner) => broken.map(reading => holds(reading, ref, owner)).find(reason => reason !== undefined),
  };
}

function incumbent(declarations: readonly Declaration[], owner: SourceFile | undefined): Declaration | undefined {
  return owner && declarations.find(({ file }) => fileLabel(file) === fileLabel(owner));
}

function conflicts(declarations: readonly Declaration[], winner: Declaration | undefined): readonly Problem[] {
  return declarations.map(declaration => {
    const others = declarations.filter(other => other !== declaration).map(({ file }) => fileLabel(file));
    const outcome = winner ? `what counts is ${fileLabel(winner.file)}` : 'none of them counts';
    return {
      file: fileLabel(declaration.file),
      ...declaration.position,
      path: 'metadata.name',
      message: `the object is declared in ${others.sort().join(', ')} too; ${outcome} until one is left`,
    };
  });
}

function holds(reading: Reading, ref: Ref, owner: SourceFile): string | undefined {
  const label = fileLabel(reading.file);
  if (label === fileLabel(owner)) return `its file ${label} has problems`;
  const named = reading.claims.some(({ namespace, name }) => namespace === ref.namespace && name === ref.name);
  const written = reading.unread === 'text' && reading.bytes !== undefined && namesIt(reading.bytes, ref.name);
  if (named || written) return `${label} has problems and names it`;
  if (reading.unread === 'anything') return `${label} cannot be read and may declare it`;
  return undefined;
}

/** Whether a name stands in a text as a word of its own. Names of objects are letters, digits, hyphens and dots. */
function namesIt(bytes: Uint8Array, name: string): boolean {
  const pattern = new RegExp(`(?<![\\w.-])${name.replaceAll('.', '\\.')}(?![\\w.-])`);
  return pattern.test(Buffer.from(bytes).toString('latin1'));
}

function digestOf(readings: readonly Reading[]): string {
  const lines = readings.map(({ file, hash }) => `${JSON.stringify(fileLabel(file))} ${hash}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}
