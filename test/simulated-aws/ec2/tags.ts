import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
} from '@aws-sdk/client-ec2';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import type { LaunchTemplateRow } from './ec2.ts';
import { checkDryRun, ec2Error } from './errors.ts';
import { ec2Page, passesFilters, tagFilter } from './filters.ts';

/** Tags after some more were added, within the service's limits. */
export function checkedTags(
  before: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Record<string, string> {
  for (const { Key = '', Value = '' } of added ?? []) {
    if (Key.toLowerCase().startsWith('aws:')) {
      throw ec2Error('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (Key.length < 1 || Key.length > 127)
      throw ec2Error('InvalidParameterValue', 'Tag keys are 1-127 characters long.');
    if (Value.length > 255) throw ec2Error('InvalidParameterValue', 'Tag values are at most 255 characters long.');
  }
  const tags = { ...before, ...Object.fromEntries((added ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  if (Object.keys(tags).filter(key => !key.startsWith('aws:')).length > 50) {
    throw ec2Error('TagLimitExceeded', 'The maximum number of tags for a resource is 50.');
  }
  return tags;
}

function tagged(world: World, resources: readonly string[] | undefined): LaunchTemplateRow[] {
  return (resources ?? []).map(id => {
    const template = world.ec2.launchTemplates.get(id);
    if (template !== undefined) return template;
    throw id.startsWith('lt-')
      ? ec2Error(
          'InvalidLaunchTemplateId.NotFound',
          `The specified launch template, with template ID ${id}, does not exist.`,
        )
      : ec2Error('InvalidID', `The ID '${id}' is not valid`);
  });
}

/** CreateTags: adds and overwrites. */
export function createTags({ world, input }: Request<CreateTagsRequest>): void {
  checkDryRun(input);
  const changed = tagged(world, input.Resources).map(one => ({ ...one, tags: checkedTags(one.tags, input.Tags) }));
  for (const template of changed) world.ec2.launchTemplates.set(template.launchTemplateId, template);
}

/** DeleteTags: a tag given with a value goes only when it has that value; without tags all go. */
export function deleteTags({ world, input }: Request<DeleteTagsRequest>): void {
  checkDryRun(input);
  for (const template of tagged(world, input.Resources)) {
    const goes = ([key, value]: [string, string]) =>
      input.Tags === undefined
        ? !key.startsWith('aws:')
        : input.Tags.some(tag => tag.Key === key && (tag.Value === undefined || tag.Value === value));
    const tags = Object.fromEntries(Object.entries(template.tags).filter(entry => !goes(entry)));
    world.ec2.launchTemplates.set(template.launchTemplateId, { ...template, tags });
  }
}

/** DescribeTags. */
export function describeTags({ world, input, view }: Request<DescribeTagsRequest>): DescribeTagsResult {
  checkDryRun(input);
  const all = world.ec2.launchTemplates.values(view).flatMap(({ launchTemplateId, tags }) =>
    Object.entries(tags).map(([Key, Value]) => ({
      ResourceId: launchTemplateId,
      ResourceType: 'launch-template' as const,
      Key,
      Value,
    })),
  );
  const found = all.filter(one =>
    passesFilters(input.Filters, name => {
      const texts: Readonly<Record<string, string>> = {
        'resource-id': one.ResourceId,
        'resource-type': one.ResourceType,
        key: one.Key,
        value: one.Value,
      };
      const text = texts[name];
      return text === undefined ? tagFilter({ [one.Key]: one.Value }, name) : [text];
    }),
  );
  const cut = ec2Page(world, 'DescribeTags', found, one => `${one.ResourceId} ${one.Key}`, input, 1000);
  return { Tags: cut.items, NextToken: cut.nextToken };
}
