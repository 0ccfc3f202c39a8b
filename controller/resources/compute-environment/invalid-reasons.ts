interface InvalidReason {
  /** A piece of AWS's own words, in lower case. */
  readonly text: string;
  readonly cause: string;
  readonly fix: string;
  /** The field that it is about, where AWS says so also of what is right and new: IAM has not made it known everywhere. */
  readonly field?: string;
}

const again = 'AWS is asked to look again by itself, at most once in five minutes';

/** What AWS says of compute environments that are INVALID (aws-batch reference §1.14), the more particular first. */
export const invalidReasons: readonly InvalidReason[] = [
  {
    text: 'sts:assumerole',
    cause: 'AWS Batch cannot act as the service role',
    fix: `create the role again under the same ARN, let batch.amazonaws.com assume it, and attach AWSBatchServiceRole; ${again}`,
    field: 'serviceRole',
  },
  {
    text: 'ecs:describeclusters',
    cause: 'the service role may not do what AWS Batch needs, or IAM has not made it known yet',
    fix: `attach AWSBatchServiceRole to the role if it is missing; ${again}`,
    field: 'serviceRole',
  },
  {
    text: 'iamfleetrole is invalid',
    cause: 'the Spot fleet role does not exist or cannot be assumed',
    fix: `create that role again, or name a valid one in spotIamFleetRole, which replaces the compute environment; ${again}`,
  },
  {
    text: 'iaminstanceprofile',
    cause: 'the instance profile does not exist, or a role was named in its place',
    fix: 'correct instanceRole.instanceProfileArn, or leave it out to have a profile managed here',
    field: 'computeResources.instanceRole',
  },
  {
    text: 'instance profile',
    cause: 'the instance profile does not exist',
    fix: 'correct instanceRole.instanceProfileArn, or leave it out to have a profile managed here',
    field: 'computeResources.instanceRole',
  },
  {
    text: 'userdata is not mime multipart',
    cause: 'AWS Batch takes user data only as a MIME multipart document',
    fix: 'correct the launch template and name its new version, or leave launchTemplate out of computeResources to have one managed here',
  },
  {
    text: 'launch template',
    cause: 'the launch template or its version cannot be used',
    fix: 'name a launch template and a version that exist, or leave launchTemplate out of computeResources to have one managed here',
  },
  {
    text: 'none of the instances joined',
    cause: 'instances start, but none reaches Amazon ECS, so AWS Batch has scaled them down',
    fix: `look at the route and security groups of the subnets to ECS, the policies of the instance role, the image, and the agent's configuration; ${again}`,
  },
  {
    text: 'none of the nodes joined',
    cause: 'instances start, but none joins the EKS cluster, so AWS Batch has scaled them down',
    fix: `look at the network of the subnets, the mapping of the node role in the cluster, and the image; ${again}`,
  },
  {
    text: 'kubernetes namespace',
    cause: 'AWS Batch cannot use the namespace of the EKS cluster',
    fix: `create the namespace and the RBAC objects that AWS Batch asks for in it; ${again}`,
  },
  {
    text: 'eks cluster version',
    cause: 'AWS Batch does not support the version of the EKS cluster',
    fix: 'bring the cluster to a supported version, then raise replacement of the compute environment: AWS cannot repair this one',
  },
  {
    text: 'clusters can not be blank',
    cause: 'the ECS cluster under it was deleted',
    fix: 'raise replacement of the compute environment: AWS cannot repair this one',
  },
  {
    text: 'active jobs',
    cause: 'it was deleted while jobs were on it',
    fix: 'let the jobs end, or terminate them; its deletion is tried again by itself',
  },
];

function known(statusReason: string | undefined): InvalidReason | undefined {
  const text = statusReason?.toLowerCase() ?? '';
  return invalidReasons.find(reason => text.includes(reason.text));
}

/** What AWS's reason means and what to do, in plain words; undefined for one that is not known. */
export function explained(statusReason: string | undefined): string | undefined {
  const found = known(statusReason);
  return found && `${found.cause}: ${found.fix}`;
}

/** The field for whose sake AWS may say this only because it does not know yet what stands there. */
export function blamed(statusReason: string | undefined): string | undefined {
  return known(statusReason)?.field;
}
