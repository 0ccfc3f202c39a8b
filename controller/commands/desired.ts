import { type ApiObject, type Draft, describeRef, type Key, keyOf, type Ref } from '../model/object.ts';
import { type LoadedObject, loadDirectories } from '../sources/load-directories.ts';
import { nodeFiles } from '../sources/node-files.ts';
import { YamlPool } from '../sources/yaml-pool.ts';
import { describeProblem, type Problem } from '../sources/yaml-problem.ts';
import { kindsByName, manifestSchemas, validate } from './assembly.ts';
import { systemClock } from './clock.ts';
import { rootsOf } from './roots.ts';

/** What some directories declare, and everything that can be found wrong with it without asking AWS. */
export interface Desired {
  readonly objects: readonly LoadedObject[];
  readonly problems: readonly Problem[];
}

/** Loads directories once and checks them, each object by itself and all together. */
export async function desired(directories: readonly string[]): Promise<Desired> {
  const roots = await rootsOf(directories);
  const parser = new YamlPool({ clock: systemClock, kinds: manifestSchemas });
  try {
    const { objects, problems } = await loadDirectories(roots, { files: nodeFiles, parser, validate, now: Date.now() });
    return { objects, problems: [...problems, ...together(objects, problems.length === 0)] };
  } finally {
    await parser.close();
  }
}

/** Problems as compilers print them, one per line. */
export function problemText(problems: readonly Problem[]): string {
  return problems.map(problem => `${describeProblem(problem)}\n`).join('');
}

/** What is wrong between objects. Those in files with problems are not known: `complete` says that there are none. */
function together(objects: readonly LoadedObject[], complete: boolean): readonly Problem[] {
  const byKey = new Map(objects.map(loaded => [keyOf(loaded.ref), loaded]));
  const where = complete ? 'in these directories' : 'in any file without problems';
  return [...objects.flatMap(loaded => dangling(loaded, byKey, where)), ...contested(objects)];
}

function dangling(loaded: LoadedObject, byKey: ReadonlyMap<Key, LoadedObject>, where: string): readonly Problem[] {
  const kind = kindsByName.get(loaded.ref.kind);
  const spec = kind?.spec.safeParse(loaded.object.spec ?? {}).data;
  if (!kind || spec === undefined) return [];
  return kind.references(spec).flatMap(({ kind: to, name, path }) => {
    const ref = { kind: to, namespace: loaded.ref.namespace, name };
    return byKey.has(keyOf(ref)) ? [] : [at(loaded, path, `${describeRef(ref)} is not declared ${where}`)];
  });
}

function contested(objects: readonly LoadedObject[]): readonly Problem[] {
  const claimants = new Map<string, LoadedObject>();
  return objects.flatMap(loaded => {
    const kind = kindsByName.get(loaded.ref.kind);
    const spec = kind?.spec.safeParse(loaded.object.spec ?? {}).data;
    if (!kind || spec === undefined) return [];
    return kind.claims(asStored(loaded.object, loaded.ref), spec).flatMap(claim => {
      const account = kind.account(spec) ?? '';
      const first = claimants.get(`${account} ${claim}`);
      if (!first) claimants.set(`${account} ${claim}`, loaded);
      if (!first) return [];
      const [resource, name] = [claim.slice(0, claim.indexOf(':')), claim.slice(claim.indexOf(':') + 1)];
      return [
        at(
          loaded,
          'metadata.name',
          `${resource} ${name} in AWS is also declared by ${describeRef(first.ref)} (${first.file}:${first.line})`,
        ),
      ];
    });
  });
}

function at({ file, line, column }: LoadedObject, path: string, message: string): Problem {
  return { file, line, column, path, message };
}

/** A draft as a store would hold it, for functions that want a stored object. */
export function asStored(draft: Draft, ref: Ref): ApiObject {
  const { name, namespace } = ref;
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      name,
      namespace,
      uid: keyOf(ref),
      resourceVersion: '0',
      generation: 1,
      creationTimestamp: '1970-01-01T00:00:00Z',
    },
  };
}
