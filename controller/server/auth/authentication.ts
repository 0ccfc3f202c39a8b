import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccessList } from './access-list.ts';
import { authenticatedGroup, type Principal } from './principal.ts';

/** What a request carries to say who it is from. The certificate was verified against the client CA by TLS. */
export interface Credentials {
  readonly authorization?: string;
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[] };
}

/** The caller behind credentials, or why they are not accepted. */
type Authentication = { readonly principal: Principal } | { readonly refused: string };

/** Verifies credentials against one access list. `nowMs` decides whether a token has expired. */
export type Authenticator = (credentials: Credentials, nowMs: number) => Authentication;

interface Known {
  readonly digest: Buffer;
  readonly expiresAtMs: number;
  readonly principal: Principal;
}

/**
 * The authenticator for an access list. A bearer token counts before a certificate. Tokens are compared as digests in
 * constant time, always with every known one, so that the time tells nothing about them.
 */
export function authenticator(list: AccessList): Authenticator {
  const known: readonly Known[] = list.users.flatMap(user =>
    user.tokens.map(({ sha256, expiresAt }) => ({
      digest: Buffer.from(sha256, 'hex'),
      expiresAtMs: expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
      principal: principal(list, user.name, user.groups),
    })),
  );

  return ({ authorization, certificate }, nowMs) => {
    if (authorization !== undefined) return byToken(known, authorization, nowMs);
    if (certificate?.commonName)
      return { principal: principal(list, certificate.commonName, certificate.organizations) };
    return { refused: 'no credentials were sent' };
  };
}

function byToken(known: readonly Known[], authorization: string, nowMs: number): Authentication {
  const token = /^Bearer +([^ ]+)$/i.exec(authorization)?.[1];
  const digest = tokenDigest(token ?? '');
  let match: Known | undefined;
  for (const candidate of known) {
    if (timingSafeEqual(candidate.digest, digest)) match = candidate;
  }
  if (token === undefined) return { refused: 'the Authorization header holds no bearer token' };
  if (match === undefined) return { refused: 'the token is not known' };
  if (nowMs >= match.expiresAtMs) return { refused: `the token of ${match.principal.name} has expired` };
  return { principal: match.principal };
}

function principal(list: AccessList, name: string, groups: readonly string[]): Principal {
  const user = list.users.find(candidate => candidate.name === name);
  const all = [...new Set([...(user?.groups ?? []), ...groups, authenticatedGroup])];
  const bindings = list.groups.filter(group => all.includes(group.name)).flatMap(group => group.bindings);
  return { name, groups: all, bindings: [...(user?.bindings ?? []), ...bindings] };
}

/** SHA-256 of a token. */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
