import { awsName } from '../../model/aws-name.ts';
import { conditionOf } from '../../model/conditions.ts';
import { type Declared, Unknown, unknowns } from '../../model/declared.ts';
import { contentHash, type JsonObject } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import { ownerTags, tagKeys } from '../../model/ownership.ts';
import { valueAt } from '../../model/path.ts';
import { isFinished } from '../../resources/job/shape.ts';
import { defineKind, type ExpandInput, type Kind, type Reference } from '../kind.ts';
import { listAt } from '../rule.ts';
import { misfits } from './fit.ts';
import { BatchJobSpec, BatchJobStatus } from './spec.ts';
import { verdictsOf } from './verdicts.ts';

type Input = ExpandInput<BatchJobSpec>;

const id = 'job';

function references(spec: BatchJobSpec): readonly Reference[] {
  return [
    ...(spec.account ? [{ kind: 'AwsAccount', name: spec.account.name, path: 'spec.account.name' }] : []),
    ...(spec.environment
      ? [{ kind: 'BatchEnvironment', name: spec.environment.name, path: 'spec.environment.name' }]
      : []),
    ...(spec.jobDefinition
      ? [{ kind: 'JobDefinition', name: spec.jobDefinition.name, path: 'spec.jobDefinition.name' }]
      : []),
    ...(spec.dependsOn ?? []).flatMap(({ job }, index) =>
      job ? [{ kind: 'BatchJob', name: job.name, path: `spec.dependsOn[${index}].job.name` }] : [],
    ),
  ];
}

function jobName({ metadata }: ApiObject): string {
  const { namespace = 'default', name } = metadata;
  return awsName([...(namespace === 'default' ? [] : [namespace]), name], 128);
}

function declared(input: Input): Declared {
  const { spec, object, owner } = input;
  const hash = contentHash(object.spec ?? {});
  const name = jobName(object);
  return {
    resource: 'Job',
    id,
    name,
    after: [],
    mode: 'manage',
    refusal: () => refusal(input),
    want: {
      jobName: name,
      jobQueue: queueArn(input),
      jobDefinition:
        spec.jobDefinitionName ?? input.output('JobDefinition', spec.jobDefinition?.name ?? '', 'jobDefinition.arn'),
      submission: submission(input),
      hash,
      tags: { ...input.defaultTags, ...spec.tags, ...ownerTags(owner, id), [tagKeys.hash]: hash },
    },
  };
}

/** Why the job is not to be submitted. One that was submitted is followed, whatever has become of what it named. */
function refusal(input: Input): ReturnType<NonNullable<Declared['refusal']>> {
  const circle = circular(input);
  if (circle) return { reason: 'ReferenceCycle', message: circle };
  const problems = [...unknownQueue(input), ...misfits(input.spec, input.referenced)];
  return problems.length === 0 ? undefined : { reason: 'InvalidSpec', message: problems.join('; ') };
}

function unknownQueue({ spec, referenced }: Input): readonly string[] {
  const name = spec.environment?.name ?? '';
  const environment = referenced('BatchEnvironment', name);
  const named = valueAt(environment?.spec, 'jobQueues');
  const known = Array.isArray(named) ? named.map(queue => String(valueAt(queue, 'name'))) : [];
  if (!environment || (spec.jobQueue === undefined ? known.length > 0 : known.includes(spec.jobQueue))) return [];
  return [
    `spec.jobQueue: BatchEnvironment ${name} has no job queue ${spec.jobQueue ?? ''}; it has: ${known.join(', ') || 'none'}`,
  ];
}

function queueArn({ spec, referenced }: Input): string | Unknown {
  if (spec.jobQueueName !== undefined) return spec.jobQueueName;
  const name = spec.environment?.name ?? '';
  const arn = valueAt(queueOf(spec, referenced('BatchEnvironment', name)), 'arn');
  return typeof arn === 'string' ? arn : new Unknown(`BatchEnvironment ${name} (its job queue is not there yet)`);
}

/** SubmitJob's input beside name, queue, definition and tags. */
function submission({ spec, output }: Input): JsonObject | Unknown {
  const {
    account: _a,
    environment: _e,
    jobQueue: _q,
    jobQueueName: _n,
    jobDefinition: _d,
    jobDefinitionName: _m,
    ttlSecondsAfterFinished: _t,
    tags: _g,
    dependsOn,
    ...rest
  } = spec;
  const dependencies = dependsOn?.map(({ job, jobId, type }) => ({
    jobId: job ? output('BatchJob', job.name, 'job.jobId') : jobId,
    type,
  }));
  const missing = unknowns(dependencies ?? [])[0];
  if (missing) return missing;
  return JSON.parse(JSON.stringify({ ...rest, dependsOn: dependencies })) as JsonObject;
}

/** Jobs that wait for each other would wait for ever: the circle is shown before anything is submitted. */
function circular({ object, referenced }: Input): string | undefined {
  const start = object.metadata.name;
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (name === start && path.length > 0)
      return `spec.dependsOn: jobs depend on each other in a circle: ${[...path, name].join(' → ')}`;
    if (path.includes(name)) return undefined;
    const list = valueAt(name === start ? object.spec : referenced('BatchJob', name)?.spec, 'dependsOn');
    const names = (Array.isArray(list) ? list : []).map(item => valueAt(item, 'job.name'));
    for (const next of names) {
      const found = typeof next === 'string' ? visit(next, [...path, name]) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(start, []);
}

/** What counts is when the job ended; where AWS does not say, when that was seen. */
function expiresAt({ ttlSecondsAfterFinished: ttl }: BatchJobSpec, status: JsonObject): number | undefined {
  const state = valueAt(status, 'job.status');
  if (ttl === undefined || typeof state !== 'string' || !isFinished(state)) return undefined;
  const seen = conditionOf(status, state === 'SUCCEEDED' ? 'Complete' : 'Failed')?.lastTransitionTime;
  const endedAt = valueAt(status, 'job.stoppedAt') ?? seen;
  return typeof endedAt === 'string' ? Date.parse(endedAt) + ttl * 1000 : undefined;
}

/** The queue of the environment that a job goes to, as its status shows it. */
function queueOf(spec: BatchJobSpec, environment: ApiObject | undefined): unknown {
  const queues = listAt(environment?.status, 'jobQueues');
  return spec.jobQueue === undefined ? queues[0] : queues.find(queue => valueAt(queue, 'name') === spec.jobQueue);
}

/** One run of a job definition on a queue, submitted once and followed to its end. */
export const batchJob: Kind = defineKind<BatchJobSpec>({
  kind: 'BatchJob',
  plural: 'batchjobs',
  singular: 'batchjob',
  shortNames: ['bjob'],
  description:
    'One run of a job definition on a job queue, submitted once and followed to its end. Its spec cannot be changed after that. Service jobs, which SubmitServiceJob makes for SageMaker, are not meant.',
  spec: BatchJobSpec,
  status: BatchJobStatus,
  columns: [
    { name: 'Status', type: 'string', jsonPath: '.status.job.status', description: 'Status in AWS Batch.' },
    { name: 'Exit', type: 'integer', jsonPath: '.status.job.exitCode', description: 'Exit code of the container.' },
    { name: 'Job', type: 'string', jsonPath: '.status.job.jobId', description: 'Id in AWS Batch.', priority: 1 },
    { name: 'Log', type: 'string', jsonPath: '.status.job.logStreamName', description: 'Log stream.', priority: 1 },
  ],
  account: spec => spec.account?.name,
  references,
  retain: () => false,
  claims: () => [],
  expand: input => ({ declared: [declared(input)] }),
  verdicts: (_, [job]) => verdictsOf(job?.view?.outputs, job?.view?.message),
  expiresAt,
  report: (_, [job]) => {
    const outputs = job?.view?.outputs;
    return { job: outputs?.['jobId'] === undefined ? undefined : { ...outputs } };
  },
});
