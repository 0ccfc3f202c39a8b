import { awsName } from '../../model/aws-name.ts';
import type { ApiObject } from '../../model/object.ts';
import type { JobQueueSpec } from './job-queue-spec.ts';

/** Id of a compute environment within its object. */
export function computeEnvironmentId(name: string): string {
  return `computeEnvironment/${name}`;
}

/** Id of a job queue within its object. */
export function jobQueueId(name: string): string {
  return `jobQueue/${name}`;
}

/** Id of the scheduling policy of a job queue within its object. */
export function schedulingPolicyId(queue: string): string {
  return `schedulingPolicy/${queue}`;
}

/** What generated names of an object in Batch begin with. */
export function nameParts({ metadata: { namespace = 'default', name } }: ApiObject): readonly string[] {
  return namespace === 'default' ? [name] : [namespace, name];
}

/** The name of a job queue in AWS Batch. */
export function jobQueueName(object: ApiObject, { name, jobQueueName: given }: JobQueueSpec): string {
  return given ?? awsName([...nameParts(object), name], 128);
}

/** The name of a queue's own scheduling policy in AWS Batch. */
export function schedulingPolicyName(object: ApiObject, queue: JobQueueSpec): string {
  return queue.schedulingPolicy?.name ?? jobQueueName(object, queue);
}
