import type { Json } from '../../model/json.ts';
import type { Reported } from '../kind.ts';
import { computeEnvironmentId, jobQueueId, schedulingPolicyId } from './names.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

/** The status members of the kind's own. */
export function report(
  spec: BatchEnvironmentSpec,
  resources: readonly Reported[],
): Readonly<Record<string, Json | undefined>> {
  const found = (id: string) => resources.find(resource => resource.id === id);
  const outputs = (id: string) => found(id)?.view?.outputs ?? {};
  const arn = (id: string, given: string | undefined) => given ?? outputs(id)['arn'];
  const execution = arn('role/execution', spec.executionRole.arn);
  const granted = spec.executionRole.arn !== undefined || found('role/execution')?.settled === true;
  const profile = arn('instanceProfile', spec.instanceRole.instanceProfileArn);
  const { launchTemplateId, version } = outputs('launchTemplate');
  const entry = (id: string) => {
    const { arn: itsArn, status, state } = outputs(id);
    return { arn: itsArn, status, state };
  };
  return {
    executionRole:
      execution === undefined
        ? undefined
        : { arn: execution, grantedCredentials: granted ? spec.registryCredentials.map(({ name }) => name) : [] },
    instanceProfile: profile === undefined ? undefined : { arn: profile },
    launchTemplate: launchTemplateId === undefined ? undefined : { id: launchTemplateId, version },
    agentCredentials:
      version === undefined ? undefined : spec.agentRegistryAuth?.registryCredentials.map(({ name }) => name),
    computeEnvironments: spec.computeEnvironments.map(({ name }) => ({
      name,
      computeEnvironmentName: found(computeEnvironmentId(name))?.name,
      ...entry(computeEnvironmentId(name)),
      ecsClusterArn: outputs(computeEnvironmentId(name))['ecsClusterArn'],
    })),
    jobQueues: spec.jobQueues.map(({ name, schedulingPolicyArn }) => ({
      name,
      jobQueueName: found(jobQueueId(name))?.name,
      ...entry(jobQueueId(name)),
      schedulingPolicyArn: arn(schedulingPolicyId(name), schedulingPolicyArn),
    })),
  };
}
