import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import type { Rule } from '../rules.ts';
import { clientException } from '../service.ts';
import type { Table, View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import { batchName } from './arns.ts';
import { refuse, reservedTagPrefix, tagRules } from './refuse.ts';

interface Tagged {
  readonly tags: Record<string, string>;
  readonly write: (tags: Record<string, string>) => void;
}

function row<Row extends { tags?: Record<string, string> | undefined }>(
  table: Table<Row>,
  key: string,
  view: View,
): Tagged | undefined {
  const found = table.get(key, view);
  if (found === undefined || (found as { status?: string }).status === 'DELETED') return undefined;
  return { tags: found.tags ?? {}, write: tags => table.edit(key, one => ({ ...one, tags })) };
}

function tagged(world: World, arn: string | undefined, view: View): Tagged {
  const { account, batch } = world;
  const found =
    row(batch.computeEnvironments, batchName(account, 'compute-environment', arn), view) ??
    row(batch.jobQueues, batchName(account, 'job-queue', arn), view) ??
    row(batch.schedulingPolicies, arn ?? '', view) ??
    row(batch.jobDefinitions, batchName(account, 'job-definition', arn), view) ??
    row(batch.jobs, batchName(account, 'job', arn), view);
  if (!arn?.startsWith('arn:') || found === undefined) throw clientException(`${arn} does not exist`, 404);
  return found;
}

/** ListTagsForResource. */
export function listTagsForResource({
  world,
  input,
  view,
}: Request<ListTagsForResourceRequest>): ListTagsForResourceResponse {
  return { tags: tagged(world, input.resourceArn, view).tags };
}

/** TagResource: adds and overwrites. */
export function tagResource({ world, input }: Request<TagResourceRequest>): void {
  const target = tagged(world, input.resourceArn, latest);
  refuse(world, tagRules, { tags: input.tags ?? {} });
  const tags = { ...target.tags, ...input.tags };
  if (Object.keys(tags).filter(key => !reservedTagPrefix.test(key)).length > 50) {
    throw clientException('The number of tags exceeds the limit of 50 for one resource');
  }
  target.write(tags);
}

const untagRules: readonly Rule<readonly string[]>[] = [
  {
    refuses: keys => keys.length < 1 || keys.length > 50,
    message: 'tagKeys should have between 1 and 50 entries',
  },
  {
    refuses: keys => keys.some(key => reservedTagPrefix.test(key)),
    message: 'Tag keys beginning with aws: are reserved and not allowed',
  },
];

/** UntagResource: keys that are not there are no mistake. */
export function untagResource({ world, input }: Request<UntagResourceRequest>): void {
  const target = tagged(world, input.resourceArn, latest);
  refuse(world, untagRules, input.tagKeys ?? []);
  target.write(Object.fromEntries(Object.entries(target.tags).filter(([key]) => !input.tagKeys?.includes(key))));
}
