import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Emulator } from './emulator.ts';

/** What a compute environment needs and Batchwright doesn't make. */
export interface Network {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/** The default network of the emulator's account, which every account has in every region. */
export async function seededNetwork({ client }: Pick<Emulator, 'client'>, region?: string): Promise<Network> {
  const ec2 = new EC2Client(region === undefined ? client : { ...client, region });
  try {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }));
    const vpcId = required(Vpcs?.[0]?.VpcId);
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const subnetIds = (Subnets ?? []).map(({ SubnetId }) => required(SubnetId));
    return { vpcId, subnetIds, securityGroupId: required(SecurityGroups?.[0]?.GroupId) };
  } finally {
    ec2.destroy();
  }
}

function required(id: string | undefined): string {
  if (id === undefined) throw new Error('the emulated account has no default network');
  return id;
}
