import { type JobSummary, ListJobsCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { unlessAbsent } from '../absence.ts';
import { isFinished } from '../job/shape.ts';
import { allJobQueues } from '../job-queue/read.ts';
import type { Use } from './shape.ts';

/** For each of some revisions that a job uses which has not ended, wherever it waits or runs: one such job. */
export async function uses(aws: Aws, arns: readonly string[], signal: AbortSignal): Promise<readonly Use[]> {
  if (arns.length === 0) return [];
  const queues = (await allJobQueues(aws)).flatMap(({ jobQueueName }) => jobQueueName ?? []);
  const found = await Promise.all(arns.map(arn => useOf(aws, arn, queues, signal)));
  return found.filter(use => use !== undefined);
}

async function useOf(aws: Aws, arn: string, queues: readonly string[], signal: AbortSignal): Promise<Use | undefined> {
  for (const jobQueue of queues) {
    const job = await unfinished(aws, jobQueue, arn, signal);
    if (job) return { arn, job: `${job.jobName} (${job.jobId}), ${job.status} in job queue ${jobQueue}` };
  }
  return undefined;
}

/** With this filter AWS lists jobs in every status, the latest first: the first that has not ended settles it. */
async function unfinished(
  aws: Aws,
  jobQueue: string,
  arn: string,
  signal: AbortSignal,
): Promise<JobSummary | undefined> {
  const filters = [{ name: 'JOB_DEFINITION', values: [arn] }];
  let nextToken: string | undefined;
  do {
    const input = { jobQueue, filters, nextToken };
    const page = await unlessAbsent(aws.batch.send(new ListJobsCommand(input), { abortSignal: signal }));
    const job = page?.jobSummaryList?.find(
      ({ status, jobDefinition = arn }) => jobDefinition === arn && !isFinished(status ?? ''),
    );
    if (job) return job;
    nextToken = page?.nextToken || undefined;
  } while (nextToken !== undefined);
  return undefined;
}
