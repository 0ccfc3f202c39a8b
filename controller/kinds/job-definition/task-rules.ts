import { valueAt } from '../../model/path.ts';
import { type Add, given, judge, listAt, type Members, type Rule, refused, unique } from '../rule.ts';
import type { ContainerScope } from './container-rules.ts';
import { fargateSizeProblem } from './fargate-sizes.ts';
import type { Platform, Task } from './places.ts';
import { isWindows, platformVersionPath } from './places.ts';

type TaskRule = Rule<ContainerScope>;

const forFargate = 'is for Fargate only; set platformCapabilities: [FARGATE], or leave it out';

const onPlatform: Readonly<Record<Platform, readonly TaskRule[]>> = {
  EC2: [
    ...refused<ContainerScope>(
      [
        'runtimePlatform',
        'fargatePlatformConfiguration',
        'platformVersion',
        'networkConfiguration',
        'ephemeralStorage',
      ],
      forFargate,
    ),
    ...refused<ContainerScope>(['networkMode'], 'is for managed instances only; leave it out'),
  ],
  FARGATE: [
    {
      at: 'executionRoleArn',
      refuses: ({ executionRoleArn }, { hasEnvironment }) => executionRoleArn === undefined && !hasEnvironment,
      message: 'is required on Fargate; give it, or name a BatchEnvironment as spec.environment',
    },
    ...refused<ContainerScope>(['ipcMode', 'networkMode', 'instanceType'], 'is not for Fargate'),
    { at: 'pidMode', refuses: ({ pidMode }) => pidMode === 'host', message: 'may only be task on Fargate' },
    {
      at: 'runtimePlatform.cpuArchitecture',
      refuses: task => isWindows(task) && (valueAt(task, 'runtimePlatform.cpuArchitecture') ?? 'X86_64') !== 'X86_64',
      message: 'must be X86_64 for Windows containers',
    },
  ],
  MANAGED_INSTANCES: [
    ...refused<ContainerScope>(
      ['fargatePlatformConfiguration', 'platformVersion', 'networkConfiguration', 'ephemeralStorage'],
      forFargate,
    ),
    {
      at: 'runtimePlatform.operatingSystemFamily',
      refuses: task => (valueAt(task, 'runtimePlatform.operatingSystemFamily') ?? 'LINUX') !== 'LINUX',
      message: 'must be LINUX on managed instances',
    },
  ],
};

/** Fargate platform versions from which on something works. */
const sinceVersion: readonly {
  readonly version: string;
  readonly what: string;
  readonly used: (task: Task) => boolean;
}[] = [
  {
    version: '1.2.0',
    what: 'registryCredential',
    used: ({ containers }) => containers.some(({ container }) => container.registryCredential !== undefined),
  },
  {
    version: '1.4.0',
    what: 'EFS volumes',
    used: ({ properties }) => listAt(properties, 'volumes').some(one => valueAt(one, 'efsVolumeConfiguration')),
  },
];

function isOlder(given: string, than: string): boolean {
  if (!/^\d+(\.\d+)*$/.test(given)) return false;
  const [a, b] = [given, than].map(version => version.split('.').map(Number));
  const differs = [0, 1, 2].find(index => (a?.[index] ?? 0) !== (b?.[index] ?? 0)) ?? 0;
  return (a?.[differs] ?? 0) < (b?.[differs] ?? 0);
}

const severalContainers: readonly TaskRule[] = [
  {
    each: 'containers',
    at: 'name',
    refuses: ({ name }, { task }) => name === undefined && task.containers.length > 1,
    message: 'is required where there are several containers',
  },
  {
    at: 'containers',
    refuses: task => listAt(task, 'containers').every(one => valueAt(one, 'essential') === false),
    message: 'one container at least must be essential',
  },
  {
    each: 'containers',
    at: 'dependsOn',
    refuses: (container, { task }) => task.containers.length === 1 && given('dependsOn')(container),
    message: 'is not for a container by itself',
  },
];

/** Judges a task as a whole; its containers by themselves are not looked at. */
export function judgeTask(scope: ContainerScope, add: Add): void {
  const { task } = scope;
  judge(onPlatform[task.platform], task.properties, scope, task.path, add);
  if (task.shape === 'task') judge(severalContainers, task.properties, scope, task.path, add);
  if (task.shape === 'task') dependencies(task, add);
  unique(task.properties, 'volumes', item => valueAt(item, 'name'), task.path, add);
  unique(task.properties, 'containers', item => valueAt(item, 'name'), task.path, add);
  if (task.platform === 'FARGATE') sizes(task, add);
  if (task.platform === 'FARGATE') versions(task, add);
}

/** On Fargate the containers of a task share its size. */
function sizes({ path, shape, containers }: Task, add: Add): void {
  const at = [...path, ...(shape === 'container' ? ['resourceRequirements'] : ['containers'])];
  const sum = (type: string) => {
    const found = containers.flatMap(({ container }) =>
      (container.resourceRequirements ?? []).filter(item => item.type === type).map(({ value }) => Number(value)),
    );
    return found.length === 0 ? undefined : found.reduce((total, value) => total + value, 0);
  };
  const [vcpu, memory] = [sum('VCPU'), sum('MEMORY')];
  const together = shape === 'container' ? '' : ' (all containers together)';
  if (vcpu === undefined || memory === undefined) {
    add(at, `VCPU and MEMORY are both required on Fargate${together}`);
    return;
  }
  const problem = fargateSizeProblem(vcpu, memory);
  if (problem !== undefined) add(at, `${problem}${together}`);
}

function versions(task: Task, add: Add): void {
  const at = platformVersionPath(task);
  const platformVersion = valueAt(task.properties, at);
  for (const { version, what, used } of sinceVersion) {
    if (typeof platformVersion === 'string' && isOlder(platformVersion, version) && used(task))
      add([...task.path, ...at.split('.')], `must be ${version} or newer for ${what}`);
  }
}

function dependencies({ path, containers }: Task, add: Add): void {
  const list = containers.map(({ container }) => container as Members);
  const named = new Map(list.map(container => [container['name'], container]));
  for (const [index, container] of list.entries()) {
    for (const [position, dependency] of listAt(container, 'dependsOn').entries()) {
      const at = [...path, 'containers', index, 'dependsOn', position];
      const problem = dependencyProblem(container, dependency, named);
      if (problem) add([...at, problem.member], problem.message);
    }
  }
  const circle = circular(list, named);
  if (circle !== undefined) add([...path, 'containers', circle, 'dependsOn'], 'the containers wait for each other');
}

function dependencyProblem(
  container: Members,
  dependency: unknown,
  named: ReadonlyMap<unknown, Members>,
): { readonly member: string; readonly message: string } | undefined {
  const name = valueAt(dependency, 'containerName');
  const target = named.get(name);
  if (!target) return { member: 'containerName', message: `${String(name)} is the name of no container of the task` };
  if (target === container) return { member: 'containerName', message: 'a container cannot wait for itself' };
  const condition = valueAt(dependency, 'condition');
  return condition !== 'START' && target['essential'] !== false
    ? {
        member: 'condition',
        message: `${String(condition)} is not for a container that is essential; use START, or set essential: false there`,
      }
    : undefined;
}

/** The place of a container that, by way of others, waits for itself. */
function circular(list: readonly Members[], named: ReadonlyMap<unknown, Members>): number | undefined {
  const waitsFor = (container: Members): Members[] =>
    listAt(container, 'dependsOn')
      .map(one => named.get(valueAt(one, 'containerName')))
      .filter(other => other !== undefined);
  const found = list.findIndex(start => {
    const seen = new Set<Members>();
    const next = waitsFor(start).filter(other => other !== start);
    for (let here = next.pop(); here !== undefined; here = next.pop()) {
      if (here === start) return true;
      if (seen.has(here)) continue;
      seen.add(here);
      next.push(...waitsFor(here));
    }
    return false;
  });
  return found < 0 ? undefined : found;
}
