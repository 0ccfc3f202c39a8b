import { setTimeout } from 'node:timers/promises';
import { BatchClient } from '@aws-sdk/client-batch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { test } from 'vitest';
import { type Need, needs } from './contract.ts';
import { defaultNetwork } from './network.ts';
import { runContract } from './run-contract.ts';
import { sweep } from './sweep.ts';
import type { Ground } from './world.ts';

/*
 * The suite against a real account. It never runs by itself, because it creates and deletes things and costs a little:
 *
 *   BATCHWRIGHT_CONTRACT_ACCOUNT=123456789012 AWS_REGION=eu-west-1 vitest run --project unit test/contract/real.test.ts
 *
 * BATCHWRIGHT_CONTRACT_ACCOUNT   the id of the account; the suite stops when the credentials belong to another one
 * BATCHWRIGHT_CONTRACT_WITHOUT   what the account does not offer: `images`, `secondRegion`, or both with a comma between
 *
 * Region, credentials and AWS_ENDPOINT_URL (for LocalStack and the like) are those of the AWS SDK. The account needs a
 * default VPC whose subnets reach the internet, and room for some ten compute environments and job queues. Everything
 * is named `batchwright-contract-…`; whatever has such a name is deleted before a run: one run at a time in an account.
 */
const stem = 'batchwright-contract-';
const accountId = process.env['BATCHWRIGHT_CONTRACT_ACCOUNT'];
const minute = 60_000;

/** The account, once it has turned out to be the right one and to be clean. */
async function ground(): Promise<Ground> {
  const configuration = { maxAttempts: 8, retryMode: 'adaptive' };
  const clients = {
    batch: new BatchClient(configuration),
    ec2: new EC2Client(configuration),
    iam: new IAMClient(configuration),
    secretsManager: new SecretsManagerClient(configuration),
    sts: new STSClient(configuration),
  };
  const { Account, Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
  if (Account === undefined || Account !== accountId) {
    throw new Error(`the AWS credentials belong to account ${Account}, not to ${accountId}: nothing was changed`);
  }
  const common: Ground = {
    clients,
    account: {
      accountId: Account,
      region: await clients.batch.config.region(),
      partition: Arn?.split(':')[1] ?? 'aws',
    },
    network: await defaultNetwork(clients),
    prefix: `${stem}${Date.now().toString(36)}-`,
    pass: ms => setTimeout(ms),
    interval: 5_000,
    patience: 20 * minute,
  };
  await sweep({ ...common, prefix: stem });
  return common;
}

function lacking(): Need[] {
  const named = (process.env['BATCHWRIGHT_CONTRACT_WITHOUT'] ?? '').split(',').filter(word => word !== '');
  return named.map(word => {
    const need = needs.find(one => one === word);
    if (need === undefined) throw new Error(`BATCHWRIGHT_CONTRACT_WITHOUT: ${word} is none of ${needs.join(', ')}`);
    return need;
  });
}

if (accountId === undefined) test.skip('the contract with a real account (set BATCHWRIGHT_CONTRACT_ACCOUNT to its id)');
else runContract({ where: 'real', without: lacking(), concurrent: true, timeout: 60 * minute, ground });
