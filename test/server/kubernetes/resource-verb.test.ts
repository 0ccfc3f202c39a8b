import { describe, expect, it } from 'vitest';
import { verbOf } from '../../../controller/server/kubernetes/resource-verb.ts';
import type { ResourceRoute } from '../../../controller/server/kubernetes/route.ts';
import { ApiError } from '../../../controller/server/kubernetes/status.ts';
import { namespaces } from '../../../controller/server/kubernetes/types/namespace.ts';
import { ownKind } from '../../../controller/server/kubernetes/types/own-kind.ts';
import { services } from '../../../controller/server/kubernetes/types/service.ts';
import { jobDefinitions } from '../test-kinds.ts';

const types = { jobs: ownKind(jobDefinitions), namespaces, services };

function verb(method: string, type: keyof typeof types, at: Partial<ResourceRoute>, watch = false): string {
  const { group, plural, version } = types[type];
  const route: ResourceRoute = {
    type: 'resource',
    group,
    version,
    resource: plural,
    namespace: '',
    name: '',
    subresource: '',
    ...at,
  };
  try {
    return verbOf(method, route, types[type], watch);
  } catch (error) {
    if (error instanceof ApiError) return `${error.code}`;
    throw error;
  }
}

const list = { namespace: 'a' };
const one = { namespace: 'a', name: 'n' };
const status = { ...one, subresource: 'status' };

describe('verb of a request', () => {
  it.each([
    { method: 'GET', type: 'jobs', at: list, watch: false, is: 'list' },
    { method: 'GET', type: 'jobs', at: {}, watch: false, is: 'list' },
    { method: 'GET', type: 'jobs', at: {}, watch: true, is: 'watch' },
    { method: 'GET', type: 'jobs', at: one, watch: true, is: 'watch' },
    { method: 'GET', type: 'jobs', at: one, watch: false, is: 'get' },
    { method: 'POST', type: 'jobs', at: list, watch: false, is: 'create' },
    { method: 'POST', type: 'jobs', at: list, watch: true, is: 'create' },
    { method: 'PUT', type: 'jobs', at: one, watch: false, is: 'update' },
    { method: 'PATCH', type: 'jobs', at: status, watch: false, is: 'patch' },
    { method: 'GET', type: 'jobs', at: status, watch: false, is: 'get' },
    { method: 'DELETE', type: 'jobs', at: one, watch: false, is: 'delete' },
    { method: 'DELETE', type: 'jobs', at: list, watch: false, is: 'deletecollection' },
    { method: 'POST', type: 'namespaces', at: {}, watch: false, is: 'create' },
    { method: 'GET', type: 'services', at: list, watch: false, is: 'list' },
    // refused
    { method: 'POST', type: 'jobs', at: {}, watch: false, is: '405' },
    { method: 'DELETE', type: 'jobs', at: {}, watch: false, is: '405' },
    { method: 'POST', type: 'jobs', at: one, watch: false, is: '405' },
    { method: 'PUT', type: 'jobs', at: list, watch: false, is: '405' },
    { method: 'DELETE', type: 'jobs', at: status, watch: false, is: '405' },
    { method: 'OPTIONS', type: 'jobs', at: list, watch: false, is: '405' },
    { method: 'DELETE', type: 'namespaces', at: {}, watch: false, is: '405' },
    { method: 'GET', type: 'namespaces', at: { namespace: 'a' }, watch: false, is: '404' },
    { method: 'GET', type: 'jobs', at: { ...one, subresource: 'scale' }, watch: false, is: '404' },
    { method: 'GET', type: 'services', at: { ...one, subresource: 'status' }, watch: false, is: '404' },
    { method: 'GET', type: 'services', at: list, watch: true, is: '405' },
  ] as const)('$method $type $at watch=$watch is $is', ({ at, is, method, type, watch }) => {
    expect(verb(method, type, at, watch)).toBe(is);
  });
});
