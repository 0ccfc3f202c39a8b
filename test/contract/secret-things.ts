import { randomUUID } from 'node:crypto';
import type { CreateSecretRequest, DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { ContractWorld } from './contract.ts';
import { removeSecret } from './remove.ts';

/** Creates a secret that goes away with the assertion; its first version has the id `token`. */
export async function createSecret(
  world: ContractWorld,
  request: Partial<CreateSecretRequest> = {},
): Promise<{ readonly Name: string; readonly ARN: string; readonly token: string }> {
  const { Name = world.name('secret'), ClientRequestToken: token = randomUUID() } = request;
  world.afterwards(() => removeSecret(world, Name));
  const input = { SecretString: 'one', ...request, Name, ClientRequestToken: token };
  const { ARN = '' } = await world.clients.secretsManager.send(new CreateSecretCommand(input));
  return { Name, ARN, token };
}

/** What the service says of a secret. */
export function describeSecret(world: ContractWorld, SecretId: string): Promise<DescribeSecretResponse> {
  return world.clients.secretsManager.send(new DescribeSecretCommand({ SecretId }));
}

/** A policy that lets somebody read a secret. */
export function policyFor(principal: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** The whole account, as a principal. */
export const root = ({ account: { partition, accountId } }: ContractWorld) => `arn:${partition}:iam::${accountId}:root`;
