import { canonical, isObject, type Json } from './json.ts';

/**
 * A policy document as IAM returns it, parsed: percent-encoded (RFC 3986) or plain JSON text. Text that is neither
 * comes back as it is, so that it equals no document.
 */
export function policyDocument(text: string): Json {
  const trimmed = text.trim();
  try {
    return JSON.parse(trimmed.startsWith('{') ? trimmed : decodeURIComponent(trimmed));
  } catch {
    return text;
  }
}

/**
 * True when two policy documents mean the same: the order of statements, actions, resources, principals and condition
 * values does not count, nor does one string in the place of a list of one, nor how an account is written as principal.
 */
export function samePolicy(want: unknown, have: unknown): boolean {
  return canonical(meaning(want)) === canonical(meaning(have));
}

/** True when two sets of named policy documents hold the same names with the same meanings. */
export function samePolicies(want: unknown, have: unknown): boolean {
  const wanted = isObject(want) ? want : {};
  const had = isObject(have) ? have : {};
  const names = new Set([...Object.keys(wanted), ...Object.keys(had)]);
  return [...names].every(
    name => Object.hasOwn(wanted, name) && Object.hasOwn(had, name) && samePolicy(wanted[name], had[name]),
  );
}

// The version that IAM assumes where a document names none (IAM User Guide, policy element Version).
const assumedVersion = '2008-10-17';

function meaning(document: unknown): unknown {
  if (!isObject(document)) return document;
  const { Version = assumedVersion, Statement, ...others } = document;
  return { ...others, Version, Statement: sorted(listed(Statement).map(statement)) };
}

function statement(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, element(name, member)]),
  );
}

function element(name: string, value: unknown): unknown {
  switch (name) {
    case 'Action':
    case 'NotAction':
      return sorted(listed(value).map(action => String(action).toLowerCase()));
    case 'Resource':
    case 'NotResource':
      return sorted(listed(value));
    case 'Principal':
    case 'NotPrincipal':
      return principals(value);
    case 'Condition':
      return conditions(value);
    default:
      return value;
  }
}

function principals(value: unknown): unknown {
  if (!isObject(value)) return { AWS: sorted(listed(value)) };
  return Object.fromEntries(
    Object.entries(value).map(([type, who]) => [type, sorted(listed(who).map(type === 'AWS' ? account : String))]),
  );
}

/** IAM returns an account's root ARN where the account id alone was written. */
function account(principal: unknown): string {
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(String(principal))?.[1] ?? String(principal);
}

function conditions(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => [operator, isObject(keys) ? conditionKeys(keys) : keys]),
  );
}

/** Condition keys are case-insensitive; values may be written as strings, numbers or booleans. */
function conditionKeys(keys: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(keys).map(([key, values]) => [key.toLowerCase(), sorted(listed(values).map(String))]),
  );
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  return [...new Set(values.map(value => canonical(value)))].sort();
}
