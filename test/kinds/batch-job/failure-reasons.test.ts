import { expect, it } from 'vitest';
import { explainFailure, failings } from '../../../controller/kinds/batch-job/failure-reasons.ts';

/** What AWS says, in the order of the table. */
const said: readonly { readonly words: string; readonly means: RegExp }[] = [
  {
    words: 'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.',
    means: /pull limit is reached/,
  },
  {
    words:
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to get registry auth from asm: service call has been retried 1 time(s): asm fetching secret from the service for batchwright/default/ghcr: AccessDeniedException',
    means: /could not be read from Secrets Manager/,
  },
  {
    words: 'CannotPullContainerError: AuthorizationData is malformed, empty field',
    means: /does not hold JSON with username and password/,
  },
  {
    words:
      "CannotPullContainerError: pull access denied for ghcr.io/acme/job, repository does not exist or may require 'docker login'",
    means: /no login or a wrong one/,
  },
  {
    words: 'CannotPullContainerError: denied: requested access to the resource is denied',
    means: /may not pull this repository/,
  },
  {
    words: 'CannotPullContainerError: failed to resolve ref ghcr.io/acme/job:1: unexpected status: 401 Unauthorized',
    means: /does not accept the login/,
  },
  {
    words: 'CannotPullContainerError: manifest for docker.io/acme/job:2 not found: manifest unknown',
    means: /no such tag or digest/,
  },
  {
    words: 'CannotPullContainerError: Get https://registry-1.docker.io/v2/: dial tcp 44.1.2.3:443: i/o timeout',
    means: /cannot be reached from the subnets/,
  },
  { words: 'exec /app/run: exec format error', means: /architecture of the instances/ },
  { words: 'ImagePullBackOff: Back-off pulling image', means: /the node could not pull/ },
  {
    words: 'CannotPullContainerError: failed to register layer: write /x: no space left on device',
    means: /the disk is full/,
  },
  {
    words: 'ECS was unable to assume the role that was provided for this task',
    means: /let ecs-tasks.amazonaws.com assume it/,
  },
  { words: 'OutOfMemoryError: Container killed due to memory usage', means: /raise MEMORY/ },
  { words: 'CannotStartContainerError: exec: "run": executable file not found in $PATH', means: /no such program/ },
  { words: 'Host EC2 (instance i-0123456789) terminated.', means: /taken away under the job/ },
  { words: 'Job attempt duration exceeded timeout', means: /longer than timeout.attemptDurationSeconds/ },
  { words: 'Dependent Job failed', means: /a job of dependsOn has failed/ },
  { words: 'Array Child Job failed', means: /a child of the array has failed/ },
];

it.each(said)('puts into plain words: $words', ({ words, means }) => {
  const text = explainFailure('Task failed to start', words);
  expect(text.startsWith(`Task failed to start: ${words} (`)).toBe(true);
  expect(text).toMatch(means);
});

it('has an example of every row', () => {
  expect(said.map(({ words }) => failings.findIndex(({ text }) => text.test(words)))).toEqual([...failings.keys()]);
});

it.each([
  { status: 'Essential container in task exited', reason: undefined, says: 'Essential container in task exited' },
  { status: undefined, reason: undefined, says: 'AWS gives no reason' },
])('adds nothing to what it does not know: $says', ({ status, reason, says }) => {
  expect(explainFailure(status, reason)).toBe(says);
});
