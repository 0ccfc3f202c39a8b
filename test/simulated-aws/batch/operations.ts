import {
  CancelJobCommand,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DeleteSchedulingPolicyCommand,
  DeregisterJobDefinitionCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  DescribeSchedulingPoliciesCommand,
  ListJobsCommand,
  ListSchedulingPoliciesCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TagResourceCommand,
  TerminateJobCommand,
  UntagResourceCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
  UpdateSchedulingPolicyCommand,
} from '@aws-sdk/client-batch';
import { behind, read, write } from '../operation.ts';
import { updateComputeEnvironment } from './compute-environment-update.ts';
import {
  createComputeEnvironment,
  deleteComputeEnvironment,
  describeComputeEnvironments,
} from './compute-environments.ts';
import { deregisterJobDefinition, describeJobDefinitions, registerJobDefinition } from './job-definitions.ts';
import { createJobQueue, deleteJobQueue, describeJobQueues, updateJobQueue } from './job-queues.ts';
import { cancelJob, describeJobs, listJobs, submitJob, terminateJob } from './jobs.ts';
import {
  createSchedulingPolicy,
  deleteSchedulingPolicy,
  describeSchedulingPolicies,
  listSchedulingPolicies,
  updateSchedulingPolicy,
} from './scheduling-policies.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** All that the simulated Batch answers. */
export const batchOperations = [
  write(CreateComputeEnvironmentCommand, createComputeEnvironment),
  read(DescribeComputeEnvironmentsCommand, describeComputeEnvironments),
  write(UpdateComputeEnvironmentCommand, updateComputeEnvironment),
  write(DeleteComputeEnvironmentCommand, deleteComputeEnvironment),
  write(CreateJobQueueCommand, createJobQueue),
  read(DescribeJobQueuesCommand, describeJobQueues),
  write(UpdateJobQueueCommand, updateJobQueue),
  write(DeleteJobQueueCommand, deleteJobQueue),
  write(CreateSchedulingPolicyCommand, createSchedulingPolicy),
  read(DescribeSchedulingPoliciesCommand, describeSchedulingPolicies),
  read(ListSchedulingPoliciesCommand, listSchedulingPolicies),
  write(UpdateSchedulingPolicyCommand, updateSchedulingPolicy),
  write(DeleteSchedulingPolicyCommand, deleteSchedulingPolicy),
  write(RegisterJobDefinitionCommand, registerJobDefinition),
  read(DescribeJobDefinitionsCommand, describeJobDefinitions),
  write(DeregisterJobDefinitionCommand, deregisterJobDefinition),
  read(ListTagsForResourceCommand, listTagsForResource),
  write(TagResourceCommand, tagResource),
  write(UntagResourceCommand, untagResource),
  behind(write(SubmitJobCommand, submitJob)),
  read(DescribeJobsCommand, describeJobs),
  read(ListJobsCommand, listJobs),
  write(CancelJobCommand, cancelJob),
  write(TerminateJobCommand, terminateJob),
];
