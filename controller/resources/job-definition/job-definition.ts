import {
  DeregisterJobDefinitionCommand,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionCommandInput,
} from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { timestamp } from '../../model/clock.ts';
import { contentHash } from '../../model/json.ts';
import { tagKeys } from '../../model/ownership.ts';
import { tagBatch } from '../batch-tags.ts';
import { defineResource, type Exit, type Operation, type Resource } from '../resource.ts';
import { normalForm } from './normal-form.ts';
import { read } from './read.ts';
import { comparable, fates, hashOf, own, ownedBy, surplus, unused, unusedSince } from './revisions.ts';
import type { JobDefinitionObserved, JobDefinitionWant } from './shape.ts';

/** The wanted value of a definition: its content, the normal form by which it is compared, and tags that carry the hash. */
export function jobDefinitionWant(input: Omit<JobDefinitionWant, 'normal' | 'hash' | 'surplus'>): JobDefinitionWant {
  const normal = normalForm(input.content);
  const hash = contentHash(normal);
  return { ...input, normal, hash, surplus: [], tags: { ...input.tags, [tagKeys.hash]: hash } };
}

type Op = Operation<JobDefinitionWant, JobDefinitionObserved>;

const register: Op = async (aws, { want }, signal) => {
  const time = want.revisionMinAgeMs > 0 ? { [tagKeys.registeredAt]: timestamp(aws.now()) } : {};
  const input = { ...want.content, jobDefinitionName: want.jobDefinitionName, tags: { ...want.tags, ...time } };
  const { jobDefinitionArn: arn } = await aws.batch.send(
    new RegisterJobDefinitionCommand(input as RegisterJobDefinitionCommandInput),
    { abortSignal: signal },
  );
  return arn === undefined ? undefined : { arn };
};

const tag: Op = async (aws, { want, observed }, signal) => {
  const { newest } = observed;
  if (newest && comparable(observed, want.tags)) await tagBatch(aws, newest.arn, want.tags, observed.tags, signal);
};

async function deregisterAll(aws: Aws, arns: readonly string[], signal: AbortSignal): Promise<void> {
  for (const jobDefinition of arns)
    await aws.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }), { abortSignal: signal });
}

const deregister: Op = (aws, { observed }, signal) => deregisterAll(aws, observed.surplus, signal);

/** Every revision that is ours and that no job uses; others of the same name stay. */
const remove: Op = (aws, { observed, owner }, signal) =>
  deregisterAll(aws, unused(observed, ownedBy(observed, owner)), signal);

/** A revision that a job uses outlives its object, as long as the job does. */
function teardown(observed: JobDefinitionObserved): Exit<'delete'> {
  const { uses = [], tags } = observed;
  if (unused(observed, own(observed, tags)).length > 0) return 'delete';
  const [first] = uses;
  const others = uses.length > 1 ? `, and ${uses.length - 1} more revisions are in use` : '';
  return {
    wait: `revision ${first?.arn.split(':').at(-1)} is used by job ${first?.job}${others}; it goes when no job uses it: wait, or end the jobs`,
    afterMs: 30_000,
  };
}

const sameContent = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  contentHash(observed.normal) === want.hash;

/** A difference counts only when the hashes differ: content cannot change, so equal hashes settle it. */
const contentDiffers = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  observed.hash === want.hash ? 'ignored' : 'register';

/** The hash alone differs: the same content under an older or lost tag, which only needs the tag. */
const hashOnly = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  sameContent(want, observed) ? 'ignored' : 'register';

/** A new revision is registered with its tags; the one before keeps its own, its hash above all. */
const tagsAlone = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  observed.hash === want.hash || sameContent(want, observed) ? 'tag' : 'ignored';

/** Older revisions go once the newest one is seen to be as wanted; before that, the plan to register says which will go. */
const history = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  observed.hash === want.hash ? 'deregister' : hashOnly(want, observed);

/** The ARN of the newest revision, where it is ours and as wanted. */
function believable(observed: JobDefinitionObserved, want: JobDefinitionWant): string | undefined {
  const { newest } = observed;
  if (!newest || !comparable(observed, want.tags)) return undefined;
  return hashOf(observed, newest) === want.hash ? newest.arn : undefined;
}

/** A job definition: a family of immutable revisions, the newest of which is ours and as declared. */
export const jobDefinition: Resource = defineResource<
  JobDefinitionWant,
  JobDefinitionObserved,
  'create' | 'register' | 'tag' | 'deregister' | 'delete'
>({
  resource: 'JobDefinition',
  noun: 'job definition',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'hash',                                 repair: hashOnly },
    { want: 'normal.type',                          repair: contentDiffers, unset: null },
    { want: 'normal.parameters',                    repair: contentDiffers, unset: null },
    { want: 'normal.schedulingPriority',            repair: contentDiffers, unset: null },
    { want: 'normal.containerProperties',           repair: contentDiffers, unset: null },
    { want: 'normal.ecsProperties',                 repair: contentDiffers, unset: null },
    { want: 'normal.eksProperties',                 repair: contentDiffers, unset: null },
    { want: 'normal.nodeProperties',                repair: contentDiffers, unset: null },
    { want: 'normal.retryStrategy',                 repair: contentDiffers, unset: null },
    { want: 'normal.timeout',                       repair: contentDiffers, unset: null },
    { want: 'normal.propagateTags',                 repair: contentDiffers, unset: null },
    { want: 'normal.platformCapabilities',          repair: contentDiffers, unset: null },
    { want: 'normal.consumableResourceProperties',  repair: contentDiffers, unset: null },
    { want: 'tags',                                 repair: tagsAlone },
    { want: 'surplus',                              repair: history },
  ],
  read,
  facing: (observed, want) => {
    const { newest } = observed;
    if (!newest || !comparable(observed, want.tags)) return observed;
    return {
      ...observed,
      normal: normalForm(newest.content),
      hash: hashOf(observed, newest),
      surplus: surplus(observed, want),
    };
  },
  memo: (observed, want, earlier) => {
    const { unusedSince: _, ...kept } = earlier ?? {};
    const since = unusedSince(observed, want);
    const arn = believable(observed, want);
    return {
      ...kept,
      ...(arn === undefined ? {} : { arn }),
      ...(Object.keys(since).length > 0 ? { unusedSince: since } : {}),
    };
  },
  view: observed => ({
    phase: 'ready',
    ...(observed.newest === undefined ? {} : { arn: observed.newest.arn }),
    tags: observed.tags,
    outputs: observed.newest === undefined ? {} : { arn: observed.newest.arn, revision: observed.newest.revision },
  }),
  teardown,
  operations: { create: register, register, tag, deregister, delete: remove },
  unkeyed: ['create', 'register'],
  foresight: { notes: fates },
});
