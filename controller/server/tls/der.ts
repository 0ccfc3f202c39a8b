/** Bytes of one DER value (X.690): a tag, a length and the content. */
export type Der = Uint8Array;

/** A value of any tag. */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

/** An ordered group of values. */
export const sequence = (...members: readonly Der[]): Der => tagged(0x30, ...members);

/** An unordered group; with one member, as in names, no order is to be kept. */
export const setOfOne = (member: Der): Der => tagged(0x31, member);

/** A whole number that is not negative, given as big-endian bytes. */
export function integer(bytes: Uint8Array): Der {
  const start = bytes.findIndex(byte => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  // A first bit of 1 would make the number negative.
  return (digits[0] ?? 0) < 0x80 ? tagged(0x02, digits) : tagged(0x02, Uint8Array.of(0), digits);
}

/** TRUE; DER leaves out what is FALSE by default. */
export const truth: Der = tagged(0x01, Uint8Array.of(0xff));

/** Bytes as they are. */
export const octets = (...contents: readonly Uint8Array[]): Der => tagged(0x04, ...contents);

/** Bits, of which the last `unused` of the last byte do not count. */
export const bits = (bytes: Uint8Array, unused = 0): Der => tagged(0x03, Uint8Array.of(unused), bytes);

/** A text. */
export const utf8 = (text: string): Der => tagged(0x0c, Buffer.from(text, 'utf8'));

/** An object identifier such as `2.5.29.17`. */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** A point in time, in whole seconds. */
export function time(ms: number): Der {
  const [date = '', clock = ''] = new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/gu, '').split('T');
  // RFC 5280, 4.1.2.5: two-digit years through 2049, four-digit years from 2050 on.
  return date < '2050'
    ? tagged(0x17, Buffer.from(`${date.slice(2)}${clock}Z`))
    : tagged(0x18, Buffer.from(`${date}${clock}Z`));
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = bigEndian(length);
  return [0x80 + bytes.length, ...bytes];
}

function bigEndian(value: number): readonly number[] {
  return value < 0x100 ? [value] : [...bigEndian(Math.floor(value / 0x100)), value % 0x100];
}

function base128(value: number): readonly number[] {
  const high = (rest: number): readonly number[] =>
    rest === 0 ? [] : [...high(Math.floor(rest / 0x80)), 0x80 + (rest % 0x80)];
  return [...high(Math.floor(value / 0x80)), value % 0x80];
}
