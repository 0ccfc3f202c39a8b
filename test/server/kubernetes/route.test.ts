import { describe, expect, it } from 'vitest';
import { routeOf } from '../../../controller/server/kubernetes/route.ts';

const none = { namespace: '', name: '', subresource: '' };
const ours = { type: 'resource', group: 'batchwright.dev', version: 'v1alpha1', resource: 'jobdefinitions' };
const core = { type: 'resource', group: '', version: 'v1' };
const base = '/apis/batchwright.dev/v1alpha1';

describe('routes', () => {
  it.each([
    { path: '/', route: { type: 'root' } },
    { path: '/version', route: { type: 'version' } },
    { path: '/version/', route: { type: 'version' } },
    { path: '/healthz', route: { type: 'health', endpoint: 'healthz' } },
    { path: '/livez/ping', route: { type: 'health', endpoint: 'livez' } },
    { path: '/readyz/store/deep', route: { type: 'health', endpoint: 'readyz' } },
    { path: '/api', route: { type: 'core' } },
    { path: '/apis', route: { type: 'groups' } },
    { path: '/apis/batchwright.dev', route: { type: 'group', group: 'batchwright.dev' } },
    { path: base, route: { type: 'group-version', group: 'batchwright.dev', version: 'v1alpha1' } },
    { path: '/api/v1', route: { type: 'group-version', group: '', version: 'v1' } },
    { path: '/openapi/v2', route: { type: 'openapi-v2' } },
    { path: '/openapi/v3', route: { type: 'openapi-v3' } },
    { path: '/openapi/v3/api/v1', route: { type: 'openapi-v3-document', group: '', version: 'v1' } },
    {
      path: '/openapi/v3/apis/batchwright.dev/v1alpha1',
      route: { type: 'openapi-v3-document', group: 'batchwright.dev', version: 'v1alpha1' },
    },
    { path: `${base}/jobdefinitions`, route: { ...ours, ...none } },
    { path: `${base}/namespaces/a/jobdefinitions`, route: { ...ours, ...none, namespace: 'a' } },
    { path: `${base}/namespaces/a/jobdefinitions/n`, route: { ...ours, ...none, namespace: 'a', name: 'n' } },
    {
      path: `${base}/namespaces/a/jobdefinitions/n/status`,
      route: { ...ours, namespace: 'a', name: 'n', subresource: 'status' },
    },
    { path: `${base}/namespaces/a/jobdefinitions/a%2Db`, route: { ...ours, ...none, namespace: 'a', name: 'a-b' } },
    { path: '/api/v1/namespaces', route: { ...core, ...none, resource: 'namespaces' } },
    { path: '/api/v1/namespaces/a', route: { ...core, ...none, resource: 'namespaces', name: 'a' } },
    {
      path: '/api/v1/namespaces/a/status',
      route: { ...core, ...none, resource: 'namespaces', name: 'a', subresource: 'status' },
    },
    { path: '/api/v1/namespaces/a/events', route: { ...core, ...none, resource: 'events', namespace: 'a' } },
    {
      path: '/api/v1/namespaces/a/events/status',
      route: { ...core, ...none, resource: 'events', namespace: 'a', name: 'status' },
    },
    { path: '/api/v1/events', route: { ...core, ...none, resource: 'events' } },
  ])('$path', ({ path, route }) => {
    expect(routeOf(path)).toEqual(route);
  });

  it.each([
    '/nothing',
    '/__proto__',
    '/constructor',
    '/apis//jobdefinitions',
    '/openapi',
    '/openapi/v3/apis/only-a-group',
    '/openapi/v3/api/v1/more',
    `${base}/namespaces/a/jobdefinitions/n/status/more`,
    `${base}/namespaces/a/jobdefinitions/%E0%A4%A`,
    `${base}/namespaces/a%2Fb/jobdefinitions`,
    `${base}/namespaces/a%00/jobdefinitions`,
    'https://elsewhere/api',
    '*',
    '',
  ])('nothing lives at "%s"', path => {
    expect(routeOf(path)).toBeUndefined();
  });
});
