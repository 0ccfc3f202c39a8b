import { describe, expect, it } from 'vitest';
import { type Attributes, authorizer, rulesFor } from '../../../controller/server/auth/authorization.ts';
import type { Binding, Principal } from '../../../controller/server/auth/principal.ts';

const group = 'batchwright.dev';
const callers = {
  nobody: caller([]),
  viewer: caller([{ role: 'viewer' }]),
  'viewer in a': caller([{ role: 'viewer', namespaces: ['a'] }]),
  editor: caller([{ role: 'editor' }]),
  'editor in a': caller([{ role: 'editor', namespaces: ['a'] }]),
  admin: caller([{ role: 'admin' }]),
  'admin in a': caller([{ role: 'admin', namespaces: ['a'] }]),
};
type Caller = keyof typeof callers;

function caller(bindings: readonly Binding[]): Principal {
  return { name: 'ada', groups: [], bindings };
}

const everywhere: Caller[] = ['viewer', 'editor', 'admin'];
const inA: Caller[] = ['viewer in a', 'editor in a', 'admin in a'];

const matrix: { name: string; of: Partial<Attributes>; allowed: Caller[] }[] = [
  { name: 'read in a', of: { verb: 'list', namespace: 'a' }, allowed: [...everywhere, ...inA] },
  { name: 'read in b', of: { verb: 'get', namespace: 'b' }, allowed: everywhere },
  { name: 'read in all namespaces', of: { verb: 'watch' }, allowed: everywhere },
  {
    name: 'read the status in a',
    of: { verb: 'get', subresource: 'status', namespace: 'a' },
    allowed: [...everywhere, ...inA],
  },
  {
    name: 'create in a',
    of: { verb: 'create', namespace: 'a' },
    allowed: ['editor', 'editor in a', 'admin', 'admin in a'],
  },
  { name: 'patch in b', of: { verb: 'patch', namespace: 'b' }, allowed: ['editor', 'admin'] },
  { name: 'delete all in b', of: { verb: 'deletecollection', namespace: 'b' }, allowed: ['editor', 'admin'] },
  {
    name: 'write the status in a',
    of: { verb: 'patch', subresource: 'status', namespace: 'a' },
    allowed: ['admin', 'admin in a'],
  },
  {
    name: 'write an event in a',
    of: { verb: 'create', group: '', resource: 'events', namespace: 'a' },
    allowed: ['editor', 'editor in a', 'admin', 'admin in a'],
  },
  {
    name: 'read its namespace',
    of: { verb: 'get', group: '', resource: 'namespaces', namespace: '', name: 'a' },
    allowed: [...everywhere, ...inA],
  },
  {
    name: 'read another namespace',
    of: { verb: 'get', group: '', resource: 'namespaces', namespace: '', name: 'b' },
    allowed: everywhere,
  },
  {
    name: 'list namespaces',
    of: { verb: 'list', group: '', resource: 'namespaces', namespace: '' },
    allowed: everywhere,
  },
  {
    name: 'create a namespace',
    of: { verb: 'create', group: '', resource: 'namespaces', namespace: '' },
    allowed: ['admin'],
  },
  {
    name: 'delete its namespace',
    of: { verb: 'delete', group: '', resource: 'namespaces', namespace: '', name: 'a' },
    allowed: ['admin'],
  },
  { name: 'read another group', of: { verb: 'get', group: 'apps', namespace: 'a' }, allowed: ['admin', 'admin in a'] },
  { name: 'an unknown verb', of: { verb: 'escalate', namespace: 'a' }, allowed: ['admin', 'admin in a'] },
  {
    name: 'ask what it may do',
    of: { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' },
    allowed: Object.keys(callers) as Caller[],
  },
  {
    name: 'read the definitions of the kinds',
    of: { verb: 'list', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
    allowed: Object.keys(callers) as Caller[],
  },
];

describe('authorization', () => {
  const decide = authorizer(group);

  it.each(matrix)('$name', ({ of, allowed }) => {
    const attributes: Attributes = { verb: 'get', group, resource: 'jobdefinitions', namespace: '', ...of };
    const may = Object.entries(callers).filter(([, principal]) => decide(principal, attributes).allowed);
    expect(may.map(([name]) => name).sort()).toEqual([...allowed].sort());
  });

  it('says what is not allowed in the words of Kubernetes', () => {
    const attributes: Attributes = { verb: 'create', group, resource: 'jobdefinitions', namespace: 'b' };
    expect(decide(callers['editor in a'], attributes).reason).toBe(
      'User "ada" cannot create resource "jobdefinitions" in API group "batchwright.dev" in the namespace "b"',
    );
  });

  it('lists the rules of a namespace', () => {
    const verbs = (name: Caller, namespace: string) =>
      rulesFor(callers[name], group, namespace).flatMap(rule => rule.verbs);
    expect(verbs('editor in a', 'a')).toContain('patch');
    expect(verbs('editor in a', 'b')).not.toContain('patch');
    expect(verbs('admin', 'b')).toContain('*');
  });
});
