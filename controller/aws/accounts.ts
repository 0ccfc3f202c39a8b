import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clock } from '../model/clock.ts';
import { Failure } from '../model/failure.ts';
import { canonical } from '../model/json.ts';
import { fingerprint } from '../model/secret-value.ts';
import type { Account, Aws, Clients } from './aws.ts';
import type { CallBudget } from './call-budget.ts';
import { failureOf } from './errors.ts';
import { gated } from './gate.ts';
import type { RateLimits } from './rate-limits.ts';
import { Snapshots } from './snapshots.ts';

/** Where to go and as whom. Everything left out comes from the process's own AWS configuration. */
export interface AccountConfig {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  /** Refuse to work when the caller's account is another one. */
  readonly accountId?: string | undefined;
  readonly assumeRole?:
    | {
        readonly roleArn: string;
        readonly externalId?: string | undefined;
        readonly sessionName?: string | undefined;
      }
    | undefined;
}

/** Makes SDK clients for one place. `region` of the answer is where they really go. */
export type ClientFactory = (config: AccountConfig) => Promise<{ readonly clients: Clients; readonly region: string }>;

/** An account whose identity AWS has confirmed. */
export interface OpenAccount {
  /** Account and Region: what names are unique within. */
  readonly scope: string;
  readonly account: Account;
  /**
   * The account as a pass sees it that accepts only snapshots begun at `notBefore` or later. `urgent` when somebody waits
   * for the pass: its calls go first.
   */
  aws(notBefore: number, signal: AbortSignal, urgent?: boolean): Aws;
}

interface Ports {
  readonly factory: ClientFactory;
  readonly clock: Clock;
  readonly fingerprintKey: Uint8Array;
  readonly limits: RateLimits;
  readonly budget: CallBudget;
}

/**
 * The AWS accounts in use, one set of clients and snapshots each. Before an account is handed out for the first time AWS
 * is asked who we are there: a wrong account id stops everything for it before the first write.
 */
export class Accounts {
  readonly #ports: Ports;
  readonly #open = new Map<string, Promise<OpenAccount>>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The account of a configuration. Throws a Failure when AWS cannot be asked, or is not the account expected. */
  async open(config: AccountConfig): Promise<OpenAccount> {
    const key = canonical(config);
    let opening = this.#open.get(key);
    if (!opening) {
      opening = this.#connect(config);
      this.#open.set(key, opening);
    }
    try {
      return await opening;
    } catch (error) {
      if (this.#open.get(key) === opening) this.#open.delete(key);
      throw error;
    }
  }

  async #connect(config: AccountConfig): Promise<OpenAccount> {
    const { factory, clock, fingerprintKey, limits, budget } = this.#ports;
    const now = () => clock.now();
    const { clients, region } = await factory(config);
    const account = await identity(clients, region);
    if (config.accountId !== undefined && config.accountId !== account.accountId) {
      throw new Failure(
        'stop',
        'AccountMismatch',
        `the AWS credentials belong to account ${account.accountId}, not to ${config.accountId}: nothing was changed; correct accountId, the role to assume, or the credentials`,
      );
    }
    const snapshots = new Snapshots(now);
    const scope = `${account.accountId}/${account.region}`;
    return {
      scope,
      account,
      aws: (notBefore, signal, urgent = true) => ({
        ...gated(clients, { clock, limits, budget, scope, urgent, signal }),
        account,
        now,
        fingerprint: secret => fingerprint(fingerprintKey, secret),
        shared: (name, load) => snapshots.get(name, notBefore, () => load(signal)),
      }),
    };
  }
}

async function identity(clients: Clients, region: string): Promise<Account> {
  try {
    const { Account: accountId, Arn: arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    return { accountId: accountId ?? 'unknown', region, partition: arn?.split(':')[1] ?? 'aws' };
  } catch (error) {
    throw failureOf(error, 'asking AWS who we are (sts:GetCallerIdentity)');
  }
}
