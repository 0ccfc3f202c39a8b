import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { read } from '../operation.ts';

/** All that the simulated STS answers. */
export const stsOperations = [
  read(GetCallerIdentityCommand, ({ world }) => ({
    Account: world.account.accountId,
    Arn: world.iam.callerArn,
    UserId: 'AROASIMULATEDCALLER00:session',
  })),
];
