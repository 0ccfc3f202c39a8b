/** How long AWS takes for what it does by itself, in milliseconds of virtual time. */
export interface Durations {
  readonly createComputeEnvironment: number;
  readonly createFargateComputeEnvironment: number;
  /** A change of `state`, `updatePolicy`, `unmanagedvCpus` or `serviceRole`. */
  readonly updateMetadata: number;
  readonly updateScaling: number;
  readonly updateInfrastructure: number;
  readonly deleteComputeEnvironment: number;
  readonly createJobQueue: number;
  readonly updateJobQueue: number;
  readonly deleteJobQueue: number;
  /** How long a deleted compute environment or queue is still described as DELETED. */
  readonly lingerDeleted: number;
  /** How long a deregistered revision is remembered. */
  readonly forgetRevision: number;
  /** How long a queue that let go of a compute environment still keeps it from being deleted. */
  readonly relationshipLag: number;
  /** How long a new or changed role or instance profile cannot be used by other services. */
  readonly iamPropagation: number;
  /** How long after a role or profile was taken away Batch notices it by itself. */
  readonly healthCheck: number;
  /** How long the name of a secret deleted without recovery is still taken. */
  readonly purgeSecret: number;
  /** How long a new replica of a secret is InProgress. */
  readonly replicateSecret: number;
  /** One step of a job's way from SUBMITTED to RUNNING. */
  readonly jobStep: number;
  /** How long a job runs. */
  readonly jobRun: number;
}

/** What is usual. */
export const usualDurations: Durations = {
  createComputeEnvironment: 60_000,
  createFargateComputeEnvironment: 5_000,
  updateMetadata: 20_000,
  updateScaling: 60_000,
  updateInfrastructure: 900_000,
  deleteComputeEnvironment: 120_000,
  createJobQueue: 10_000,
  updateJobQueue: 10_000,
  deleteJobQueue: 30_000,
  lingerDeleted: 5_000,
  forgetRevision: 180 * 86_400_000,
  relationshipLag: 20_000,
  iamPropagation: 10_000,
  healthCheck: 300_000,
  purgeSecret: 10_000,
  replicateSecret: 5_000,
  jobStep: 2_000,
  jobRun: 30_000,
};
