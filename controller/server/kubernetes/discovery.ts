import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';

/** Media types of aggregated discovery, the preferred one first. */
export const aggregatedVersions = ['v2', 'v2beta1'] as const;
/** A generation of aggregated discovery. */
export type AggregatedVersion = (typeof aggregatedVersions)[number];

const statusVerbs = ['get', 'patch', 'update'];

/** `GET /api` or `GET /apis` with all resources in one answer. `core` chooses between the two. */
export function aggregated(types: readonly ResourceType[], core: boolean, generation: AggregatedVersion): JsonObject {
  const groups = distinct(types.map(type => type.group)).filter(group => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${generation}`,
    metadata: {},
    items: groups.map(group => ({
      ...(group === '' ? { metadata: {} } : { metadata: { name: group } }),
      versions: versionsOf(types, group).map(version => ({
        version,
        freshness: 'Current',
        resources: within(types, group, version).map(aggregatedResource),
      })),
    })),
  };
}

function aggregatedResource(type: ResourceType): JsonObject {
  const responseKind = { group: type.group, version: type.version, kind: type.kind };
  return {
    resource: type.plural,
    responseKind,
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
    ...(type.categories.length === 0 ? {} : { categories: type.categories }),
    ...(type.status ? { subresources: [{ subresource: 'status', responseKind, verbs: statusVerbs }] } : {}),
  };
}

/** `GET /api` for clients without aggregated discovery. */
export const coreVersions: JsonObject = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

/** `GET /apis` for clients without aggregated discovery. */
export function groupList(types: readonly ResourceType[]): JsonObject {
  const groups = distinct(types.map(type => type.group)).filter(group => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(group => groupBody(types, group)) };
}

/** `GET /apis/GROUP`; undefined for a group that is not served. */
export function groupInfo(types: readonly ResourceType[], group: string): JsonObject | undefined {
  if (group === '' || !types.some(type => type.group === group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(types, group) };
}

/** `GET /api/v1` or `GET /apis/GROUP/VERSION`; undefined for what is not served. */
export function resourceList(types: readonly ResourceType[], group: string, version: string): JsonObject | undefined {
  const served = within(types, group, version);
  if (served.length === 0) return undefined;
  const groupVersion = apiVersionOf({ group, version });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: served.flatMap(legacyResources) };
}

function legacyResources(type: ResourceType): readonly JsonObject[] {
  const { kind, namespaced } = type;
  const main: JsonObject = {
    name: type.plural,
    singularName: type.singular,
    namespaced,
    kind,
    verbs: type.verbs,
    ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
    ...(type.categories.length === 0 ? {} : { categories: type.categories }),
  };
  const status: JsonObject = { name: `${type.plural}/status`, singularName: '', namespaced, kind, verbs: statusVerbs };
  return type.status ? [main, status] : [main];
}

/** Every path that answers something, for `GET /`. */
export function rootPaths(types: readonly ResourceType[]): JsonObject {
  const versions = distinct(types.map(type => (type.group === '' ? '/api/v1' : `/apis/${apiVersionOf(type)}`)));
  const groups = distinct(types.filter(type => type.group !== '').map(type => `/apis/${type.group}`));
  const fixed = ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  return { paths: [...fixed, ...groups, ...versions].sort() };
}

function groupBody(types: readonly ResourceType[], group: string): JsonObject {
  const versions = versionsOf(types, group).map(version => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, ...(versions[0] === undefined ? {} : { preferredVersion: versions[0] }) };
}

function versionsOf(types: readonly ResourceType[], group: string): readonly string[] {
  return distinct(types.filter(type => type.group === group).map(type => type.version));
}

function within(types: readonly ResourceType[], group: string, version: string): readonly ResourceType[] {
  return types.filter(type => type.group === group && type.version === version);
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
