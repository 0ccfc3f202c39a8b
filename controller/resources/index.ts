import { computeEnvironment } from './compute-environment/compute-environment.ts';
import { iamPropagationMs } from './iam-propagation.ts';
import { instanceProfile } from './instance-profile/instance-profile.ts';
import { job } from './job/job.ts';
import { jobDefinition } from './job-definition/job-definition.ts';
import { jobQueue } from './job-queue/job-queue.ts';
import { launchTemplate } from './launch-template/launch-template.ts';
import type { Resource } from './resource.ts';
import { role } from './role/role.ts';
import { schedulingPolicy } from './scheduling-policy/scheduling-policy.ts';
import { secret } from './secret/secret.ts';

/** Every AWS resource that can be managed, by name. `propagationMs`: how long new IAM roles and profiles are left alone. */
export function resources(propagationMs: number = iamPropagationMs): ReadonlyMap<string, Resource> {
  const all = [
    secret,
    role({ propagationMs }),
    instanceProfile({ propagationMs }),
    launchTemplate,
    computeEnvironment,
    schedulingPolicy,
    jobQueue,
    jobDefinition,
    job,
  ];
  return new Map(all.map(resource => [resource.resource, resource]));
}
