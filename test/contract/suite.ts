import { batchTags } from './assertions/batch-tags.ts';
import { caller } from './assertions/caller.ts';
import { environmentCreation } from './assertions/environment-creation.ts';
import { environmentLife } from './assertions/environment-life.ts';
import { instanceProfiles } from './assertions/instance-profiles.ts';
import { jobDefinitionAnswers } from './assertions/job-definition-answers.ts';
import { jobDefinitions } from './assertions/job-definitions.ts';
import { jobQueues } from './assertions/job-queues.ts';
import { jobs } from './assertions/jobs.ts';
import { launchTemplates } from './assertions/launch-templates.ts';
import { roles } from './assertions/roles.ts';
import { schedulingPolicies } from './assertions/scheduling-policies.ts';
import { secretPolicies } from './assertions/secret-policies.ts';
import { secretValues } from './assertions/secret-values.ts';
import { secrets } from './assertions/secrets.ts';
import type { Assertion } from './contract.ts';

/** All that Batchwright relies on, in the order of the services. */
export const suite: readonly Assertion[] = [
  ...caller,
  ...roles,
  ...instanceProfiles,
  ...launchTemplates,
  ...secrets,
  ...secretValues,
  ...secretPolicies,
  ...environmentCreation,
  ...environmentLife,
  ...jobQueues,
  ...schedulingPolicies,
  ...jobDefinitions,
  ...jobDefinitionAnswers,
  ...batchTags,
  ...jobs,
];
