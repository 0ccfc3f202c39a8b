import { defineKind, type Kind } from '../kind.ts';
import { AwsAccountSpec, AwsAccountStatus } from './spec.ts';

/** Where: account, Region, role to assume, endpoint. It owns nothing; opening it proves who we are. */
export const awsAccount: Kind = defineKind<AwsAccountSpec>({
  kind: 'AwsAccount',
  plural: 'awsaccounts',
  singular: 'awsaccount',
  shortNames: ['awsa'],
  description:
    'An AWS account and Region, and how to get into it. The one named default is used by every object in the namespace that names none.',
  spec: AwsAccountSpec,
  status: AwsAccountStatus,
  columns: [
    {
      name: 'Account',
      type: 'string',
      jsonPath: '.status.account.accountId',
      description: 'Account id as AWS says it.',
    },
    { name: 'Region', type: 'string', jsonPath: '.status.account.region', description: 'Region that is used.' },
  ],
  account: () => undefined,
  references: () => [],
  retain: () => true,
  claims: () => [],
  expand: ({ account }) => ({ declared: [], own: { account: { ...account } } }),
  report: () => ({}),
});
