import type { AccountConfig } from '../aws/accounts.ts';
import type { Kind } from '../kinds/kind.ts';
import { Failure } from '../model/failure.ts';
import { type ApiObject, keyOf } from '../model/object.ts';
import type { Tags } from '../model/ownership.ts';
import { valueAt } from '../model/path.ts';
import type { Environment } from './environment.ts';

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

function defined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
