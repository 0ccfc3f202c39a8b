import {
  DeregisterJobDefinitionCommand,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionCommandInput,
} from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { contentHash } from '../../model/json.ts';
import { type Tags, tagKeys } from '../../model/ownership.ts';
import { tagBatch } from '../batch-tags.ts';
import { defineResource, type Operation, type Resource } from '../resource.ts';
import { normalForm } from './normal-form.ts';
import { read } from './read.ts';
import type { JobDefinitionObserved, JobDefinitionWant, Revision } from './shape.ts';

/** The wanted value of a definition: its content, the normal form by which it is compared, and tags that carry the hash. */
export function jobDefinitionWant(input: Omit<JobDefinitionWant, 'normal' | 'hash'>): JobDefinitionWant {
  const normal = normalForm(input.content);
  const hash = contentHash(normal);
  return { ...input, normal, hash, tags: { ...input.tags, [tagKeys.hash]: hash } };
}

type Op = Operation<JobDefinitionWant, JobDefinitionObserved>;

const register: Op = async (aws, { want }, signal) => {
  const input = { ...want.content, jobDefinitionName: want.jobDefinitionName, tags: { ...want.tags } };
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

/** Every revision that is ours; others of the same name stay. */
const remove: Op = (aws, { observed, owner }, signal) =>
  deregisterAll(
    aws,
    own(observed, { [tagKeys.controller]: owner.controller, [tagKeys.object]: owner.object }).map(({ arn }) => arn),
    signal,
  );

/** A difference counts only when the hashes differ: content cannot change, so equal hashes settle it. */
const contentDiffers = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  observed.hash === want.hash ? 'ignored' : 'register';

/** The hash alone differs: the same content under an older or lost tag, which only needs the tag. */
const hashOnly = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  contentHash(observed.normal) === want.hash ? 'ignored' : 'register';

/** A new revision is registered with its tags; the one before keeps its own, its hash above all. */
const tagsAlone = (want: JobDefinitionWant, observed: JobDefinitionObserved) =>
  observed.hash === want.hash || contentHash(observed.normal) === want.hash ? 'tag' : 'ignored';

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
    { want: 'revisionHistoryLimit', have: 'surplus', repair: 'deregister', equal: (_, surplus) => Array.isArray(surplus) && surplus.length === 0 },
  ],
  read,
  facing: (observed, want) => {
    const { newest } = observed;
    if (!newest || !comparable(observed, want.tags)) return observed;
    const hash = hashOf(observed, newest);
    return {
      ...observed,
      normal: normalForm(newest.content),
      hash,
      surplus: hash === want.hash ? surplus(observed, want) : [],
    };
  },
  memo: (observed, want, earlier) => {
    const { newest } = observed;
    if (!newest || newest.arn === earlier?.['arn'] || !comparable(observed, want.tags)) return earlier;
    return hashOf(observed, newest) === want.hash ? { arn: newest.arn } : earlier;
  },
  view: observed => ({
    phase: 'ready',
    ...(observed.newest === undefined ? {} : { arn: observed.newest.arn }),
    tags: observed.tags,
    outputs: observed.newest === undefined ? {} : { arn: observed.newest.arn, revision: observed.newest.revision },
  }),
  teardown: () => 'delete',
  operations: { create: register, register, tag, deregister, delete: remove },
  unkeyed: ['create', 'register'],
});

/**
 * The content hash of the newest revision. Its tag says it where we are known to have registered that revision, or
 * nothing is known; of any other it is worked out, because whoever copies a revision copies its tags too.
 */
function hashOf({ known }: JobDefinitionObserved, { arn, tags, content }: Revision): string | undefined {
  return known === undefined || known === arn ? tags[tagKeys.hash] : contentHash(normalForm(content));
}

function own(observed: JobDefinitionObserved, tags: Tags): readonly Revision[] {
  const mine = [tagKeys.controller, tagKeys.object];
  return observed.revisions.filter(revision => mine.every(key => revision.tags[key] === tags[key]));
}

/** The newest revision is ours, or none is, which is how adoption begins. */
function comparable(observed: JobDefinitionObserved, tags: Tags): boolean {
  const mine = own(observed, tags);
  return observed.newest !== undefined && (mine.length === 0 || mine.includes(observed.newest));
}

function surplus(observed: JobDefinitionObserved, want: JobDefinitionWant): readonly string[] {
  return own(observed, want.tags)
    .slice(1 + want.revisionHistoryLimit)
    .map(({ arn }) => arn);
}
