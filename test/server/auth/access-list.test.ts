import { describe, expect, it } from 'vitest';
import { AccessListProblem, accessList } from '../../../controller/server/auth/access-list.ts';

const digest = 'a'.repeat(64);

describe('access list', () => {
  it('reads users, groups, tokens and bindings', () => {
    const list = accessList(`
users:
  - name: ada
    groups: [ops]
    tokens: [{sha256: ${digest}, expiresAt: "2030-01-01T00:00:00Z"}]
    bindings: [{role: editor, namespaces: [team-a]}]
groups:
  - name: ops
    bindings: [{role: viewer}]
`);
    expect(list).toEqual({
      users: [
        {
          name: 'ada',
          groups: ['ops'],
          tokens: [{ sha256: digest, expiresAt: '2030-01-01T00:00:00Z' }],
          bindings: [{ role: 'editor', namespaces: ['team-a'] }],
        },
      ],
      groups: [{ name: 'ops', bindings: [{ role: 'viewer' }] }],
    });
  });

  it.each([
    {
      name: 'a role that does not exist',
      text: 'users: [{name: a, bindings: [{role: root}]}]',
      says: 'users.0.bindings.0.role',
    },
    {
      name: 'a token in clear',
      text: 'users: [{name: a, tokens: [{sha256: hunter2}]}]',
      says: '64 lower-case hexadecimal',
    },
    { name: 'a member that does not exist', text: 'users: [{name: a, admin: true}]', says: 'users.0' },
    {
      name: 'an empty list of namespaces',
      text: 'users: [{name: a, bindings: [{role: admin, namespaces: []}]}]',
      says: 'namespaces',
    },
    { name: 'a user that is listed twice', text: 'users: [{name: a}, {name: a}]', says: '"a" is listed twice' },
    { name: 'a text that is no YAML', text: 'users: [', says: 'not one YAML document' },
  ])('refuses $name', ({ text, says }) => {
    expect(() => accessList(text)).toThrow(AccessListProblem);
    expect(() => accessList(text)).toThrow(says);
  });

  it('quotes no content of the file in its message', () => {
    expect(() => accessList('users: [{name: a, tokens: [{sha256: hunter2}]}]')).not.toThrow('hunter2');
  });
});
