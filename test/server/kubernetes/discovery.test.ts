import { describe, expect, it } from 'vitest';
import {
  aggregated,
  groupInfo,
  groupList,
  resourceList,
  rootPaths,
} from '../../../controller/server/kubernetes/discovery.ts';
import { servedTypes } from '../../../controller/server/kubernetes/served-types.ts';
import { testKinds } from '../test-kinds.ts';

const { all } = servedTypes(testKinds, '2026-01-01T00:00:00Z');
const every = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

describe('aggregated discovery', () => {
  it('describes our kinds with their status', () => {
    const document = aggregated(all, false, 'v2');
    expect(document).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const groups = document['items'] as unknown as {
      metadata: { name: string };
      versions: { resources: unknown[] }[];
    }[];
    const ours = groups.find(group => group.metadata.name === 'batchwright.dev');
    const responseKind = { group: 'batchwright.dev', version: 'v1alpha1', kind: 'JobDefinition' };
    expect(ours?.versions[0]?.resources[0]).toEqual({
      resource: 'jobdefinitions',
      responseKind,
      scope: 'Namespaced',
      singularResource: 'jobdefinition',
      verbs: every,
      shortNames: ['jdef'],
      categories: ['all', 'batchwright'],
      subresources: [{ subresource: 'status', responseKind, verbs: ['get', 'patch', 'update'] }],
    });
  });

  it('keeps core and groups apart', () => {
    const names = (core: boolean) =>
      (aggregated(all, core, 'v2beta1')['items'] as unknown as { metadata: { name?: string } }[]).map(
        group => group.metadata.name,
      );
    expect(names(true)).toEqual([undefined]);
    expect(names(false)).toEqual([
      'batchwright.dev',
      'authorization.k8s.io',
      'authentication.k8s.io',
      'apiextensions.k8s.io',
    ]);
  });
});

describe('legacy discovery', () => {
  it('lists groups with their versions', () => {
    const { groups } = groupList(all) as unknown as { groups: { name: string; versions: { version: string }[] }[] };
    expect(groups.map(({ name, versions }) => [name, versions.map(({ version }) => version).join()])).toEqual([
      ['batchwright.dev', 'v1alpha1'],
      ['authorization.k8s.io', 'v1'],
      ['authentication.k8s.io', 'v1,v1beta1'],
      ['apiextensions.k8s.io', 'v1'],
    ]);
    expect(groupInfo(all, 'batchwright.dev')).toMatchObject({ kind: 'APIGroup', name: 'batchwright.dev' });
    expect([groupInfo(all, 'apps'), groupInfo(all, '')]).toEqual([undefined, undefined]);
  });

  it('lists the resources of a version, status included', () => {
    const { resources } = resourceList(all, '', 'v1') as unknown as { resources: { name: string; verbs: string[] }[] };
    expect(resources.map(({ name }) => name)).toEqual([
      'namespaces',
      'namespaces/status',
      'events',
      'configmaps',
      'services',
    ]);
    expect(resources.find(({ name }) => name === 'services')?.verbs).toEqual(['list']);
    expect(resourceList(all, 'batchwright.dev', 'v1')).toBeUndefined();
  });

  it('names every path', () => {
    expect(rootPaths(all)['paths']).toEqual(
      expect.arrayContaining(['/api/v1', '/apis/batchwright.dev/v1alpha1', '/version']),
    );
  });

  it('offers no short name twice', () => {
    const names = all.flatMap(({ plural, shortNames, singular }) => [
      plural,
      ...(singular === plural ? [] : [singular]),
      ...shortNames,
    ]);
    const distinct = new Set(names);
    // The two versions of one review share their names.
    expect(names.length - distinct.size).toBe(2);
  });
});
