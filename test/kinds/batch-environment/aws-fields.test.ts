import { describe, expect, it } from 'vitest';
import { ComputeEnvironment } from '../../../controller/kinds/batch-environment/compute-environment-spec.ts';
import { JobQueue } from '../../../controller/kinds/batch-environment/job-queue-spec.ts';
import { BatchEnvironmentSpec } from '../../../controller/kinds/batch-environment/spec.ts';
import { type InputField, schemaFields, sdkFields, untaken } from '../sdk-fields.ts';

/** One input of AWS Batch, and where its fields stand in ours when they do not stand in the same place. */
interface Input {
  readonly input: string;
  /** Fields that stand in the same place below a part of our schema. */
  readonly same: readonly InputField[];
  /** Where else in the spec of a BatchEnvironment. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** What is not there, and why. */
  readonly absent: Readonly<Record<string, string>>;
}

const below = (prefix: string, fields: readonly InputField[]) =>
  fields
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path, ...rest }) => ({ path: path.slice(prefix.length), ...rest }));

const environment = schemaFields(ComputeEnvironment);
const queue = schemaFields(JobQueue);
const policy = below('schedulingPolicy.', queue);
const everything = schemaFields(BatchEnvironmentSpec).map(({ path }) => path);

const reserved = 'reserved by AWS';
const readOnly = 'said by AWS, never told';
const sageMaker = 'for SageMaker Training jobs only, which run no containers of ours';
const address = 'which resource the call is about: AWS gives the ARN';

const inputs: readonly Input[] = [
  {
    input: 'CreateComputeEnvironmentRequest',
    same: environment,
    elsewhere: { serviceRole: 'serviceRole.arn', 'computeResources.instanceRole': 'instanceRole.instanceProfileArn' },
    absent: { context: reserved, 'computeResources.ec2Configuration[].batchImageStatus': readOnly },
  },
  {
    input: 'UpdateComputeEnvironmentRequest',
    same: environment,
    elsewhere: {
      serviceRole: 'serviceRole.arn',
      'computeResources.instanceRole': 'instanceRole.instanceProfileArn',
      'computeResources.updateToLatestImageVersion': 'computeEnvironments[].imageRefresh',
    },
    absent: {
      computeEnvironment: address,
      context: reserved,
      'computeResources.ec2Configuration[].batchImageStatus': readOnly,
    },
  },
  {
    input: 'CreateJobQueueRequest',
    same: queue,
    elsewhere: {},
    absent: {
      'serviceEnvironmentOrder[].order': sageMaker,
      'serviceEnvironmentOrder[].serviceEnvironment': sageMaker,
    },
  },
  {
    input: 'UpdateJobQueueRequest',
    same: queue,
    elsewhere: {},
    absent: {
      jobQueue: address,
      'serviceEnvironmentOrder[].order': sageMaker,
      'serviceEnvironmentOrder[].serviceEnvironment': sageMaker,
    },
  },
  {
    input: 'CreateSchedulingPolicyRequest',
    same: policy,
    elsewhere: {},
    absent: { 'quotaSharePolicy.idleResourceAssignmentStrategy': sageMaker },
  },
  {
    input: 'UpdateSchedulingPolicyRequest',
    same: policy,
    elsewhere: {},
    absent: { arn: address, 'quotaSharePolicy.idleResourceAssignmentStrategy': sageMaker },
  },
];

/** Values that AWS names and we do not take, by path. */
const otherValues: Readonly<Record<string, readonly string[]>> = { jobQueueType: ['SAGEMAKER_TRAINING'] };

describe.each(inputs)('$input', ({ input, same, elsewhere, absent }) => {
  it('has every field in our schema, or a reason why not', async () => {
    const known = (path: string) => [same.some(field => field.path === path), path in elsewhere, path in absent];
    const fields = await sdkFields(input);

    expect(fields.filter(({ path }) => known(path).filter(Boolean).length !== 1).map(({ path }) => path)).toEqual([]);
  });

  it('has every field that is listed apart', async () => {
    const paths = (await sdkFields(input)).map(({ path }) => path);

    expect(Object.keys({ ...elsewhere, ...absent }).filter(path => !paths.includes(path))).toEqual([]);
    expect(Object.values(elsewhere).filter(path => !everything.includes(path))).toEqual([]);
  });

  it('takes every value that AWS names', async () => {
    expect(untaken(await sdkFields(input), same, otherValues)).toEqual([]);
  });
});

it('counts what is taken and what is not', async () => {
  const counts = await Promise.all(
    inputs.map(async ({ input, absent }) => [input, (await sdkFields(input)).length, Object.keys(absent).length]),
  );

  expect(counts).toEqual([
    ['CreateComputeEnvironmentRequest', 55, 2],
    ['UpdateComputeEnvironmentRequest', 51, 3],
    ['CreateJobQueueRequest', 14, 2],
    ['UpdateJobQueueRequest', 12, 3],
    ['CreateSchedulingPolicyRequest', 7, 1],
    ['UpdateSchedulingPolicyRequest', 6, 2],
  ]);
});
