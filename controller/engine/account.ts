import type { AccountConfig } from '../aws/accounts.ts';
import type { Account } from '../aws/aws.ts';
import type { Kind } from '../kinds/kind.ts';
import { conditionOf } from '../model/conditions.ts';
import { Failure } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import { type ApiObject, type Key, keyOf } from '../model/object.ts';
import type { Tags } from '../model/ownership.ts';
import { valueAt } from '../model/path.ts';
import type { Environment } from './environment.ts';
import { inventoryOf } from './inventory.ts';

type Place = Pick<Environment, 'objects' | 'defaultAccount'>;

function declaredAccount({ objects }: Place, kind: Kind, object: ApiObject, spec: unknown): ApiObject | undefined {
  if (kind.kind === 'AwsAccount') return object;
  const { namespace = '' } = object.metadata;
  return objects.get(keyOf({ kind: 'AwsAccount', namespace, name: kind.account(spec) ?? 'default' }));
}

/** The account configuration of an object: the AwsAccount it names, else the namespace's `default`, else the process's own. */
export function accountConfig(place: Place, kind: Kind, object: ApiObject, spec: unknown): AccountConfig {
  const declared = declaredAccount(place, kind, object, spec);
  if (declared) {
    const { accountId, region, endpoint, assumeRole } = (declared.spec ?? {}) as AccountConfig;
    return { ...place.defaultAccount, ...defined({ accountId, region, endpoint, assumeRole }) };
  }
  const name = kind.account(spec);
  if (name === undefined) return place.defaultAccount;
  const { namespace = '' } = object.metadata;
  throw new Failure('wait', 'DependencyNotReady', `spec.account: AwsAccount ${namespace}/${name} does not exist`, {
    afterMs: 60_000,
  });
}

/** The tags that the AwsAccount of an object asks for on everything. */
export function accountTags(place: Place, kind: Kind, object: ApiObject, spec: unknown): Tags {
  const tags = valueAt(declaredAccount(place, kind, object, spec)?.spec, 'tags');
  return (tags ?? {}) as Tags;
}

/**
 * Whether an object that refers to `used` keeps it from going. One that waits for what it refers to and has nothing in
 * AWS yet does not: the two would wait for each other. An AwsAccount that is used without being named is in use as long
 * as something that was made there is left; an object that would make something only later goes elsewhere then.
 */
export function isUsedBy(
  { objects, intents }: Place & Pick<Environment, 'intents'>,
  used: ApiObject,
  by: Key,
): boolean {
  const user = objects.get(by);
  if (user && isOnlyWaiting(user) && intents.of(by).length === 0) return false;
  if (used.kind !== 'AwsAccount' || !user || valueAt(user.spec, 'account.name') !== undefined) return true;
  const { accountId, region } = (valueAt(used.status, 'account') ?? {}) as Partial<Account>;
  return inventoryOf(user.status).some(({ place }) => place === undefined || place === `${accountId}/${region}`);
}

function isOnlyWaiting({ metadata, status }: ApiObject): boolean {
  const ready = conditionOf(status, 'Ready');
  const current = ready?.observedGeneration === metadata.generation;
  return current && ready.reason === 'DependencyNotReady' && inventoryOf(status).length === 0;
}
