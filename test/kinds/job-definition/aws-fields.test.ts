import { expect, it } from 'vitest';
import { JobDefinitionSpec } from '../../../controller/kinds/job-definition/spec.ts';
import { schemaFields, sdkFields, untaken } from '../sdk-fields.ts';

const input = 'RegisterJobDefinitionRequest';
const ours = schemaFields(JobDefinitionSpec);
const node = 'nodeProperties.nodeRangeProperties[]';
const inTask = 'ecsProperties.taskProperties[].containers[]';

/** Where our schema says something in a way of its own. */
const elsewhere: Readonly<Record<string, string>> = Object.fromEntries(
  ['containerProperties', inTask, `${node}.container`, `${node}.${inTask}`].map(container => [
    `${container}.repositoryCredentials.credentialsParameter`,
    `${container}.registryCredential.name`,
  ]),
);

/** What is not in the spec, and why. */
const absent: Readonly<Record<string, string>> = {
  jobDefinitionName: 'the name of the object, or its annotation batchwright.dev/aws-name',
};

it('has every field of AWS, or a reason why not', async () => {
  const known = (path: string) => [ours.some(field => field.path === path), path in elsewhere, path in absent];
  const fields = await sdkFields(input);

  expect(fields.filter(({ path }) => known(path).filter(Boolean).length !== 1).map(({ path }) => path)).toEqual([]);
});

it('has every field that is listed apart', async () => {
  const paths = (await sdkFields(input)).map(({ path }) => path);

  expect(Object.keys({ ...elsewhere, ...absent }).filter(path => !paths.includes(path))).toEqual([]);
  expect(Object.values(elsewhere).filter(path => !ours.some(field => field.path === path))).toEqual([]);
});

it('takes every value that AWS names', async () => {
  expect(untaken(await sdkFields(input), ours)).toEqual([]);
});

it('has nothing else than what is ours', async () => {
  const paths = (await sdkFields(input)).map(({ path }) => path);
  const own = ours.map(({ path }) => path).filter(path => !paths.includes(path));

  expect(own.filter(path => !Object.values(elsewhere).includes(path))).toEqual([
    'account.name',
    'environment.name',
    'revisionHistoryLimit',
    'revisionMinAgeMinutes',
    'deletionPolicy',
  ]);
});

it('counts what is taken and what is not', async () => {
  expect([(await sdkFields(input)).length, Object.keys(absent).length]).toEqual([365, 1]);
});
