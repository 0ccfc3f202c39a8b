import { expect, it } from 'vitest';
import { editorSources } from '../../controller/commands/editor-sources.ts';
import { type ApiObject, apiVersion } from '../../controller/model/object.ts';
import type { Role } from '../../controller/server/auth/principal.ts';

const metadata = {
  name: 'hub',
  namespace: 'team',
  uid: '1',
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
};
const credential = (source: object, kind = 'RegistryCredential'): ApiObject => ({
  apiVersion,
  kind,
  metadata,
  spec: JSON.parse(JSON.stringify({ registry: 'ghcr.io', source })),
});
const files = (passwordPath: string) => credential({ files: { username: 'me', passwordPath } });
const as = (role: Role, namespaces?: readonly string[]) => ({
  name: 'somebody',
  groups: [],
  bindings: [{ role, namespaces }],
});

interface Case {
  readonly name: string;
  readonly prefixes?: readonly string[];
  readonly who?: ReturnType<typeof as>;
  readonly object: ApiObject;
  readonly previous?: ApiObject;
  readonly says?: RegExp;
}

// biome-ignore format: a table reads best in columns
const cases: readonly Case[] = [
  { name: 'a file under an allowed prefix', prefixes: ['/run/logins/'], object: files('/run/logins/hub') },
  { name: 'a file elsewhere', prefixes: ['/run/logins/'], object: files('/etc/shadow'), says: /^spec.source.files.passwordPath: an editor may name one that begins with \/run\/logins\// },
  { name: 'a path that climbs out', prefixes: ['/run/logins/'], object: files('/run/logins/../../etc/shadow'), says: /passwordPath/ },
  { name: 'no prefix allowed', object: files('/run/logins/hub'), says: /none \(the server was started without --editor-source\)/ },
  { name: 'an environment variable', prefixes: ['REGISTRY_'], object: credential({ environment: { username: 'me', passwordVariable: 'AWS_SECRET_ACCESS_KEY' } }), says: /passwordVariable/ },
  { name: 'an allowed variable', prefixes: ['REGISTRY_'], object: credential({ environment: { username: 'me', passwordVariable: 'REGISTRY_TOKEN' } }) },
  { name: 'somebody else\'s secret', prefixes: ['team/'], object: credential({ existingSecret: { secretId: 'payroll/db' } }), says: /existingSecret.secretId/ },
  { name: 'a source that stays as an administrator made it', object: files('/etc/x'), previous: files('/etc/x') },
  { name: 'an administrator', who: as('admin'), object: files('/etc/x') },
  { name: 'an administrator of another namespace', who: as('admin', ['other']), object: files('/etc/x'), says: /ask an administrator/ },
  { name: 'another kind', object: credential({ files: { passwordPath: '/etc/x' } }, 'JobDefinition') },
];

it.each(cases)('$name', ({ prefixes = [], who = as('editor'), object, previous, says }) => {
  const denial = editorSources(prefixes)(who, previous ? 'update' : 'create', object, previous);

  if (says) expect(denial).toMatch(says);
  else expect(denial).toBeUndefined();
});
