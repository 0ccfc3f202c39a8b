const tagged = 'batchwright.dev/controller';
const ours = { 'aws:ResourceTag/batchwright.dev/controller': 'batchwright' };
const asked = { 'aws:RequestTag/batchwright.dev/controller': 'batchwright' };

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[] | '*';
  readonly Condition?: object;
}

/**
 * The permissions that the controller needs, with names as it generates them and the default controller id. Reading
 * stands apart from writing and writing from deleting, so that either can be left out; so can ReadSecretValues.
 */
// biome-ignore format: one statement reads best at a glance
const statements: readonly Statement[] = [
  { Sid: 'Read', Effect: 'Allow', Action: ['batch:Describe*', 'batch:List*', 'ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeImages', 'secretsmanager:ListSecrets', 'iam:GetAccountAuthorizationDetails', 'iam:ListRoles'], Resource: '*' },
  { Sid: 'ReadNamed', Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListInstanceProfilesForRole', 'iam:GetInstanceProfile'], Resource: ['arn:*:secretsmanager:*:*:secret:batchwright/*', 'arn:*:iam::*:role/batchwright-*', 'arn:*:iam::*:instance-profile/batchwright-*'] },
  { Sid: 'CreateTagged', Effect: 'Allow', Action: ['secretsmanager:CreateSecret', 'ec2:CreateLaunchTemplate', 'iam:CreateRole', 'iam:CreateInstanceProfile', 'batch:CreateComputeEnvironment', 'batch:CreateJobQueue', 'batch:CreateSchedulingPolicy', 'batch:RegisterJobDefinition', 'batch:SubmitJob'], Resource: '*', Condition: { StringEquals: asked } },
  { Sid: 'TagOnCreate', Effect: 'Allow', Action: ['secretsmanager:TagResource', 'ec2:CreateTags', 'iam:TagRole', 'iam:TagInstanceProfile', 'batch:TagResource'], Resource: '*', Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': [tagged] } } },
  { Sid: 'ChangeOwned', Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret', 'secretsmanager:RestoreSecret', 'secretsmanager:TagResource', 'secretsmanager:UntagResource', 'ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate', 'ec2:DeleteLaunchTemplateVersions', 'ec2:CreateTags', 'ec2:DeleteTags', 'batch:UpdateComputeEnvironment', 'batch:SetCapacityTags', 'batch:UpdateJobQueue', 'batch:UpdateSchedulingPolicy', 'batch:CancelJob', 'batch:TerminateJob', 'batch:TagResource', 'batch:UntagResource'], Resource: '*', Condition: { StringEquals: ours } },
  { Sid: 'AttachToQueues', Effect: 'Allow', Action: ['batch:CreateJobQueue', 'batch:UpdateJobQueue', 'batch:RegisterJobDefinition', 'batch:SubmitJob'], Resource: ['arn:*:batch:*:*:compute-environment/*', 'arn:*:batch:*:*:job-queue/*', 'arn:*:batch:*:*:scheduling-policy/*', 'arn:*:batch:*:*:job-definition/*'] },
  { Sid: 'ChangeRoles', Effect: 'Allow', Action: ['iam:UpdateRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:TagRole', 'iam:UntagRole', 'iam:AddRoleToInstanceProfile', 'iam:RemoveRoleFromInstanceProfile', 'iam:TagInstanceProfile', 'iam:UntagInstanceProfile'], Resource: ['arn:*:iam::*:role/batchwright-*', 'arn:*:iam::*:instance-profile/batchwright-*'] },
  { Sid: 'PassRoles', Effect: 'Allow', Action: ['iam:PassRole'], Resource: ['arn:*:iam::*:role/batchwright-*'], Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'batch.amazonaws.com', 'ecs-tasks.amazonaws.com'] } } },
  { Sid: 'ServiceLinkedRole', Effect: 'Allow', Action: ['iam:CreateServiceLinkedRole'], Resource: ['arn:*:iam::*:role/aws-service-role/batch.amazonaws.com/*'], Condition: { StringEquals: { 'iam:AWSServiceName': 'batch.amazonaws.com' } } },
  { Sid: 'DeleteOwned', Effect: 'Allow', Action: ['secretsmanager:DeleteSecret', 'ec2:DeleteLaunchTemplate', 'batch:DeleteComputeEnvironment', 'batch:DeleteJobQueue', 'batch:DeleteSchedulingPolicy', 'batch:DeregisterJobDefinition'], Resource: '*', Condition: { StringEquals: ours } },
  { Sid: 'DeleteRoles', Effect: 'Allow', Action: ['iam:DeleteRole', 'iam:DeleteInstanceProfile'], Resource: ['arn:*:iam::*:role/batchwright-*', 'arn:*:iam::*:instance-profile/batchwright-*'] },
  { Sid: 'ReadSecretValues', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: ['arn:*:secretsmanager:*:*:secret:batchwright/*'], Condition: { StringEquals: ours } },
];

/** The IAM policy for the controller's own credentials. */
export const iamPolicy = { Version: '2012-10-17', Statement: statements };
