import type { World } from '../world.ts';

/** The lists that Batch keeps as sets: nothing is promised about their order. */
const sets: ReadonlySet<string> = new Set([
  'subnets',
  'securityGroupIds',
  'instanceTypes',
  'ec2Configuration',
  'targetInstanceTypes',
  'environment',
  'secrets',
  'secretOptions',
  'resourceRequirements',
  'mountPoints',
  'volumes',
  'ulimits',
  'devices',
  'tmpfs',
  'shareDistribution',
]);

const ordered: readonly unknown[] = ['BEST_FIT_PROGRESSIVE_ORDERED', 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED'];

/** Rows and the sets in them in another order, if this AWS is one that makes use of its right to do that. */
export function reordered<Row>(world: World, rows: readonly Row[]): readonly Row[] {
  return world.reorders ? world.random.shuffled(rows).map(row => inside(world, row)) : rows;
}

function inside<T>(world: World, value: T): T {
  if (Array.isArray(value)) return value.map(item => inside(world, item) as unknown) as T;
  if (typeof value !== 'object' || value === null) return value;
  const keepsTypes = ordered.includes((value as { allocationStrategy?: unknown }).allocationStrategy);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      const next = inside(world, member);
      const isSet = Array.isArray(next) && sets.has(key) && !(key === 'instanceTypes' && keepsTypes);
      return [key, isSet ? world.random.shuffled(next as unknown[]) : next];
    }),
  ) as T;
}
