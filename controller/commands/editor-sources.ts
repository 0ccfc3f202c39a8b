import { isObject } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import { valueAt } from '../model/path.ts';
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

/**
 * The rule that keeps editors from having the controller read what they may not: files and variables of its process, or
 * secrets of others. They may name sources that begin with an allowed prefix only; administrators may name any.
 */
export function editorSources(prefixes: readonly string[]): Admit {
  return (principal, operation, object, previous) => {
    if (object.kind !== 'RegistryCredential' || operation === 'delete') return undefined;
    const namespace = object.metadata.namespace ?? '';
    const admin = principal.bindings.some(
      ({ role, namespaces }) => role === 'admin' && (namespaces === undefined || namespaces.includes(namespace)),
    );
    const before = new Map(isObject(previous) ? named(previous as ApiObject) : []);
    const refused = admin
      ? undefined
      : named(object).find(([path, value]) => before.get(path) !== value && !allowed(value, prefixes));
    if (!refused) return undefined;
    const list =
      prefixes.length > 0
        ? `one that begins with ${prefixes.join(' or ')}`
        : 'none (the server was started without --editor-source)';
    return `${refused[0]}: an editor may name ${list}; ask an administrator`;
  };
}
