import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renewAuthorityMs, renewServerMs, tlsMaterial } from '../../../controller/server/tls/renewal.ts';

const dayMs = 24 * 3600 * 1000;
const start = Date.parse('2026-01-01T00:00:00Z');
const names = ['localhost', '127.0.0.1', '::1', '*.example.com'];
const first = tlsMaterial({}, names, start);

describe('tlsMaterial', () => {
  it('makes everything at first', () => {
    expect(first.reasons).toEqual([
      'new certificate authority: there was none',
      'new server certificate: there was none',
    ]);
    expect(
      new X509Certificate(first.server.certificate).verify(new X509Certificate(first.authority.certificate).publicKey),
    ).toBe(true);
  });

  it('keeps what is good', () => {
    expect(tlsMaterial(first, names, start + 200 * dayMs)).toEqual({ ...first, reasons: [] });
  });

  it.each([
    {
      name: 'it ends soon',
      names,
      nowMs: start + 365 * dayMs - renewServerMs + 1,
      reason: 'the stored one ends on 2027-01-01',
    },
    {
      name: 'a name is added',
      names: [...names, 'api.example.org', '10.0.0.1'],
      nowMs: start,
      reason: 'the stored one lacks api.example.org, 10.0.0.1',
    },
    {
      name: 'a name is dropped',
      names: names.slice(1),
      nowMs: start,
      reason: 'the stored one carries names that are no longer wanted',
    },
  ])('makes a new server certificate under the same authority when $name', ({ names: wanted, nowMs, reason }) => {
    const next = tlsMaterial(first, wanted, nowMs);

    expect(next.reasons).toEqual([`new server certificate: ${reason}`]);
    expect(next.authority).toBe(first.authority);
    expect(tlsMaterial(next, wanted, nowMs).reasons).toEqual([]);
  });

  it('replaces an authority before server certificates could outlive it', () => {
    const next = tlsMaterial(first, names, start + 3650 * dayMs - renewAuthorityMs + 1);

    expect(next.reasons).toEqual([
      'new certificate authority: the stored one ends on 2035-12-30',
      'new server certificate: the stored one ends on 2027-01-01',
    ]);
  });

  it.each([
    {
      name: 'is damaged',
      stored: { ...first, server: { ...first.server, certificate: 'x' } },
      reason: 'the stored one cannot be read',
    },
    {
      name: 'has a damaged key',
      stored: { ...first, server: { ...first.server, privateKey: 'x' } },
      reason: 'the stored one cannot be read',
    },
    {
      name: 'has a key of another',
      stored: { ...first, server: { ...first.server, privateKey: first.authority.privateKey } },
      reason: 'the stored key does not fit it',
    },
    {
      name: 'is from another authority',
      stored: { ...first, server: tlsMaterial({}, names, start).server },
      reason: 'the stored one is from another authority',
    },
    {
      name: 'is not valid yet',
      stored: { ...first, server: tlsMaterial({ authority: first.authority }, names, start + dayMs).server },
      reason: 'the stored one is not valid yet',
    },
  ])('makes a new server certificate when the stored one $name', ({ reason, stored }) => {
    expect(tlsMaterial(stored, names, start).reasons).toEqual([`new server certificate: ${reason}`]);
  });
});
