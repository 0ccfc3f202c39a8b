import { sameJson } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import { valueAt } from '../model/path.ts';
import type { Principal } from '../server/auth/principal.ts';
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

/** Members of an AwsAccount that decide to whom the controller's own rights, and secret values, go. */
const accountMembers = ['endpoint', 'assumeRole'];

/**
 * The rule that keeps editors from using rights of the controller that they do not have: reading files and variables of
 * its process or secrets of others, and sending what it knows somewhere else. They may name sources that begin with an
 * allowed prefix only, change nothing about a login with another source, and lead no AwsAccount to another endpoint or
 * role; administrators may.
 */
export function editorSources(prefixes: readonly string[]): Admit {
  return (principal, operation, object, previous) => {
    if (operation === 'delete' || isAdministrator(principal, object)) return undefined;
    if (object.kind === 'AwsAccount') return accountDenial(object, previous);
    return object.kind === 'RegistryCredential' ? sourceDenial(prefixes, object, previous) : undefined;
  };
}

function isAdministrator({ bindings }: Principal, { metadata: { namespace = '' } }: ApiObject): boolean {
  return bindings.some(
    ({ role, namespaces }) => role === 'admin' && (namespaces === undefined || namespaces.includes(namespace)),
  );
}

function accountDenial(object: ApiObject, previous: ApiObject | undefined): string | undefined {
  const member = accountMembers.find(name => !sameJson(valueAt(object.spec, name), valueAt(previous?.spec, name)));
  return member && `spec.${member}: only an administrator may say where the controller's rights are used`;
}

function sourceDenial(
  prefixes: readonly string[],
  object: ApiObject,
  previous: ApiObject | undefined,
): string | undefined {
  const refused = named(object).find(([, value]) => !allowed(value, prefixes));
  if (!refused || (previous !== undefined && sameJson(object.spec, previous.spec))) return undefined;
  const before = previous === undefined ? undefined : new Map(named(previous)).get(refused[0]);
  if (before === refused[1])
    return `${refused[0]}: an administrator chose this source, so only one may change the login`;
  const list =
    prefixes.length > 0
      ? `one that begins with ${prefixes.join(' or ')}`
      : 'none (the server was started without --editor-source)';
  return `${refused[0]}: an editor may name ${list}; ask an administrator`;
}
