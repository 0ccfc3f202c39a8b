import type { JobDetail } from '@aws-sdk/client-batch';
import { expect, it } from 'vitest';
import { observed } from '../../../controller/resources/job/detail.ts';

const base = { jobId: 'a', jobArn: 'arn:a', jobName: 'n', jobQueue: 'q', jobDefinition: 'd', startedAt: 2 };
const detail = (more: object) => ({ ...base, status: 'FAILED', ...more }) as unknown as JobDetail;

it.each([
  {
    what: 'one container',
    of: detail({ container: { exitCode: 3, reason: 'Essential container exited', logStreamName: 'a/default/1' } }),
    container: { exitCode: 3, reason: 'Essential container exited', logStreamName: 'a/default/1' },
    containers: 1,
  },
  {
    what: 'a task of which the second container failed',
    of: detail({
      ecsProperties: {
        taskProperties: [
          {
            containers: [
              { name: 'main', exitCode: 0, logStreamName: 'one' },
              { name: 'side', exitCode: 1, logStreamName: 'two' },
            ],
          },
        ],
      },
    }),
    container: { name: 'side', exitCode: 1, logStreamName: 'two' },
    containers: 2,
  },
  {
    what: 'a task whose container never began',
    of: detail({
      ecsProperties: {
        taskProperties: [{ containers: [{ name: 'main' }, { name: 'side', reason: 'CannotPullContainerError: x' }] }],
      },
    }),
    container: { name: 'side', reason: 'CannotPullContainerError: x' },
    containers: 2,
  },
  {
    what: 'a pod whose first container failed at its start',
    of: detail({
      eksProperties: {
        podProperties: {
          initContainers: [{ name: 'init', exitCode: 2, reason: 'Error' }],
          containers: [{ name: 'main' }],
        },
      },
    }),
    container: { name: 'init', exitCode: 2, reason: 'Error' },
    containers: 2,
  },
  {
    what: 'nothing but attempts',
    of: detail({
      attempts: [{ container: { exitCode: 1 } }, { container: { exitCode: 137, reason: 'OutOfMemoryError' } }],
    }),
    container: { exitCode: 137, reason: 'OutOfMemoryError' },
    containers: 0,
  },
])('tells what the container that matters says: $what', ({ of, container, containers }) => {
  const seen = observed(of);
  expect([seen.container, seen.containers?.length]).toEqual([container, containers]);
});

it('keeps how each attempt ended', () => {
  const attempts = [
    {
      container: { exitCode: 1, logStreamName: 'one' },
      statusReason: 'r',
      startedAt: 1,
      stoppedAt: 2,
      taskArns: ['x'],
    },
    {
      taskProperties: [
        {
          containers: [
            { name: 'a', exitCode: 0 },
            { name: 'b', exitCode: 4 },
          ],
        },
      ],
      startedAt: 3,
    },
  ];
  expect(observed(detail({ attempts })).attempts).toEqual([
    { exitCode: 1, logStreamName: 'one', statusReason: 'r', startedAt: 1, stoppedAt: 2 },
    { exitCode: 4, startedAt: 3 },
  ]);
  expect(observed(detail({ eksAttempts: [{ containers: [{ exitCode: 9 }], podName: 'p' }] })).attempts).toEqual([
    { exitCode: 9 },
  ]);
});

it('asks the main node of a multi-node job how it went', () => {
  const main = detail({ container: { exitCode: 5, logStreamName: 'node 0' } });
  const seen = observed(detail({ nodeProperties: { mainNode: 0, numNodes: 2 } }), main);
  expect([seen.jobId, seen.container]).toEqual(['a', { exitCode: 5, logStreamName: 'node 0' }]);
});

it('counts the children of an array, and passes over what is new', () => {
  const seen = observed(
    detail({
      status: 'HIBERNATING',
      arrayProperties: { size: 3, statusSummary: { SUCCEEDED: 2, HIBERNATING: 1 } },
      container: { exitCode: 0, moonPhase: 'full' },
      moonPhase: 'full',
    }),
  );
  expect([seen.status, seen.array, seen.container]).toEqual([
    'HIBERNATING',
    { size: 3, statusSummary: { SUCCEEDED: 2, HIBERNATING: 1 } },
    { exitCode: 0 },
  ]);
});

it.each([
  { more: { isTerminated: true, status: 'RUNNING' }, stopping: true },
  { more: { isCancelled: true, status: 'RUNNABLE' }, stopping: true },
  { more: { isCancelled: true, status: 'RUNNING' }, stopping: false },
  { more: { status: 'RUNNING' }, stopping: false },
])('knows whether a stop will come about: $more', ({ more, stopping }) => {
  expect(observed(detail(more)).stopping).toBe(stopping);
});
