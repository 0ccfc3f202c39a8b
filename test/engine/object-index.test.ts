import { expect, it } from 'vitest';
import { ObjectIndex } from '../../controller/engine/object-index.ts';
import { kinds } from '../../controller/kinds/index.ts';
import type { JsonObject } from '../../controller/model/json.ts';
import { type ApiObject, apiVersion, type Key } from '../../controller/model/object.ts';

function object(kind: string, name: string, spec: JsonObject, namespace = 'default'): ApiObject {
  const metadata = {
    name,
    namespace,
    uid: name,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { apiVersion, kind, metadata, spec };
}

const credential: Key = 'RegistryCredential/default/ghcr';
const environment = (credentials: readonly string[]) =>
  object('BatchEnvironment', 'blog', { registryCredentials: credentials.map(name => ({ name })) });

it('knows who refers to an object, as long as they do', () => {
  const index = new ObjectIndex(new Map(kinds.map(kind => [kind.kind, kind])));

  index.set(environment(['ghcr', 'ghcr']));
  expect(index.dependants(credential)).toEqual(['BatchEnvironment/default/blog']);

  index.set(environment(['hub']));
  expect(index.dependants(credential)).toEqual([]);
  expect(index.dependants('RegistryCredential/default/hub')).toEqual(['BatchEnvironment/default/blog']);

  index.delete('BatchEnvironment/default/blog');
  expect(index.dependants('RegistryCredential/default/hub')).toEqual([]);
});

it('keeps namespaces apart', () => {
  const index = new ObjectIndex(new Map(kinds.map(kind => [kind.kind, kind])));
  index.set(object('AwsAccount', 'default', {}));
  index.set(object('AwsAccount', 'default', {}, 'team'));

  expect(index.ofKind('AwsAccount', 'team').map(({ metadata }) => metadata.namespace)).toEqual(['team']);
  expect(index.keys).toEqual(['AwsAccount/default/default', 'AwsAccount/team/default']);
});

it('answers no spec for one that does not parse, and keeps the object', () => {
  const index = new ObjectIndex(new Map(kinds.map(kind => [kind.kind, kind])));

  expect(index.set(object('AwsAccount', 'default', { region: 7 }))).toBeUndefined();
  expect(index.all.length).toBe(1);
});
