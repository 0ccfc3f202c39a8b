import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeTagsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { read, write } from '../operation.ts';
import { createLaunchTemplate, createLaunchTemplateVersion, modifyLaunchTemplate } from './launch-template-changes.ts';
import {
  deleteLaunchTemplate,
  deleteLaunchTemplateVersions,
  describeLaunchTemplates,
  describeLaunchTemplateVersions,
} from './launch-templates.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';

/** All that the simulated EC2 answers. */
export const ec2Operations = [
  write(CreateLaunchTemplateCommand, createLaunchTemplate),
  write(CreateLaunchTemplateVersionCommand, createLaunchTemplateVersion),
  write(ModifyLaunchTemplateCommand, modifyLaunchTemplate),
  read(DescribeLaunchTemplatesCommand, describeLaunchTemplates),
  read(DescribeLaunchTemplateVersionsCommand, describeLaunchTemplateVersions),
  write(DeleteLaunchTemplateCommand, deleteLaunchTemplate),
  write(DeleteLaunchTemplateVersionsCommand, deleteLaunchTemplateVersions),
  write(CreateTagsCommand, createTags),
  write(DeleteTagsCommand, deleteTags),
  read(DescribeTagsCommand, describeTags),
];
