/** Checks one text; undefined when it fits, else what is wrong, in words that follow the value. */
export type NameRule = (value: string) => string | undefined;

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/u;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/u;
const qualifiedPart = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/u;

/** A DNS-1123 label of at most 63 characters: names of namespaces. */
export const dnsLabel: NameRule = value =>
  sized(value, 63) ??
  (label.test(value)
    ? undefined
    : "a DNS-1123 label is made of lower-case letters, digits and '-', with a letter or digit at both ends");

/** A DNS-1123 subdomain of at most 253 characters: names of all other objects. */
export const dnsSubdomain: NameRule = value =>
  sized(value, 253) ??
  (subdomain.test(value)
    ? undefined
    : "a DNS-1123 subdomain is made of lower-case letters, digits, '-' and '.', with a letter or digit at the ends of each part");

/** A key of labels or annotations, or a finalizer: an optional DNS prefix and `/`, then at most 63 characters. */
export const qualifiedName: NameRule = value => {
  const slash = value.indexOf('/');
  const prefix = slash < 0 ? undefined : value.slice(0, slash);
  const part = value.slice(slash + 1);
  if (prefix !== undefined && dnsSubdomain(prefix) !== undefined) return `prefix part: ${dnsSubdomain(prefix)}`;
  return (
    sized(part, 63, 'name part ') ??
    (qualifiedPart.test(part)
      ? undefined
      : "the name part is made of letters, digits, '-', '_' and '.', with a letter or digit at both ends")
  );
};

/** A label's value: empty, or at most 63 characters. */
export const labelValue: NameRule = value =>
  value === '' || (value.length <= 63 && qualifiedPart.test(value))
    ? undefined
    : "a label value is empty or at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;

/**
 * A name made from `generateName`: its first 58 characters and five random ones. `pick(n)` answers a random whole
 * number from 0 to n - 1.
 */
export function generatedName(generateName: string, pick: (bound: number) => number): string {
  const suffix = Array.from({ length: suffixLength }, () => suffixLetters[pick(suffixLetters.length)]).join('');
  return `${generateName.slice(0, 63 - suffixLength)}${suffix}`;
}

function sized(value: string, most: number, what = ''): string | undefined {
  if (value === '') return `${what}must not be empty`;
  return value.length > most ? `${what}must be no more than ${most} characters` : undefined;
}
