import type { Aws } from '../aws/aws.ts';
import type { Key } from '../model/object.ts';
import type { Resource, Sought } from '../resources/resource.ts';
import { failureDuring } from './foreseen.ts';
import type { Observations } from './observations.ts';

/** One resource to look at, with the definition that reads it. */
export interface Target extends Sought {
  readonly definition: Resource;
  /** It is on its way out: that it is gone is only believed when this pass has looked itself. */
  readonly leaving: boolean;
}

/** How old what a pass goes by may be. Milliseconds since the epoch. */
export interface Freshness {
  /** The oldest reading of the object's own that will do. */
  readonly own: number;
  /** The oldest shared snapshot that will do for a first sight; undefined: none will. */
  readonly shared: number | undefined;
}

/**
 * What one pass sees of an object's resources. First it takes what is at hand: earlier readings of the object's own and
 * shared snapshots; whatever is to be changed or does not look right is then read by itself.
 */
export class Look {
  readonly #aws: (notBefore: number) => Aws;
  readonly #observations: Observations;
  readonly #key: Key;
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  readonly #observed = new Map<string, unknown>();
  readonly #exact = new Set<string>();
  readonly #hearsay = new Set<string>();

  /** `aws`: the account, with snapshots begun at an instant or later. */
  constructor(
    aws: (notBefore: number) => Aws,
    observations: Observations,
    key: Key,
    now: () => number,
    signal: AbortSignal,
  ) {
    this.#aws = aws;
    this.#observations = observations;
    this.#key = key;
    this.#now = now;
    this.#signal = signal;
  }

  /** What is there, by id; a missing entry is not there. */
  get observed(): ReadonlyMap<string, unknown> {
    return this.#observed;
  }

  /** Whether this pass has read a resource by itself. */
  isExact(id: string): boolean {
    return this.#exact.has(id);
  }

  /** Whether a resource is known from a shared snapshot only. */
  isHearsay(id: string): boolean {
    return this.#hearsay.has(id);
  }

  /** Takes what is at hand and is fresh enough, and reads the rest. */
  async glance(targets: readonly Target[], { own, shared }: Freshness): Promise<void> {
    const recalled = targets.filter(({ id, leaving }) => {
      const sighting = this.#observations.recall(this.#key, id, own);
      if (!sighting || (leaving && sighting.observed === undefined)) return false;
      this.#note(id, sighting.observed);
      return true;
    });
    const rest = targets.filter(target => !recalled.includes(target));
    const byOthers =
      shared === undefined
        ? []
        : rest.filter(({ id, leaving }) => !leaving && !this.#observations.outdates(this.#key, id, shared));
    for (const { id } of byOthers) this.#hearsay.add(id);
    await Promise.all([
      this.#read(byOthers, shared ?? 0, false),
      this.closer(rest.filter(target => !byOthers.includes(target))),
    ]);
  }

  /** Reads resources by themselves. */
  async closer(targets: readonly Target[]): Promise<void> {
    const at = this.#now();
    await this.#read(targets, at, true);
    for (const { id } of targets) {
      this.#exact.add(id);
      this.#hearsay.delete(id);
      this.#observations.saw(this.#key, id, this.#observed.get(id), at);
    }
  }

  async #read(targets: readonly Target[], notBefore: number, exact: boolean): Promise<void> {
    const aws = this.#aws(notBefore);
    const groups = Map.groupBy(targets, ({ definition }) => definition);
    await Promise.all(
      [...groups].map(async ([definition, group]) => {
        try {
          const found = await definition.read(aws, group, exact, this.#signal);
          for (const { id } of group) this.#note(id, found.get(id));
        } catch (error) {
          const names = group.map(({ name }) => name).join(', ');
          throw failureDuring(error, `reading ${definition.noun} ${names}`, this.#signal);
        }
      }),
    );
  }

  #note(id: string, observed: unknown): void {
    if (observed === undefined) this.#observed.delete(id);
    else this.#observed.set(id, observed);
  }
}
