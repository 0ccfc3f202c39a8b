import { readFile } from 'node:fs/promises';
import { type AccountConfig, Accounts } from '../aws/accounts.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { type AttemptObserver, clientFactory } from '../aws/clients.ts';
import { RateLimits } from '../aws/rate-limits.ts';
import { Claims } from '../engine/claims.ts';
import type { AccountSource, Environment, Log } from '../engine/environment.ts';
import { Events } from '../engine/events.ts';
import { Fights } from '../engine/fights.ts';
import { Intents } from '../engine/intents.ts';
import { ObjectIndex } from '../engine/object-index.ts';
import { Observations } from '../engine/observations.ts';
import { Revivals } from '../engine/revivals.ts';
import { kinds } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { objectSchema, specProblems } from '../kinds/schemas.ts';
import type { Clock } from '../model/clock.ts';
import { apiVersion } from '../model/object.ts';
import { fingerprint } from '../model/secret-value.ts';
import { registryScope, scopeText } from '../registry/registry-scope.ts';
import { resources } from '../resources/index.ts';
import { readLogin } from '../sources/credential-values.ts';
import type { Validate } from '../sources/reading.ts';
import type { KindSchema } from '../sources/yaml-schema.ts';
import type { Store } from '../store/contract.ts';

/** Every kind by name. */
export const kindsByName: ReadonlyMap<string, Kind> = new Map(kinds.map(kind => [kind.kind, kind]));

/** The schemas by which manifests are read. */
export const manifestSchemas: readonly KindSchema[] = kinds.map(kind => ({
  apiVersion,
  kind: kind.kind,
  schema: objectSchema(kind) as KindSchema['schema'],
}));

/** What a kind finds wrong with an object beyond the types of its fields. */
export const validate: Validate = (kind, object) => {
  const definition = kindsByName.get(kind);
  return definition ? specProblems(definition, object.spec) : [];
};

/** What differs between a loop, a plan and a test. */
export interface AssemblyOptions {
  readonly controllerId: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly fingerprintKey: Uint8Array;
  readonly defaultAccount: AccountConfig;
  readonly observeAttempt: AttemptObserver;
  readonly iamPropagationMs: number;
  /** Calls of AWS that an account and Region may get in an hour. */
  readonly callsPerHour: number;
  readonly dryRun: boolean;
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
}

/** Everything a pass works with, and the index of objects that the controller keeps up to date. */
export interface Assembly {
  readonly env: Environment;
  readonly objects: ObjectIndex;
  readonly accounts: AccountSource;
  readonly budget: CallBudget;
}

/** Puts the pieces together around a store. */
export function assemble(options: AssemblyOptions): Assembly {
  const { controllerId, store, clock, log, fingerprintKey: key, defaultAccount, dryRun } = options;
  const now = () => clock.now();
  const limits = new RateLimits(clock);
  const budget = new CallBudget(now, options.callsPerHour);
  const accounts = new Accounts({
    factory: clientFactory(options.observeAttempt, now),
    clock,
    fingerprintKey: key,
    limits,
    budget,
  });
  const objects = new ObjectIndex(kindsByName);
  const ports = {
    readFile: (path: string, signal: AbortSignal) => readFile(path, { signal }),
    environment: options.processEnvironment,
    scope: (registry: string) => {
      const scope = registryScope(registry);
      return scope.ok ? scopeText(scope.value) : undefined;
    },
  };
  const env: Environment = {
    controllerId,
    store,
    clock,
    log,
    accounts,
    defaultAccount,
    readCredential: (from, registry, signal) => readLogin(ports, from, registry, signal),
    fingerprint: secret => fingerprint(key, secret),
    kinds: kindsByName,
    resources: resources(options.iamPropagationMs),
    budget,
    events: new Events(store, clock),
    intents: new Intents(store, clock),
    claims: new Claims(),
    fights: new Fights(now),
    observations: new Observations(),
    revivals: new Revivals(now),
    objects,
    dryRun,
  };
  return { env, objects, accounts, budget };
}
