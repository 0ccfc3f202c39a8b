import { batchPhase } from '../batch-status.ts';
import { defineResource, type Resource, type View } from '../resource.ts';
import { exit, memoOf } from './drain.ts';
import { fields, type Op } from './fields.ts';
import { foresight } from './foresight.ts';
import { blamed, explained } from './invalid-reasons.ts';
import {
  create,
  disable,
  remove,
  tag,
  update,
  updateInfrastructure,
  updateServiceRole,
  validateAgain,
} from './operations.ts';
import { predecessors, read } from './read.ts';
import type { ComputeEnvironmentObserved, ComputeEnvironmentWant } from './shape.ts';

/** A compute environment of AWS Batch. */
export const computeEnvironment: Resource = defineResource<ComputeEnvironmentWant, ComputeEnvironmentObserved, Op>({
  resource: 'ComputeEnvironment',
  noun: 'compute environment',
  fields,
  read,
  view: observed => ({
    ...phase(observed),
    ...(observed.status === 'DELETING' ? { vanishing: true } : {}),
    arn: observed.computeEnvironmentArn,
    tags: observed.tags,
    outputs: {
      arn: observed.computeEnvironmentArn,
      name: observed.computeEnvironmentName,
      status: observed.status,
      state: observed.state,
      ...(observed.ecsClusterArn === undefined ? {} : { ecsClusterArn: observed.ecsClusterArn }),
    },
  }),
  memo: (_, want) => memoOf(want),
  teardown: exit,
  operations: {
    create,
    tag,
    updateServiceRole,
    update,
    updateInfrastructure,
    validateAgain,
    disable,
    delete: remove,
  },
  asynchronous: ['create', 'updateServiceRole', 'update', 'updateInfrastructure', 'validateAgain', 'disable', 'delete'],
  revive: 'validateAgain',
  renamed: true,
  predecessors,
  foresight,
});

function phase(observed: ComputeEnvironmentObserved): Pick<View, 'phase' | 'message' | 'busyForMs' | 'failedFor'> {
  const said = batchPhase(observed, 10_000);
  if (said.phase !== 'failed') return said;
  const [plain, failedFor] = [explained(observed.statusReason), blamed(observed.statusReason)];
  return {
    ...said,
    ...(plain === undefined ? {} : { message: `${said.message}; ${plain}` }),
    ...(failedFor === undefined ? {} : { failedFor }),
  };
}
