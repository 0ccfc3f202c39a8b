import { valueAt } from '../../model/path.ts';
import type { Path } from '../rule.ts';
import type { ContainerProperties } from './container-fields.ts';
import type { EksProperties } from './eks-fields.ts';
import type { NodeProperties } from './node-fields.ts';
import type { JobDefinitionSpec } from './spec.ts';
import type { EcsProperties } from './task-fields.ts';

export type Platform = 'EC2' | 'FARGATE' | 'MANAGED_INSTANCES';

type TaskProperties = EcsProperties['taskProperties'][number];
type TaskContainer = TaskProperties['containers'][number];
export type Pod = EksProperties['podProperties'];

/** A container on Amazon ECS, and where it stands. */
export interface PlacedContainer {
  readonly path: Path;
  readonly container: ContainerProperties | TaskContainer;
}

/** What becomes one ECS task: a container by itself, or several in one task, on one node or on each node of a range. */
export interface Task {
  readonly path: Path;
  readonly shape: 'container' | 'task';
  /** Where roles, volumes and platform are given. */
  readonly properties: ContainerProperties | TaskProperties;
  readonly containers: readonly PlacedContainer[];
  readonly platform: Platform;
  readonly multinode: boolean;
}

/** A pod on Amazon EKS, and where it stands. */
export interface PlacedPod {
  readonly path: Path;
  readonly pod: Pod;
}

/** One node range, and where it stands. */
export interface PlacedRange {
  readonly path: Path;
  readonly range: NodeProperties['nodeRangeProperties'][number];
}

type Surroundings = Pick<Task, 'platform' | 'multinode'>;

function single(properties: ContainerProperties | undefined, path: Path, around: Surroundings): readonly Task[] {
  if (!properties) return [];
  return [{ ...around, path, shape: 'container', properties, containers: [{ path, container: properties }] }];
}

function several(properties: EcsProperties | undefined, path: Path, around: Surroundings): readonly Task[] {
  return (properties?.taskProperties ?? []).map((task, index) => {
    const at = [...path, 'taskProperties', index];
    const containers = task.containers.map((container, i) => ({ path: [...at, 'containers', i], container }));
    return { ...around, path: at, shape: 'task', properties: task, containers };
  });
}

/** Where a definition's jobs can run; nothing said means EC2. */
function platformOf(spec: Pick<JobDefinitionSpec, 'platformCapabilities'>): Platform {
  return spec.platformCapabilities?.[0] ?? 'EC2';
}

/** Every node range of a definition. */
export function nodeRanges(spec: JobDefinitionSpec): readonly PlacedRange[] {
  const ranges = spec.nodeProperties?.nodeRangeProperties ?? [];
  return ranges.map((range, index) => ({ path: ['nodeProperties', 'nodeRangeProperties', index], range }));
}

/** Everything in a definition that becomes an ECS task. */
export function tasks(spec: JobDefinitionSpec): readonly Task[] {
  const platform = platformOf(spec);
  const alone = { platform, multinode: false };
  const node = { platform, multinode: true };
  return [
    ...single(spec.containerProperties, ['containerProperties'], alone),
    ...several(spec.ecsProperties, ['ecsProperties'], alone),
    ...nodeRanges(spec).flatMap(({ path, range }) => [
      ...single(range.container, [...path, 'container'], node),
      ...several(range.ecsProperties, [...path, 'ecsProperties'], node),
    ]),
  ];
}

/** Every container on Amazon ECS, with the execution role that the spec itself gives for it. */
export function containers(
  spec: JobDefinitionSpec,
): readonly (PlacedContainer & { readonly executionRoleArn: string | undefined })[] {
  return tasks(spec).flatMap(({ properties: { executionRoleArn }, containers: placed }) =>
    placed.map(one => ({ ...one, executionRoleArn })),
  );
}

/** Every pod of a definition. */
export function pods(spec: JobDefinitionSpec): readonly PlacedPod[] {
  return [
    ...(spec.eksProperties
      ? [{ path: ['eksProperties', 'podProperties'], pod: spec.eksProperties.podProperties }]
      : []),
    ...nodeRanges(spec).flatMap(({ path, range }) =>
      range.eksProperties
        ? [{ path: [...path, 'eksProperties', 'podProperties'], pod: range.eksProperties.podProperties }]
        : [],
    ),
  ];
}

/** The role of the job itself, which single containers and tasks call by different names. */
export function jobRoleOf({ properties }: Task): unknown {
  return valueAt(properties, 'jobRoleArn') ?? valueAt(properties, 'taskRoleArn');
}

/** Where a task gives its Fargate platform version, as a dotted path. */
export function platformVersionPath({ shape }: Task): string {
  return shape === 'container' ? 'fargatePlatformConfiguration.platformVersion' : 'platformVersion';
}

/** What runs a task, a container's or a task's properties, is Windows. */
export function isWindows(properties: unknown): boolean {
  return String(valueAt(properties, 'runtimePlatform.operatingSystemFamily')).startsWith('WINDOWS');
}
