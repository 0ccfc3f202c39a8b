import {
  type ComputeResource,
  type ComputeResourceUpdate,
  CreateComputeEnvironmentCommand,
  DeleteComputeEnvironmentCommand,
  type Ec2Configuration,
  TagResourceCommand,
  UpdateComputeEnvironmentCommand,
  type UpdateComputeEnvironmentCommandInput,
} from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { timestamp } from '../../model/clock.ts';
import type { Change } from '../../model/plan.ts';
import { unlessAbsent } from '../absence.ts';
import { tagBatch } from '../batch-tags.ts';
import type { Call, Operation } from '../resource.ts';
import { changeable, noDelay } from './comparisons.ts';
import type { DrainMemo } from './drain.ts';
import { reachableMaximum } from './fields.ts';
import {
  type ComputeEnvironmentObserved,
  type ComputeEnvironmentWant,
  imageRefreshTag,
  isOnInstances,
} from './shape.ts';

type Op = Operation<ComputeEnvironmentWant, ComputeEnvironmentObserved>;
type ThisCall = Call<ComputeEnvironmentWant, ComputeEnvironmentObserved>;

/** Creates it ENABLED, as Batch demands; a wanted DISABLED state and the update policy follow as changes. */
export const create: Op = async (aws, { want }, signal) => {
  const { computeEnvironmentName, serviceRole, unmanagedvCpus, eksConfiguration, ecsSettings, imageRefresh } = want;
  await aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName,
      type: want.type as 'MANAGED',
      state: 'ENABLED',
      serviceRole,
      unmanagedvCpus,
      eksConfiguration,
      ecsSettings,
      computeResources: want.computeResources as ComputeResource | undefined,
      // It begins with the newest image anyway.
      tags: { ...want.tags, ...(imageRefresh === undefined ? {} : { [imageRefreshTag]: String(imageRefresh) }) },
    }),
    { abortSignal: signal },
  );
};

/** Values that are not sent as they are wanted, by path. */
const translated: Readonly<Record<string, (value: unknown, call: ThisCall) => unknown>> = {
  'computeResources.maxvCpus': (_, { want, observed }) => reachableMaximum(want, observed),
  // An empty list says nothing about what shall be; the type without an image of one's own does.
  'computeResources.ec2Configuration': (value, { observed: { computeResources } }) =>
    (value as readonly Ec2Configuration[]).length > 0
      ? value
      : computeResources?.ec2Configuration?.map(({ imageType }) => ({ imageType })),
  'computeResources.managedInstancesProvider': value => changeable(value),
};

/** Sends the fields of the step and no others: on Fargate even an empty EC2 field is refused. */
export const update: Op = async (aws, call, signal) => {
  await send(aws, call, call.step.changes, signal);
};

/** As `update`; a refresh of the images goes along, so that instances are replaced once. */
export const updateInfrastructure: Op = async (aws, call, signal) => {
  const refresh = call.step.changes.find(({ path }) => path === 'imageRefresh');
  const others = call.step.changes.filter(change => change !== refresh);
  if (others.length > 0 || !isNewest(call.observed)) {
    const latest: Change = { path: 'computeResources.updateToLatestImageVersion', want: true };
    await send(aws, call, refresh ? [...others, latest] : others, signal);
  }
  if (!refresh) return;
  const tags = { [imageRefreshTag]: String(refresh.want) };
  const command = new TagResourceCommand({ resourceArn: call.observed.computeEnvironmentArn, tags });
  await aws.batch.send(command, { abortSignal: signal });
};

/** Batch says so only of images of its own, and only once instances have run. */
function isNewest({ computeResources }: ComputeEnvironmentObserved): boolean {
  const images = computeResources?.ec2Configuration ?? [];
  return images.length > 0 && images.every(({ batchImageStatus }) => batchImageStatus === 'LATEST');
}

async function send(aws: Aws, call: ThisCall, changes: readonly Change[], signal: AbortSignal): Promise<void> {
  const top: Record<string, unknown> = {};
  const computeResources: Record<string, unknown> = {};
  for (const { path, want } of changes) {
    const value = translated[path]?.(want, call) ?? want;
    const [first = '', second] = path.split('.');
    if (second === undefined) top[first] = value;
    else computeResources[second] = value;
  }
  const input = {
    ...top,
    computeEnvironment: call.observed.computeEnvironmentArn,
    ...(Object.keys(computeResources).length > 0
      ? { computeResources: computeResources as ComputeResourceUpdate }
      : {}),
  };
  await aws.batch.send(new UpdateComputeEnvironmentCommand(input as UpdateComputeEnvironmentCommandInput), {
    abortSignal: signal,
  });
}

/** Alone in its call: a role cannot ride along with an infrastructure update. */
export const updateServiceRole: Op = async (aws, { want, observed }, signal) => {
  const { serviceRole } = want;
  await aws.batch.send(
    new UpdateComputeEnvironmentCommand({ computeEnvironment: observed.computeEnvironmentArn, serviceRole }),
    { abortSignal: signal },
  );
};

/** Batch validates whatever is updated, also when nothing changes by it (aws-batch reference §1.14). */
export const validateAgain: Op = async (aws, { observed }, signal) => {
  const { computeEnvironmentArn: computeEnvironment, computeResources, state } = observed;
  const { maxvCpus } = computeResources ?? {};
  const same = maxvCpus === undefined ? { state: state as 'ENABLED' } : { computeResources: { maxvCpus } };
  await aws.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment, ...same }), { abortSignal: signal });
};

export const tag: Op = (aws, { want, observed }, signal) =>
  tagBatch(aws, observed.computeEnvironmentArn, want.tags, observed.tags, signal);

/** Stops placement, the first step towards deletion; instances that are kept without jobs are kept no longer. */
export const disable: Op = async (aws, { observed, memo }, signal) => {
  const { type, scalingPolicy } = observed.computeResources ?? {};
  const idle = { minvCpus: 0, ...(scalingPolicy?.minScaleDownDelayMinutes ? { scalingPolicy: noDelay } : {}) };
  await aws.batch.send(
    new UpdateComputeEnvironmentCommand({
      computeEnvironment: observed.computeEnvironmentArn,
      state: 'DISABLED',
      ...(isOnInstances(type) ? { computeResources: idle } : {}),
    }),
    { abortSignal: signal },
  );
  return { ...memo, drainingSince: timestamp(aws.now()) };
};

export const remove: Op = async (aws, { observed, memo }, signal) => {
  await unlessAbsent(
    aws.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: observed.computeEnvironmentArn }), {
      abortSignal: signal,
    }),
  );
  const { deletions = 0 } = (memo ?? {}) as DrainMemo;
  return { ...memo, deletions: deletions + 1, deletedAt: timestamp(aws.now()) };
};
