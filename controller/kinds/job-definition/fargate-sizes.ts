interface Size {
  readonly vcpu: number;
  /** MiB. */
  readonly memory: readonly number[];
}

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

/** MiB of memory that Fargate offers for each number of vCPUs (AWS Batch API reference, ResourceRequirement). */
// biome-ignore format: a table reads best in columns
const sizes: readonly Size[] = [
  { vcpu: 0.25, memory: [512, 1024, 2048] },
  { vcpu: 0.5,  memory: steps(1024, 4096, 1024) },
  { vcpu: 1,    memory: steps(2048, 8192, 1024) },
  { vcpu: 2,    memory: steps(4096, 16_384, 1024) },
  { vcpu: 4,    memory: steps(8192, 30_720, 1024) },
  { vcpu: 8,    memory: steps(16_384, 61_440, 4096) },
  { vcpu: 16,   memory: steps(32_768, 122_880, 8192) },
  { vcpu: 32,   memory: [61_440, 122_880, 249_856] },
];

/** Why Fargate does not offer a number of vCPUs with so many MiB of memory; undefined when it does. */
export function fargateSizeProblem(vcpu: number, memory: number): string | undefined {
  const size = sizes.find(one => one.vcpu === vcpu);
  if (!size)
    return `VCPU ${vcpu} is not offered on Fargate; offered are ${sizes.map(({ vcpu: offered }) => offered).join(', ')}`;
  if (size.memory.includes(memory)) return undefined;
  return `MEMORY ${memory} is not offered with ${vcpu} vCPU on Fargate; offered are ${size.memory.join(', ')}`;
}
