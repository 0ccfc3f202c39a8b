import type { ApiObject } from '../../model/object.ts';
import { valueAt } from '../../model/path.ts';
import type { BatchJobSpec } from './spec.ts';

/** A piece of what ECS says when an image could not be pulled, what it means, and what to do. In the order of looking. */
const pullProblems: readonly { readonly text: RegExp; readonly means: string }[] = [
  {
    text: /toomanyrequests|pull rate limit/i,
    means:
      'the registry refuses for now: its pull limit is reached. Log in with a paid or another account, or use an ECR pull-through cache',
  },
  {
    text: /unable to get registry auth from asm|asm fetching secret/i,
    means:
      'the login could not be read from Secrets Manager: the execution role may not read the secret or use its key, the secret is gone, or the network has no way to Secrets Manager',
  },
  {
    text: /invalid schema|AuthorizationData is malformed|empty secrets value/i,
    means: 'the secret does not hold JSON with username and password',
  },
  {
    text: /may require 'docker login'|pull access denied|no basic auth credentials/i,
    means:
      'no login or a wrong one was used, or the repository does not exist: check registryCredential and the image name',
  },
  {
    text: /requested access to the resource is denied|insufficient_scope|403 Forbidden/i,
    means: 'the login is good but may not pull this repository',
  },
  {
    text: /401 Unauthorized|failed to authorize|authentication required/i,
    means: 'the registry does not accept the login: the token may have expired or been revoked',
  },
  {
    text: /manifest.*not found|manifest unknown|not found: manifest/i,
    means: 'the repository has no such tag or digest',
  },
  {
    text: /request canceled while waiting for connection|i\/o timeout|dial tcp|no such host/i,
    means: 'the registry cannot be reached from the subnets: check NAT, routes, security groups and DNS',
  },
  {
    text: /no matching manifest|exec format error/i,
    means: 'the image is not built for the architecture of the instances',
  },
];

/** A failure in plain words: AWS's own, with what they mean where they are about pulling the image. */
export function explainFailure(statusReason: string | undefined, reason: string | undefined): string {
  const words = [statusReason, reason].filter(Boolean).join(': ');
  const known = pullProblems.find(({ text }) => text.test(words));
  return known ? `${words} (${known.means})` : words || 'AWS gives no reason';
}

/** Why a job may be waiting in RUNNABLE, as far as the declared environment tells; undefined when nothing stands out. */
export function explainWaiting(spec: BatchJobSpec, environment: ApiObject | undefined): string | undefined {
  const queue = queueOf(spec, environment);
  if (!queue) return undefined;
  if (queue['state'] === 'DISABLED') return `job queue ${String(queue['name'])} is DISABLED`;
  if (queue['status'] !== undefined && queue['status'] !== 'VALID')
    return `job queue ${String(queue['name'])} is ${String(queue['status'])}`;
  const declared = listAt(environment?.spec, 'jobQueues').find(({ name }) => name === queue['name']);
  const names = listAt(declared, 'computeEnvironmentOrder').map(({ computeEnvironment }) => String(computeEnvironment));
  const problems = names.flatMap(name => environmentProblem(spec, environment, name));
  return problems.length === names.length && problems.length > 0 ? problems.join('; ') : undefined;
}

type Members = Readonly<Record<string, unknown>>;

function listAt(value: unknown, path: string): readonly Members[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

function environmentProblem(spec: BatchJobSpec, environment: ApiObject | undefined, name: string): readonly string[] {
  const status = listAt(environment?.status, 'computeEnvironments').find(entry => entry['name'] === name);
  const declared = listAt(environment?.spec, 'computeEnvironments').find(entry => entry['name'] === name);
  if (status?.['state'] === 'DISABLED') return [`compute environment ${name} is DISABLED`];
  if (status?.['status'] !== undefined && status['status'] !== 'VALID')
    return [`compute environment ${name} is ${String(status['status'])}`];
  const maxvCpus = Number(valueAt(declared, 'computeResources.maxvCpus'));
  const needed = Number(spec.containerOverrides?.resourceRequirements?.find(({ type }) => type === 'VCPU')?.value ?? 0);
  return needed > maxvCpus
    ? [`the job needs ${needed} vCPUs, compute environment ${name} has ${maxvCpus} at most`]
    : [];
}

/** The queue of the environment that a job goes to, as its status shows it. */
export function queueOf(spec: BatchJobSpec, environment: ApiObject | undefined): Members | undefined {
  const queues = listAt(environment?.status, 'jobQueues');
  return spec.jobQueue === undefined ? queues[0] : queues.find(({ name }) => name === spec.jobQueue);
}
