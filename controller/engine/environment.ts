import type { AccountConfig, OpenAccount } from '../aws/accounts.ts';
import type { CredentialSource, CredentialValue, Kind } from '../kinds/kind.ts';
import type { Clock } from '../model/clock.ts';
import type { ApiObject, Key } from '../model/object.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { Resource } from '../resources/resource.ts';
import type { Store } from '../store/contract.ts';
import type { Claims } from './claims.ts';
import type { Events } from './events.ts';
import type { Fights } from './fights.ts';
import type { Intents } from './intents.ts';
import type { Observations } from './observations.ts';
import type { Revivals } from './revivals.ts';
import type { Budget } from './rounds.ts';

/** One line of the log: a constant message, the data beside it. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Opens AWS accounts; the default one for `undefined`. */
export interface AccountSource {
  open(config: AccountConfig): Promise<OpenAccount>;
}

/** Reads the value of a credential from its source. Throws a Failure that never holds the value. */
export type ReadCredential = (
  from: CredentialSource,
  registry: string,
  signal: AbortSignal,
) => Promise<CredentialValue>;

/** Everything a pass works with. */
export interface Environment {
  readonly controllerId: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: AccountSource;
  /** Where objects without an AwsAccount live. */
  readonly defaultAccount: AccountConfig;
  readonly readCredential: ReadCredential;
  readonly fingerprint: (secret: SecretValue) => string;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Calls of AWS that an hour may take, by account and Region. */
  readonly budget: Budget;
  readonly events: Events;
  readonly intents: Intents;
  readonly claims: Claims;
  readonly fights: Fights;
  readonly observations: Observations;
  readonly revivals: Revivals;
  /** Objects now, from memory: what references and peers look at. */
  readonly objects: Objects;
  /** Read and plan, but change neither AWS nor the store. */
  readonly dryRun: boolean;
}

/** The objects of our kinds as the watch last showed them. */
export interface Objects {
  get(key: Key): ApiObject | undefined;
  ofKind(kind: string, namespace: string): readonly ApiObject[];
  /** Objects that reference this one, the AwsAccount that they live in included. */
  dependants(key: Key): readonly Key[];
}
