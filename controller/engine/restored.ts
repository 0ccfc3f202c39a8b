import type { Declared } from '../model/declared.ts';
import { type Gathered, type Planned, plans } from './planning.ts';

/**
 * What has to be made again so that AWS can finish deleting something: what has failed on its way out may lack what it
 * stands on, as a compute environment whose service role is gone (aws-batch reference §1.13).
 */
export function restored(
  gathered: Gathered,
  declared: readonly Declared[],
  leaving: readonly Planned[],
): readonly Planned[] {
  const failing = leaving.filter(({ view, settled }) => !settled && view?.phase === 'failed');
  const absent = leaving.filter(({ view }) => view === undefined).map(({ id }) => id);
  const needed = new Set(failing.flatMap(({ after }) => after).filter(id => absent.includes(id)));
  const again = declared.filter(({ id, mode }) => mode === 'manage' && needed.has(id));
  return again.length === 0 ? [] : plans({ ...gathered, declared: again });
}
