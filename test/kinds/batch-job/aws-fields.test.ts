import { expect, it } from 'vitest';
import { BatchJobSpec } from '../../../controller/kinds/batch-job/spec.ts';
import { schemaFields, sdkFields, untaken } from '../sdk-fields.ts';

const input = 'SubmitJobRequest';
const ours = schemaFields(BatchJobSpec);

/** What is not in the spec, and why. SubmitServiceJob, for SageMaker, is another call with a queue type of its own. */
const absent: Readonly<Record<string, string>> = {
  jobName: 'the name of the object, with its namespace unless that is default: the job is found again by it',
};

/** Members of AWS's that are ours with a reference beside them. */
const own = [
  'account.name',
  'environment.name',
  'jobQueueName',
  'jobDefinition.name',
  'jobDefinitionName',
  'dependsOn[].job.name',
  'ttlSecondsAfterFinished',
];

it('has every field of AWS, or a reason why not', async () => {
  const known = (path: string) =>
    path in absent || ours.some(field => field.path === path || field.path === `${path}.name`);

  expect((await sdkFields(input)).map(({ path }) => path).filter(path => !known(path))).toEqual([]);
});

it('has every field that is listed apart', async () => {
  const paths = (await sdkFields(input)).map(({ path }) => path);

  expect(Object.keys(absent).filter(path => !paths.includes(path))).toEqual([]);
});

it('takes every value that AWS names', async () => {
  expect(untaken(await sdkFields(input), ours)).toEqual([]);
});

it('has nothing else than what is ours', async () => {
  const paths = (await sdkFields(input)).map(({ path }) => path);

  expect(ours.map(({ path }) => path).filter(path => !paths.includes(path))).toEqual(own);
});

it('counts what is taken and what is not', async () => {
  expect([(await sdkFields(input)).length, Object.keys(absent).length]).toEqual([90, 1]);
});
