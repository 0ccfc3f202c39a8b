import type { BatchClient } from '@aws-sdk/client-batch';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { STSClient } from '@aws-sdk/client-sts';

/** Who and where we are in AWS; every generated ARN takes its parts from here. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … as the caller's own ARN says. */
  readonly partition: string;
}

/** The SDK's clients, cut down to `send`: its commands are the vocabulary, nothing is wrapped. */
export interface Clients {
  readonly batch: Pick<BatchClient, 'send'>;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly secretsManager: Pick<SecretsManagerClient, 'send'>;
  readonly sts: Pick<STSClient, 'send'>;
}

/** One AWS account and Region as one pass sees it. */
export interface Aws extends Clients {
  readonly account: Account;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Keyed fingerprint of a secret value, for comparing without keeping it. */
  readonly fingerprint: (secret: import('../model/secret-value.ts').SecretValue) => string;
  /** A snapshot that all passes due share: loaded once, again only when this pass needs a fresher one. */
  shared<T>(name: string, load: (signal: AbortSignal) => Promise<T>): Promise<T>;
}
