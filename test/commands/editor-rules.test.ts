import { expect, it } from 'vitest';
import { editorRules } from '../../controller/commands/editor-rules.ts';
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
const account = (spec: object): ApiObject => ({
  apiVersion,
  kind: 'AwsAccount',
  metadata,
  spec: JSON.parse(JSON.stringify(spec)),
});
const definition = (jobRoleArn?: string): ApiObject => ({
  apiVersion,
  kind: 'JobDefinition',
  metadata,
  spec: { containerProperties: { image: 'a', ...(jobRoleArn === undefined ? {} : { jobRoleArn }) } },
});
const adopting = (value: string): ApiObject => ({
  ...definition(),
  metadata: { ...metadata, annotations: { 'batchwright.dev/adopt': value } },
});
const as = (role: Role, namespaces?: readonly string[], arns?: readonly string[]) => ({
  name: 'somebody',
  groups: [],
  bindings: [{ role, namespaces, arns }],
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
  { name: 'another registry for a source that an administrator chose', object: { ...files('/etc/x'), spec: { ...files('/etc/x').spec, registry: 'evil.example' } }, previous: files('/etc/x'), says: /passwordPath: an administrator chose this source/ },
  { name: 'another registry for an allowed source', prefixes: ['/run/'], object: { ...files('/run/x'), spec: { ...files('/run/x').spec, registry: 'quay.io' } }, previous: files('/run/x') },
  { name: 'a source in the place of an administrator\'s', prefixes: ['/run/'], object: files('/run/x'), previous: files('/etc/x') },
  { name: 'an account with tags', object: account({ tags: { team: 'a' } }) },
  { name: 'a Region', object: account({ region: 'eu-west-1' }), says: /^spec.region: only an administrator/ },
  { name: 'an account id in the place of an administrator\'s', object: account({ accountId: '210987654321' }), previous: account({ accountId: '123456789012' }), says: /^spec.accountId/ },
  { name: 'an endpoint', object: account({ endpoint: 'https://evil.example' }), says: /^spec.endpoint: only an administrator/ },
  { name: 'a role', object: account({ assumeRole: { roleArn: 'arn:aws:iam::123456789012:role/x' } }), says: /^spec.assumeRole: only an administrator/ },
  { name: 'no endpoint any more', object: account({}), previous: account({ endpoint: 'http://emulator' }), says: /^spec.endpoint/ },
  { name: 'tags beside an administrator\'s endpoint', object: account({ endpoint: 'http://emulator', tags: { a: 'b' } }), previous: account({ endpoint: 'http://emulator' }) },
  { name: 'an endpoint of an administrator', who: as('admin'), object: account({ endpoint: 'http://emulator' }) },
  { name: 'an administrator', who: as('admin'), object: files('/etc/x') },
  { name: 'an administrator of another namespace', who: as('admin', ['other']), object: files('/etc/x'), says: /ask an administrator/ },
  { name: 'a role of nobody knows whom', object: definition('arn:aws:iam::123456789012:role/admin'), says: /^spec.containerProperties.jobRoleArn: arn:aws:iam::123456789012:role\/admin is not for this editor, who may name no ARNs here; ask an administrator$/ },
  { name: 'a role of the team', who: as('editor', undefined, ['arn:aws:iam::123456789012:role/team/']), object: definition('arn:aws:iam::123456789012:role/team/jobs') },
  { name: 'a role of another team', who: as('editor', undefined, ['arn:aws:iam::123456789012:role/team/']), object: definition('arn:aws:iam::123456789012:role/other/jobs'), says: /who may name ARNs that begin with arn:aws:iam::123456789012:role\/team\/ here/ },
  { name: 'a role of the team in another namespace', who: as('editor', ['other'], ['arn:aws:iam::123456789012:role/team/']), object: definition('arn:aws:iam::123456789012:role/team/jobs'), says: /no ARNs/ },
  { name: 'a role that an administrator chose', object: definition('arn:aws:iam::123456789012:role/admin'), previous: definition('arn:aws:iam::123456789012:role/admin') },
  { name: 'an ARN within a list', object: { ...definition(), spec: { instanceRole: { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } } }, says: /^spec.instanceRole.managedPolicyArns\[0\]: / },
  { name: 'a secret by the ARN that sources allow', prefixes: ['arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/'], object: credential({ existingSecret: { secretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/x-abcdef' } }) },
  { name: 'adoption', object: adopting('true'), says: /^metadata.annotations.batchwright.dev\/adopt: only an administrator/ },
  { name: 'adoption as an administrator asked for it', object: adopting('true'), previous: adopting('true') },
  { name: 'no adoption any more', object: definition(), previous: adopting('true') },
  { name: 'adoption by an administrator', who: as('admin'), object: adopting('true') },
  { name: 'another kind', object: credential({ files: { passwordPath: '/etc/x' } }, 'JobDefinition') },
];

it.each(cases)('$name', ({ prefixes = [], who = as('editor'), object, previous, says }) => {
  const denial = editorRules(prefixes)(who, previous ? 'update' : 'create', object, previous);

  if (says) expect(denial).toMatch(says);
  else expect(denial).toBeUndefined();
});
