import type { Equality } from './equality.ts';
import type { Path } from './path.ts';

/**
 * What follows from a difference: an operation of the resource; `immutable`, nothing can repair it in place, the object
 * is blocked and says so; `later`, AWS cannot take it yet, look again; `ignored`, the field only matters at creation.
 */
export type Repair<Op extends string> = Op | 'immutable' | 'later' | 'ignored';

/** One row of a resource's table: where a value is wanted, where AWS keeps it, and what repairs a difference. */
export interface Field<Want, Observed, Op extends string> {
  readonly want: Path<Want>;
  /** Path in the observed value; the same path when left out. */
  readonly have?: Path<Observed>;
  readonly repair: Repair<Op> | ((want: Want, observed: Observed) => Repair<Op>);
  /** `exact` when left out. */
  readonly equal?: Equality;
  /** Where a difference can be immutable or has to wait: why, and what a person can do, as the end of a sentence. */
  readonly because?: string;
  /** What absence in the wanted value stands for. Left out: absence means that the field is not ours, and no drift. */
  readonly unset?: unknown;
  /** The values never leave the plan: changes show that they differ, not how. */
  readonly sensitive?: true;
}
