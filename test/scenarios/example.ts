import { apiVersion, type Draft } from '../../controller/model/object.ts';

/** An object of ours in namespace default. */
export function object(
  kind: string,
  name: string,
  spec: object,
  annotations?: Readonly<Record<string, string>>,
): Draft {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'default', ...(annotations ? { annotations } : {}) },
    spec: JSON.parse(JSON.stringify(spec)),
  };
}

export const credentialSpec = {
  registry: 'ghcr.io/acme',
  source: { files: { username: 'robot', passwordPath: '/login' } },
};

export const environmentSpec = {
  registryCredentials: [{ name: 'ghcr' }],
  agentRegistryAuth: { registryCredentials: [{ name: 'ghcr' }] },
  computeEnvironments: [
    {
      name: 'main',
      computeResources: { type: 'EC2', maxvCpus: 16, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
    },
  ],
  jobQueues: [{ name: 'main', priority: 10, computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'main' }] }],
};

export const definitionSpec = {
  environment: { name: 'blog' },
  containerProperties: {
    image: 'ghcr.io/acme/job:1',
    registryCredential: { name: 'ghcr' },
    command: ['echo', 'hello'],
    resourceRequirements: [
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '512' },
    ],
  },
};

/** The walk of the private registry example: credential, environment, job definition. */
export function example(): readonly Draft[] {
  return [
    object('RegistryCredential', 'ghcr', credentialSpec),
    object('BatchEnvironment', 'blog', environmentSpec),
    object('JobDefinition', 'hello', definitionSpec),
  ];
}

/** A copy of a spec with the members at some paths set. */
export function changed<Spec extends object>(spec: Spec, at: Readonly<Record<string, unknown>>): Spec {
  const copy = structuredClone(spec);
  for (const [path, value] of Object.entries(at)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let here: Record<string, unknown> = copy as Record<string, unknown>;
    for (const step of steps) {
      here[step] ??= {};
      here = here[step] as Record<string, unknown>;
    }
    here[last] = value;
  }
  return copy;
}
