import { randomBytes } from 'node:crypto';
import { dump } from 'js-yaml';
import { type AccessList, accessList } from '../auth/access-list.ts';
import { tokenDigest } from '../auth/authentication.ts';
import type { Binding } from '../auth/principal.ts';
import { optionalText, writePrivate } from './private-file.ts';

/** A new bearer token of 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What a token is issued for. */
export interface Grant {
  readonly user: string;
  readonly bindings: readonly Binding[];
  /** RFC 3339; it never expires when left out. */
  readonly expiresAt?: string;
}

/** An access list that also knows a new token. A user that is there keeps its other tokens and gets the grant's bindings. */
export function withToken(list: AccessList, token: string, { bindings, expiresAt, user }: Grant): AccessList {
  const entry = { sha256: tokenDigest(token).toString('hex'), ...(expiresAt === undefined ? {} : { expiresAt }) };
  const known = list.users.find(({ name }) => name === user);
  const updated = {
    name: user,
    groups: known?.groups ?? [],
    tokens: [...(known?.tokens ?? []), entry],
    bindings: [...bindings],
  };
  return { ...list, users: [...list.users.filter(({ name }) => name !== user), updated] };
}

/** An access list in which a user has no token any more. */
export function withoutTokens(list: AccessList, user: string): AccessList {
  return { ...list, users: list.users.map(entry => (entry.name === user ? { ...entry, tokens: [] } : entry)) };
}

/** True when the list knows a token as one of a user's. */
export function knowsToken(list: AccessList, user: string, token: string): boolean {
  const sha256 = tokenDigest(token).toString('hex');
  return list.users.some(({ name, tokens }) => name === user && tokens.some(known => known.sha256 === sha256));
}

/** The access list in a file; undefined when there is no file. Throws when the file is wrong. */
export async function readAccessList(path: string): Promise<AccessList | undefined> {
  const text = await optionalText(path);
  if (text === undefined) return undefined;
  try {
    return accessList(text);
  } catch (error) {
    throw new Error(`access file ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const heading = `# Who may use the API, and what for. Read again whenever it changes.
# Tokens stand here as SHA-256; roles are viewer, editor and admin, everywhere or in the namespaces that are listed.
`;

/** Writes an access list for people to read and change. Comments of theirs are lost. */
export async function writeAccessList(path: string, list: AccessList): Promise<void> {
  const users = list.users.map(({ bindings, groups, name, tokens }) => ({
    name,
    ...(groups.length === 0 ? {} : { groups }),
    tokens,
    bindings,
  }));
  await writePrivate(
    path,
    `${heading}${dump({ users, ...(list.groups.length === 0 ? {} : { groups: list.groups }) })}`,
  );
}
