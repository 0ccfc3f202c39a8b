import type {
  DeregisterJobDefinitionRequest,
  DescribeJobDefinitionsRequest,
  DescribeJobDefinitionsResponse,
  RegisterJobDefinitionRequest,
  RegisterJobDefinitionResponse,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import { clientException } from '../service.ts';
import type { View } from '../table.ts';
import type { World } from '../world.ts';
import { batchArn, batchName } from './arns.ts';
import type { JobDefinitionRevision } from './batch.ts';
import { batchPage, limitNames } from './describe.ts';
import { normalised } from './job-definition-normal.ts';
import { registrationRules } from './job-definition-rules.ts';
import { refuse } from './refuse.ts';
import { reordered } from './reordered.ts';

/** RegisterJobDefinition: each success is a new revision, however equal its content. */
export function registerJobDefinition({
  world,
  input,
}: Request<RegisterJobDefinitionRequest>): RegisterJobDefinitionResponse {
  refuse(world, registrationRules, input);
  const { newestRevisions, jobDefinitions } = world.batch;
  const jobDefinitionName = input.jobDefinitionName ?? '';
  const revision = (newestRevisions.get(jobDefinitionName) ?? 0) + 1;
  newestRevisions.set(jobDefinitionName, revision);
  const key = `${jobDefinitionName}:${revision}`;
  const jobDefinitionArn = batchArn(world.account, 'job-definition', key);
  jobDefinitions.set(key, {
    jobDefinitionName,
    jobDefinitionArn,
    revision,
    status: 'ACTIVE',
    type: input.type?.toLowerCase(),
    parameters: input.parameters ?? {},
    propagateTags: input.propagateTags ?? false,
    tags: input.tags ?? {},
    containerOrchestrationType: orchestration(input),
    ...(input.schedulingPriority === undefined ? {} : { schedulingPriority: input.schedulingPriority }),
    ...(input.platformCapabilities === undefined ? {} : { platformCapabilities: input.platformCapabilities }),
    ...(input.consumableResourceProperties === undefined
      ? {}
      : { consumableResourceProperties: input.consumableResourceProperties }),
    ...normalised(world, input),
  });
  return { jobDefinitionName, jobDefinitionArn, revision };
}

function orchestration({ eksProperties, nodeProperties }: RegisterJobDefinitionRequest): 'ECS' | 'EKS' {
  const eks = eksProperties ?? nodeProperties?.nodeRangeProperties?.find(range => range.eksProperties)?.eksProperties;
  return eks === undefined ? 'ECS' : 'EKS';
}

/** DescribeJobDefinitions. */
export function describeJobDefinitions({
  world,
  input,
  view,
}: Request<DescribeJobDefinitionsRequest>): DescribeJobDefinitionsResponse {
  limitNames('jobDefinitions', input.jobDefinitions, input);
  const { jobDefinitions: references, jobDefinitionName, status } = input;
  if (references !== undefined && (jobDefinitionName !== undefined || status !== undefined)) {
    throw clientException('jobDefinitions cannot be used together with jobDefinitionName or status.');
  }
  const wanted = references?.map(reference => batchName(world.account, 'job-definition', reference));
  const name = jobDefinitionName && batchName(world.account, 'job-definition', jobDefinitionName);
  const found = world.batch.jobDefinitions
    .values(view)
    .filter(one => wanted?.includes(keyOf(one)) ?? true)
    .filter(one => name === undefined || one.jobDefinitionName === name)
    .filter(one => status === undefined || one.status === status);
  const cut = batchPage(world, 'DescribeJobDefinitions', found, keyOf, input);
  return { jobDefinitions: [...reordered(world, cut.items)], nextToken: cut.nextToken };
}

function keyOf({ jobDefinitionName, revision }: JobDefinitionRevision): string {
  return `${jobDefinitionName}:${revision}`;
}

/** DeregisterJobDefinition: the revision turns INACTIVE; again is no mistake. */
export function deregisterJobDefinition({ world, input }: Request<DeregisterJobDefinitionRequest>): void {
  const key = batchName(world.account, 'job-definition', input.jobDefinition);
  if (!/:\d+$/.test(key)) {
    throw clientException('jobDefinition should have the form name:revision or be an ARN with a revision.');
  }
  const revision = world.batch.jobDefinitions.get(key);
  if (revision === undefined) throw clientException(`JobDefinition ${key} does not exist`);
  if (revision.status === 'INACTIVE') return;
  world.batch.jobDefinitions.set(key, { ...revision, status: 'INACTIVE' });
  world.agenda.after(world.durations.forgetRevision, () => world.batch.jobDefinitions.delete(key));
}

/** The ACTIVE revision that a submission means: a bare name stands for the newest. */
export function activeRevision(world: World, reference: string | undefined, view: View): JobDefinitionRevision {
  const key = batchName(world.account, 'job-definition', reference);
  const found = world.batch.jobDefinitions
    .values(view)
    .filter(one => one.status === 'ACTIVE' && (keyOf(one) === key || one.jobDefinitionName === key))
    .sort((a, b) => a.revision - b.revision)
    .at(-1);
  if (found === undefined) throw clientException(`JobDefinition with arn ${reference} not found or is not ACTIVE.`);
  return found;
}
