import { BatchClient } from '@aws-sdk/client-batch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { Failure } from '../model/failure.ts';
import type { AccountConfig, ClientFactory } from './accounts.ts';
import type { Clients } from './aws.ts';

/** One attempt of one AWS call: what metrics and logs may know of it. */
interface Attempt {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly ms: number;
  /** `success`, or the error's code. */
  readonly outcome: string;
}

/** Hears of every attempt that leaves the process. */
export type AttemptObserver = (attempt: Attempt) => void;

type Client = BatchClient | EC2Client | IAMClient | SecretsManagerClient | STSClient;

/** Milliseconds. A call that changes something is given up well before a pass is. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 20_000 };

/**
 * Makes the SDK's clients. They send every call once: what is repeated, and how politely, is decided at the gate. Only who
 * we are is asked before there is one.
 */
export function clientFactory(observe: AttemptObserver, now: () => number): ClientFactory {
  return async config => {
    const base = { ...settings(config), requestHandler: timeouts };
    const once = { ...base, maxAttempts: 1 };
    const heard = <C extends Client>(client: C) => watched(client, observe, now);
    const sts = new STSClient({ ...base, maxAttempts: 4 });
    const region = await regionOf(sts);
    const clients: Clients = {
      batch: heard(new BatchClient({ ...once, region })),
      ec2: heard(new EC2Client({ ...once, region })),
      iam: heard(new IAMClient({ ...once, region })),
      secretsManager: heard(new SecretsManagerClient({ ...once, region })),
      sts: heard(sts),
    };
    return { clients, region };
  };
}

function settings({ region, endpoint, assumeRole }: AccountConfig) {
  const place = { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
  if (!assumeRole) return place;
  const { roleArn: RoleArn, externalId, sessionName = 'batchwright' } = assumeRole;
  const params = {
    RoleArn,
    RoleSessionName: sessionName,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  };
  return { ...place, credentials: fromTemporaryCredentials({ params, clientConfig: place }) };
}

async function regionOf(client: STSClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new Failure(
      'stop',
      'InvalidSpec',
      'no AWS Region is known: set AWS_REGION, a Region in the AWS configuration, or spec.region of an AwsAccount',
      { cause: error },
    );
  }
}

/** Inside the SDK's repetition, so that each attempt counts; outside what makes an error of an answer. */
function watched<C extends Client>(client: C, observe: AttemptObserver, now: () => number): C {
  (client as BatchClient).middlewareStack.add(
    (next, context) => async args => {
      const startedAt = now();
      const { clientName = '', commandName = '' } = context as { clientName?: string; commandName?: string };
      const done = (outcome: string, region: string) =>
        observe({
          service: clientName.replace(/Client$/, ''),
          operation: commandName.replace(/Command$/, ''),
          region,
          ms: now() - startedAt,
          outcome,
        });
      const region = await (client as BatchClient).config.region();
      try {
        const result = await next(args);
        done('success', region);
        return result;
      } catch (error) {
        done(code(error), region);
        throw error;
      }
    },
    { step: 'deserialize', name: 'observeAttempts', priority: 'high' },
  );
  return client;
}

/** The network's code where there is one, else AWS's. */
function code(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
