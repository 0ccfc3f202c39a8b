import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import type { Clients } from '../../controller/aws/aws.ts';

/** Where compute environments may put their instances. */
export interface Network {
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/** The default network of an account, which every account has unless somebody deleted it. */
export async function defaultNetwork({ ec2 }: Pick<Clients, 'ec2'>): Promise<Network> {
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  const ofVpc = { Name: 'vpc-id', Values: [present(Vpcs[0]?.VpcId)] };
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [ofVpc] }));
  const ofDefault = { Name: 'group-name', Values: ['default'] };
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [ofVpc, ofDefault] }));
  return {
    subnets: Subnets.map(({ SubnetId }) => present(SubnetId)),
    securityGroup: present(SecurityGroups[0]?.GroupId),
  };
}

function present(id: string | undefined): string {
  if (id === undefined) throw new Error('the account has no default network: create a default VPC in this Region');
  return id;
}
