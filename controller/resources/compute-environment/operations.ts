import {
  type ComputeResource,
  type ComputeResourceUpdate,
  CreateComputeEnvironmentCommand,
  DeleteComputeEnvironmentCommand,
  UpdateComputeEnvironmentCommand,
  type UpdateComputeEnvironmentCommandInput,
} from '@aws-sdk/client-batch';
import { unlessAbsent } from '../absence.ts';
import { tagBatch } from '../batch-tags.ts';
import type { Operation } from '../resource.ts';
import type { ComputeEnvironmentObserved, ComputeEnvironmentWant } from './shape.ts';

type Op = Operation<ComputeEnvironmentWant, ComputeEnvironmentObserved>;

/** Creates it ENABLED, as Batch demands; a wanted DISABLED state and the update policy follow as changes. */
export const create: Op = async (aws, { want }, signal) => {
  const { computeEnvironmentName, type, serviceRole, unmanagedvCpus, computeResources, tags } = want;
  await aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName,
      type: type as 'MANAGED',
      state: 'ENABLED',
      serviceRole,
      unmanagedvCpus,
      computeResources: computeResources as ComputeResource | undefined,
      tags: { ...tags },
    }),
    { abortSignal: signal },
  );
};

/** Sends the fields of the step and no others: on Fargate even an empty EC2 field is refused. */
export const update: Op = async (aws, { observed, step }, signal) => {
  const top: Record<string, unknown> = {};
  const computeResources: Record<string, unknown> = {};
  for (const { path, want } of step.changes) {
    const [first = '', second] = path.split('.');
    if (second === undefined) top[first] = want;
    else computeResources[second] = want;
  }
  const input = {
    ...top,
    computeEnvironment: observed.computeEnvironmentArn,
    ...(Object.keys(computeResources).length > 0
      ? { computeResources: computeResources as ComputeResourceUpdate }
      : {}),
  };
  await aws.batch.send(new UpdateComputeEnvironmentCommand(input as UpdateComputeEnvironmentCommandInput), {
    abortSignal: signal,
  });
};

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

/** Stops placement, the first step towards deletion. */
export const disable: Op = async (aws, { observed }, signal) => {
  await aws.batch.send(
    new UpdateComputeEnvironmentCommand({ computeEnvironment: observed.computeEnvironmentArn, state: 'DISABLED' }),
    { abortSignal: signal },
  );
};

export const remove: Op = async (aws, { observed }, signal) => {
  await unlessAbsent(
    aws.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: observed.computeEnvironmentArn }), {
      abortSignal: signal,
    }),
  );
};
