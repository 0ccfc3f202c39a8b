import type { Controller } from '../engine/controller.ts';
import type { ObjectIndex } from '../engine/object-index.ts';
import { conditionOf } from '../model/conditions.ts';
import { type ApiObject, describeRef, refOf } from '../model/object.ts';
import type { DirectorySource } from '../sources/directory.ts';
import { describeProblem } from '../sources/yaml-problem.ts';
import type { Outside } from './command.ts';
import { statusTable } from './table.ts';

/** What `--once` waits for and reports on. */
interface Parts {
  readonly controller: Controller;
  readonly directory: DirectorySource;
  readonly objects: ObjectIndex;
}

/** As declared, paused, or waiting for a person: nothing more happens by itself. */
function finished({ metadata, status }: ApiObject): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.['observedGeneration'] !== metadata.generation) return false;
  const ready = conditionOf(status, 'Ready');
  if (ready?.reason === 'Paused') return true;
  return ready?.status === 'True' || conditionOf(status, 'Stalled')?.status === 'True';
}

function settled({ controller, directory, objects }: Parts): boolean {
  const { synced, held } = directory.status;
  return synced && held.length === 0 && objects.all.every(finished) && controller.queue.working === 0;
}

/** Waits until nothing more happens by itself, prints a table, and answers the exit code: 0 when all is Ready. */
export async function converged(
  parts: Parts,
  timeoutMs: number,
  { out, signal }: Pick<Outside, 'out' | 'signal'>,
): Promise<number> {
  const end = Date.now() + timeoutMs;
  while (!signal.aborted && Date.now() < end && !settled(parts)) await new Promise(done => setTimeout(done, 100));
  const { objects, directory } = parts;
  const problems = directory.status.files.flatMap(({ problems: found }) => found);
  const notReady = objects.all.filter(object => conditionOf(object.status, 'Ready')?.status !== 'True');
  out(statusTable(objects.all));
  for (const problem of problems) out(`${describeProblem(problem)}\n`);
  const done = settled(parts);
  if (!done) out(`not settled within the time: ${notReady.map(object => describeRef(refOf(object))).join(', ')}\n`);
  return done && notReady.length === 0 && problems.length === 0 ? 0 : 1;
}
