import { z } from 'zod';
import { AccountId, arnOf, Region } from '../fields.ts';

export const AwsAccountSpec = z.strictObject({
  accountId: AccountId.optional().describe(
    'The account that the credentials must belong to, 12 digits in quotes. When AWS says another one, nothing is changed in it.',
  ),
  region: Region.optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Endpoint for all AWS services, for emulators and private endpoints.'),
  assumeRole: z
    .strictObject({
      roleArn: arnOf('iam', 'a role').describe('Role to assume, full ARN.'),
      externalId: z
        .string()
        .min(2)
        .max(1224)
        .optional()
        .describe('External id that the trust policy of the role asks for.'),
      sessionName: z
        .string()
        .regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits and =,.@- characters')
        .default('batchwright')
        .describe('Session name, as CloudTrail shows it.'),
    })
    .optional()
    .describe('Role to assume with the credentials of the process; left out, those credentials themselves are used.'),
  tags: z
    .record(z.string(), z.string())
    .optional()
    .describe('Tags for every resource in this account, beside those that each object asks for.'),
});
export type AwsAccountSpec = z.infer<typeof AwsAccountSpec>;

export const AwsAccountStatus = z.object({
  account: z
    .object({
      accountId: z.string().describe('Account id as AWS says it.'),
      region: z.string().describe('Region that is used.'),
      partition: z.string().describe('AWS partition, for example aws or aws-cn.'),
    })
    .optional()
    .describe('Who and where AWS says we are.'),
});
