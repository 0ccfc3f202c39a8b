import { isObject } from '../../model/json.ts';
import { valueAt } from '../../model/path.ts';
import { type Add, given, judge, listAt, type Members, type Path, type Rule, unique } from '../rule.ts';
import { imageIsReadable } from './image-rule.ts';
import type { PlacedPod, Pod } from './places.ts';

type Quantity = 'cpu' | 'memory' | 'nvidia.com/gpu';

const forms: Readonly<Record<Quantity, { readonly form: RegExp; readonly least: number; readonly message: string }>> = {
  cpu: { form: /^\d+(\.(0|25|5|50|75)0*)?$/, least: 0.25, message: 'must be a multiple of 0.25' },
  memory: { form: /^\d+Mi$/, least: 4, message: 'must be a whole number of MiB, at least 4Mi, such as 2048Mi' },
  'nvidia.com/gpu': { form: /^\d+$/, least: 1, message: 'must be a whole number' },
};

const quantity = (container: Members, side: 'limits' | 'requests', key: string): string | undefined => {
  const found = valueAt(container, `resources.${side}`);
  const value = isObject(found) ? found[key] : undefined;
  return typeof value === 'string' ? value : undefined;
};

const number = (text: string) => Number.parseFloat(text);

function equalOnBoth(key: Quantity): Rule<Pod> {
  return {
    at: 'resources',
    refuses: container => {
      const [limit, request] = [quantity(container, 'limits', key), quantity(container, 'requests', key)];
      return limit !== undefined && request !== undefined && number(limit) !== number(request);
    },
    message: `${key} must be the same in limits and requests`,
  };
}

const podContainer: readonly Rule<Pod>[] = [
  imageIsReadable,
  equalOnBoth('memory'),
  equalOnBoth('nvidia.com/gpu'),
  {
    at: 'resources',
    refuses: container => {
      const [limit, request] = [quantity(container, 'limits', 'cpu'), quantity(container, 'requests', 'cpu')];
      return limit !== undefined && request !== undefined && number(request) > number(limit);
    },
    message: 'cpu may not be more in requests than in limits',
  },
  {
    each: 'volumeMounts',
    at: 'name',
    refuses: ({ name }, pod) => !listAt(pod, 'volumes').some(volume => valueAt(volume, 'name') === name),
    message: ({ name }) => `${String(name)} is the name of no volume`,
  },
];

/** Containers that run after the initial ones have to say what they need. */
const mainContainer: readonly Rule<Pod>[] = (['cpu', 'memory'] as const).map(key => ({
  at: 'resources',
  refuses: container =>
    quantity(container, 'limits', key) === undefined && quantity(container, 'requests', key) === undefined,
  message: `${key} is required, in limits or requests`,
}));

const sources = ['hostPath', 'emptyDir', 'secret', 'persistentVolumeClaim'];

const wholePod: readonly Rule<Pod>[] = [
  {
    each: 'volumes',
    at: '',
    refuses: volume => sources.filter(source => given(source)(volume)).length !== 1,
    message: `exactly one of ${sources.join(', ')} must be set`,
  },
];

const labelName = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Why Kubernetes, or AWS Batch, takes no such key of a label or annotation. */
function keyProblem(key: string): string | undefined {
  const [name = '', prefix] = key.split('/').reverse();
  const well = labelName.test(name) && (prefix === undefined || (prefix.length <= 253 && subdomain.test(prefix)));
  if (!well || key.split('/').length > 2)
    return 'is no key for Kubernetes: a name of at most 63 letters, digits, -, _ and ., before it a domain and / if any';
  if (prefix !== undefined && /(^|\.)(kubernetes|k8s)\.io$/.test(prefix)) return 'its prefix is reserved by Kubernetes';
  return undefined;
}

/** Judges a pod. */
export function judgePod({ path, pod }: PlacedPod, add: Add): void {
  judge(wholePod, pod, pod, path, add);
  unique(pod, 'volumes', item => valueAt(item, 'name'), path, add);
  const names = new Set<string>();
  for (const { list, at, container } of podContainers(pod, path)) {
    const name = container.name ?? 'Default';
    if (names.has(name)) add([...at, 'name'], `${name} is the name of another container of the pod already`);
    names.add(name);
    judge(podContainer, container, pod, at, add);
    if (list === 'containers') judge(mainContainer, container, pod, at, add);
    for (const side of ['limits', 'requests'] as const)
      quantities(container.resources?.[side], [...at, 'resources', side], add);
  }
  for (const member of ['labels', 'annotations'] as const)
    for (const key of Object.keys(pod.metadata?.[member] ?? {})) {
      const problem = keyProblem(key);
      if (problem !== undefined) add([...path, 'metadata', member, key], problem);
    }
}

function podContainers(pod: Pod, path: Path) {
  return (['initContainers', 'containers'] as const).flatMap(list =>
    (pod[list] ?? []).map((container, index) => ({ list, at: [...path, list, index], container })),
  );
}

function quantities(given: Readonly<Record<string, string>> | undefined, path: Path, add: Add): void {
  for (const [key, value] of Object.entries(given ?? {})) {
    const form = Object.hasOwn(forms, key) ? forms[key as Quantity] : undefined;
    // Kubernetes lets devices of all makers be asked for, under a name with a domain.
    if (!form && !key.includes('/'))
      add([...path, key], `is no resource of a pod; there are ${Object.keys(forms).join(', ')}`);
    else if (form && (!form.form.test(value) || number(value) < form.least)) add([...path, key], form.message);
  }
}
