/** One kubectl command and what it must show. `{ns}` and `{name}`s of kept outputs are filled in everywhere. */
export interface Step {
  readonly run: readonly string[];
  /** Standard input: a manifest. */
  readonly input?: object;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit code; 0 when left out. */
  readonly code?: number;
  readonly shows?: readonly (string | RegExp)[];
  readonly hides?: readonly (string | RegExp)[];
  /** Keep the output under this name. */
  readonly keep?: string;
  /** The first kubectl that can do this, as the minor version. */
  readonly since?: number;
}

/** What belongs together, in a namespace of its own. */
export interface Operation {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Path of our API group. */
export const base = '/apis/batchwright.dev/v1alpha1';
/** Path of the job definitions of the namespace. */
export const jobs = `${base}/namespaces/{ns}/jobdefinitions`;
/** A uid that nothing has. */
export const zeros = '00000000-0000-0000-0000-000000000000';

/** A small job definition; `metadata` and `spec` are added to its own. */
export function job(name: string, metadata: object = {}, spec: object = {}) {
  const resourceRequirements = [
    { type: 'VCPU', value: '1' },
    { type: 'MEMORY', value: '512' },
  ];
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'JobDefinition',
    metadata: { name, ...metadata },
    spec: { containerProperties: { image: 'busybox', resourceRequirements }, retryStrategy: { attempts: 1 }, ...spec },
  };
}

/** A job definition with labels. */
export const labelled = (name: string, labels: Readonly<Record<string, string>>, spec?: object) =>
  job(name, { labels }, spec);
/** A job definition that is tried so often. */
export const attempts = (name: string, number: number) => job(name, {}, { retryStrategy: { attempts: number } });
/** Creates an object. */
export const create = (input: object): Step => ({ run: ['create', '-f', '-'], input, shows: ['created'] });
/** Arguments of a merge patch of a job definition. */
export const merge = (name: string, patch: object, ...rest: readonly string[]) => [
  ...['patch', 'jdef', name, '--type', 'merge', '-p', JSON.stringify(patch)],
  ...rest,
];
/** Looks at a value of a job definition. */
export const value = (name: string, path: string, is: string | RegExp): Step => ({
  run: ['get', 'jdef', name, '-o', `jsonpath=${path}`],
  shows: [typeof is === 'string' ? new RegExp(`^${is}$`) : is],
});
/** A status that is Ready. */
export const ready = { conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', observedGeneration: 1 }] };
