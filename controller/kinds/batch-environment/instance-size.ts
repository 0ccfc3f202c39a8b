import { isBundle } from './family.ts';

/** Families of old whose sizes have more vCPUs than their names say. */
const uneven = ['c1', 'c4', 'd2'];

/**
 * The most vCPUs that an instance of a type can have, by the pattern of the names of sizes: 2 up to large, 4 for
 * xlarge, 4 × n for n-xlarge (Amazon EC2 instance types). Undefined where the name does not tell: families, bundles,
 * bare metal, and the families that do not keep to the pattern.
 */
export function mostVcpus(instanceType: string): number | undefined {
  const [family = '', size] = instanceType.split('.');
  if (size === undefined || uneven.includes(family)) return undefined;
  if (/^(nano|micro|small|medium|large)$/.test(size)) return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? undefined : 4 * Number(times || 1);
}

/** Families of general, compute, memory and storage instances, and those of AWS's own accelerators, which are no GPUs. */
const withoutGpus = /^(a|c|m|r|t|i|d|h|x|z|u-?|im|is|hpc|inf|trn)\d/;

/** True where a type, a family or a choice of Batch's own surely has no GPU. */
export function hasNoGpu(instanceType: string): boolean {
  return isBundle(instanceType) || withoutGpus.test(instanceType);
}
