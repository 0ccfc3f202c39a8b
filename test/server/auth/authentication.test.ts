import { describe, expect, it } from 'vitest';
import type { AccessList } from '../../../controller/server/auth/access-list.ts';
import { authenticator, type Credentials, tokenDigest } from '../../../controller/server/auth/authentication.ts';

const list: AccessList = {
  users: [
    {
      name: 'ada',
      groups: ['ops'],
      tokens: [{ sha256: tokenDigest('secret-a').toString('hex') }],
      bindings: [{ role: 'editor', namespaces: ['team-a'] }],
    },
    {
      name: 'bob',
      groups: [],
      tokens: [{ sha256: tokenDigest('secret-b').toString('hex'), expiresAt: '2026-01-01T00:00:00Z' }],
      bindings: [],
    },
  ],
  groups: [{ name: 'ops', bindings: [{ role: 'viewer' }] }],
};
const before = Date.parse('2025-12-31T23:59:59Z');
const after = Date.parse('2026-01-01T00:00:00Z');

describe('authentication', () => {
  it('gives a known token its user with the bindings of user and groups', () => {
    expect(authenticator(list)({ authorization: 'Bearer secret-a' }, before)).toEqual({
      principal: {
        name: 'ada',
        groups: ['ops', 'system:authenticated'],
        bindings: [{ role: 'editor', namespaces: ['team-a'] }, { role: 'viewer' }],
      },
    });
  });

  it('takes user and groups from a verified certificate', () => {
    const certificate = { commonName: 'carol', organizations: ['ops'] };
    expect(authenticator(list)({ certificate }, before)).toEqual({
      principal: { name: 'carol', groups: ['ops', 'system:authenticated'], bindings: [{ role: 'viewer' }] },
    });
  });

  const refusals: { name: string; credentials: Credentials; at: number; refused: string }[] = [
    { name: 'no credentials', credentials: {}, at: before, refused: 'no credentials were sent' },
    {
      name: 'an unknown token',
      credentials: { authorization: 'Bearer x' },
      at: before,
      refused: 'the token is not known',
    },
    {
      name: 'an empty token',
      credentials: { authorization: 'Bearer ' },
      at: before,
      refused: 'the Authorization header holds no bearer token',
    },
    {
      name: 'another scheme',
      credentials: { authorization: 'Basic secret-a' },
      at: before,
      refused: 'the Authorization header holds no bearer token',
    },
    {
      name: 'an expired token',
      credentials: { authorization: 'Bearer secret-b' },
      at: after,
      refused: 'the token of bob has expired',
    },
    {
      name: 'a wrong token beside a good certificate',
      credentials: { authorization: 'Bearer x', certificate: { commonName: 'ada', organizations: [] } },
      at: before,
      refused: 'the token is not known',
    },
    {
      name: 'a certificate without a name',
      credentials: { certificate: { commonName: '', organizations: ['ops'] } },
      at: before,
      refused: 'no credentials were sent',
    },
  ];
  it.each(refusals)('refuses $name', ({ credentials, at, refused }) => {
    expect(authenticator(list)(credentials, at)).toEqual({ refused });
  });

  it('accepts a token until the moment it expires', () => {
    expect(authenticator(list)({ authorization: 'Bearer secret-b' }, after - 1)).toHaveProperty(
      'principal.name',
      'bob',
    );
  });
});
