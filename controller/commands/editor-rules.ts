import { annotations } from '../model/annotations.ts';
import { isObject, sameJson } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import { valueAt } from '../model/path.ts';
import { holdsIn } from '../server/auth/principal.ts';
import type { Admit } from '../server/kubernetes/call.ts';

/** The files and environment variables that a login's source names, with where it names them. */
function named(object: ApiObject): readonly (readonly [path: string, value: string])[] {
  const members = [
    'files.usernamePath',
    'files.passwordPath',
    'environment.usernameVariable',
    'environment.passwordVariable',
    'dockerConfig.path',
    'existingSecret.secretId',
  ];
  return members.flatMap(member => {
    const value = valueAt(object.spec, `source.${member}`);
    return typeof value === 'string' ? [[`spec.source.${member}`, value] as const] : [];
  });
}

/** A path that climbs cannot be told by its beginning. */
function allowed(value: string, prefixes: readonly string[]): boolean {
  return !value.split('/').includes('..') && prefixes.some(prefix => value.startsWith(prefix));
}

/** What an editor is allowed where an object is: prefixes of sources everywhere, and of ARNs by its bindings there. */
interface Allowed {
  readonly sources: readonly string[];
  readonly arns: readonly string[];
}

/** Why an editor may not write an object as it is; undefined when nothing speaks against it. */
type Rule = (object: ApiObject, previous: ApiObject | undefined, allowed: Allowed) => string | undefined;

/** Members of an AwsAccount that decide where the controller's own rights are used, and to whom secret values go. */
const accountMembers = ['endpoint', 'assumeRole', 'region', 'accountId'];

const accountDenial: Rule = (object, previous) => {
  if (object.kind !== 'AwsAccount') return undefined;
  const member = accountMembers.find(name => !sameJson(valueAt(object.spec, name), valueAt(previous?.spec, name)));
  return member && `spec.${member}: only an administrator may say where the controller's rights are used`;
};

const adoptionDenial: Rule = (object, previous) => {
  const [now, before] = [object, previous].map(one => one?.metadata.annotations?.[annotations.adopt]);
  return now === undefined || now === before
    ? undefined
    : `metadata.annotations.${annotations.adopt}: only an administrator may have the controller take over what others made`;
};

const sourceDenial: Rule = (object, previous, { sources }) => {
  if (object.kind !== 'RegistryCredential') return undefined;
  const refused = named(object).find(([, value]) => !allowed(value, sources));
  if (!refused || (previous !== undefined && sameJson(object.spec, previous.spec))) return undefined;
  const before = previous === undefined ? undefined : new Map(named(previous)).get(refused[0]);
  if (before === refused[1])
    return `${refused[0]}: an administrator chose this source, so only one may change the login`;
  const list =
    sources.length > 0
      ? `one that begins with ${sources.join(' or ')}`
      : 'none (the server was started without --editor-source)';
  return `${refused[0]}: an editor may name ${list}; ask an administrator`;
};

const arnDenial: Rule = (object, previous, { arns, sources }) => {
  const before = new Set([...arnsIn(previous?.spec)].map(([, arn]) => arn));
  const refused = [...arnsIn(object.spec)].find(
    ([, arn]) => !before.has(arn) && ![...arns, ...sources].some(prefix => arn.startsWith(prefix)),
  );
  if (!refused) return undefined;
  const list = arns.length > 0 ? `ARNs that begin with ${arns.join(' or ')}` : 'no ARNs';
  return `spec${refused[0]}: ${refused[1]} is not for this editor, who may name ${list} here; ask an administrator`;
};

/** Every ARN in a value, with its path. */
function* arnsIn(value: unknown, path = ''): Generator<readonly [path: string, arn: string]> {
  if (typeof value === 'string' && value.startsWith('arn:')) yield [path, value];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* arnsIn(item, `${path}[${index}]`);
  else if (isObject(value)) for (const [key, member] of Object.entries(value)) yield* arnsIn(member, `${path}.${key}`);
}

const rules: readonly Rule[] = [accountDenial, adoptionDenial, sourceDenial, arnDenial];

/**
 * The rules that keep editors from using rights of the controller that they do not have: reading files and variables of
 * its process or secrets of others, sending what it knows somewhere else, passing roles, keys and policies on, and taking
 * over what others made. They may name sources that begin with a prefix in `sources` and ARNs that begin with one of their
 * bindings' prefixes; what an administrator wrote may stay. Administrators may do all of it.
 */
export function editorRules(sources: readonly string[]): Admit {
  return (principal, operation, object, previous) => {
    if (operation === 'delete') return undefined;
    const { namespace = '' } = object.metadata;
    const here = principal.bindings.filter(binding => holdsIn(binding, namespace));
    if (here.some(({ role }) => role === 'admin')) return undefined;
    const arns = here.flatMap(({ arns: prefixes = [] }) => prefixes);
    return rules.map(rule => rule(object, previous, { sources, arns })).find(denial => denial !== undefined);
  };
}
