import { tagKeys } from '../../controller/model/ownership.ts';
import type { CallRecord } from '../simulated-aws/calls.ts';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';

type Tags = Readonly<Record<string, string>> | undefined;
type Input = Readonly<Record<string, unknown>>;

function last(reference: unknown): string {
  return String(reference).split('/').at(-1) ?? '';
}

/** The tags of what a Batch ARN or name means. */
function batchTags({ batch }: SimulatedAws, reference: unknown): Tags {
  const name = last(reference);
  return (
    batch.computeEnvironments.get(name)?.tags ??
    batch.jobQueues.get(name)?.tags ??
    batch.jobDefinitions.get(name)?.tags ??
    batch.jobs.get(name)?.tags ??
    batch.schedulingPolicies.get(String(reference))?.tags
  );
}

/** The tags of what a changing call is about, by operation. Calls that create something new are not here. */
const targets: Readonly<Record<string, (aws: SimulatedAws, input: Input) => readonly Tags[]>> = {
  UpdateComputeEnvironment: (aws, input) => [batchTags(aws, input['computeEnvironment'])],
  DeleteComputeEnvironment: (aws, input) => [batchTags(aws, input['computeEnvironment'])],
  UpdateJobQueue: (aws, input) => [batchTags(aws, input['jobQueue'])],
  DeleteJobQueue: (aws, input) => [batchTags(aws, input['jobQueue'])],
  ...byName(['UpdateSchedulingPolicy', 'DeleteSchedulingPolicy'], (aws, input) => [batchTags(aws, input['arn'])]),
  DeregisterJobDefinition: (aws, input) => [batchTags(aws, input['jobDefinition'])],
  ...byName(['CancelJob', 'TerminateJob'], (aws, input) => [batchTags(aws, input['jobId'])]),
  ...byName(['PutSecretValue', 'UpdateSecret', 'DeleteSecret', 'RestoreSecret'], (aws, input) => {
    const id = input['SecretId'];
    return [aws.secretsManager.secrets.values().find(({ arn, name }) => arn === id || name === id)?.tags];
  }),
  ...byName(
    [
      'DeleteRole',
      'UpdateRole',
      'UpdateAssumeRolePolicy',
      'PutRolePolicy',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary',
    ],
    (aws, input) => [aws.iam.roles.get(String(input['RoleName']))?.tags],
  ),
  ...byName(['DeleteInstanceProfile', 'AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'], (aws, input) => [
    aws.iam.instanceProfiles.get(String(input['InstanceProfileName']))?.tags,
  ]),
  ...byName(
    ['DeleteLaunchTemplate', 'DeleteLaunchTemplateVersions', 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate'],
    (aws, input) => [aws.ec2.launchTemplates.get(String(input['LaunchTemplateId']))?.tags],
  ),
};

/** Calls that put tags on something, which may have none of ours yet when it is adopted or gets back what it lost. */
const tagging: typeof targets = {
  ...byName(['TagResource', 'UntagResource'], (aws, input) =>
    'resourceArn' in input
      ? [batchTags(aws, input['resourceArn'])]
      : [aws.secretsManager.secrets.values().find(({ arn }) => arn === input['SecretId'])?.tags],
  ),
  ...byName(['TagRole', 'UntagRole'], (aws, input) => [aws.iam.roles.get(String(input['RoleName']))?.tags]),
  ...byName(['TagInstanceProfile', 'UntagInstanceProfile'], (aws, input) => [
    aws.iam.instanceProfiles.get(String(input['InstanceProfileName']))?.tags,
  ]),
  ...byName(['CreateTags', 'DeleteTags'], (aws, input) =>
    (input['Resources'] as string[]).map(id => aws.ec2.launchTemplates.get(id)?.tags),
  ),
};

const creating = [
  'CreateSecret',
  'CreateRole',
  'CreateInstanceProfile',
  'CreateLaunchTemplate',
  'CreateComputeEnvironment',
  'CreateJobQueue',
  'CreateSchedulingPolicy',
  'RegisterJobDefinition',
  'SubmitJob',
];

function byName<Entry>(names: readonly string[], entry: Entry): Record<string, Entry> {
  return Object.fromEntries(names.map(name => [name, entry]));
}

/** What a call that is about to be carried out would do to something that is not the controller's. */
export function foreignWrite(
  aws: SimulatedAws,
  call: CallRecord,
  controllerId: string,
  mayTag: boolean,
): string | undefined {
  if (!call.mutating || creating.includes(call.operation)) return undefined;
  const target = targets[call.operation] ?? (mayTag ? undefined : tagging[call.operation]);
  if (!target) return tagging[call.operation] ? undefined : `${call.operation} is not known to this check`;
  const foreign = target(aws, call.input as Input).some(
    tags => tags !== undefined && tags[tagKeys.controller] !== controllerId,
  );
  return foreign ? `${call.operation} on what is not ours: ${JSON.stringify(call.input)}` : undefined;
}
