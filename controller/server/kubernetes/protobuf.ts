import type { Json, JsonObject } from '../../model/json.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

/**
 * Decodes a body of type `application/vnd.kubernetes.protobuf` into the object that the same client would have sent as
 * JSON. Only the built-in messages that kubectl sends are known; another kind is a 415, a damaged body a 400. Unknown
 * fields are skipped, as protobuf demands.
 */
export function protobufBody(body: Uint8Array): JsonObject {
  if (!magic.every((byte, index) => body[index] === byte)) throw damaged('it does not begin with k8s\\0');
  const envelope = gathered(body.subarray(magic.length));
  const type = message(typeMeta, lastBytes(envelope, 1));
  const fields = messages.get(String(type['kind']));
  if (fields === undefined) throw unsupportedMediaType(['application/json', 'application/yaml']);
  return { ...type, ...message(fields, lastBytes(envelope, 2)) };
}

const magic = [0x6b, 0x38, 0x73, 0x00];

/** What the occurrences of a field mean, of which there is at least one. */
interface Field {
  readonly name: string;
  readonly read: (values: readonly WireValue[]) => Json;
}

type Fields = Readonly<Record<number, Field>>;
/** A varint, or the bytes of a length-delimited field. */
type WireValue = bigint | Uint8Array;

type Read = (value: WireValue) => Json;
const single = (name: string, read: Read): Field => ({ name, read: values => read(values.at(-1) ?? 0n) });
const list = (name: string, read: Read): Field => ({ name, read: values => values.map(read) });
const map = (name: string, read: Read): Field => ({
  name,
  read: values => Object.fromEntries(values.map(value => entry(value, read))),
});
const base64: Read = value => Buffer.from(asBytes(value)).toString('base64');
const text = (name: string): Field => single(name, asText);
const flag = (name: string): Field => single(name, value => asNumber(value) !== 0);
const number = (name: string): Field => single(name, asNumber);
const nested = (name: string, fields: Fields): Field => single(name, value => message(fields, asBytes(value)));
const time = (name: string): Field =>
  single(name, value => {
    const { seconds } = message({ 1: number('seconds') }, asBytes(value));
    return typeof seconds === 'number' ? timeText(seconds) : null;
  });

const ownerReference: Fields = {
  1: text('kind'),
  3: text('name'),
  4: text('uid'),
  5: text('apiVersion'),
  6: flag('controller'),
  7: flag('blockOwnerDeletion'),
};

const metadata = nested('metadata', {
  1: text('name'),
  2: text('generateName'),
  3: text('namespace'),
  5: text('uid'),
  6: text('resourceVersion'),
  7: number('generation'),
  8: time('creationTimestamp'),
  11: map('labels', asText),
  12: map('annotations', asText),
  13: list('ownerReferences', value => message(ownerReference, asBytes(value))),
  14: list('finalizers', asText),
});

const resourceAttributes: Fields = {
  1: text('namespace'),
  2: text('verb'),
  3: text('group'),
  4: text('version'),
  5: text('resource'),
  6: text('subresource'),
  7: text('name'),
};

const typeMeta: Fields = { 1: text('apiVersion'), 2: text('kind') };

/** The fields of each message, by the numbers of Kubernetes' published definitions. */
const messages: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  [
    'Namespace',
    { 1: metadata, 2: nested('spec', { 1: list('finalizers', asText) }), 3: nested('status', { 1: text('phase') }) },
  ],
  ['ConfigMap', { 1: metadata, 2: map('data', asText), 3: map('binaryData', base64), 4: flag('immutable') }],
  [
    'Secret',
    { 1: metadata, 2: map('data', base64), 3: text('type'), 4: map('stringData', asText), 5: flag('immutable') },
  ],
  [
    'SelfSubjectAccessReview',
    {
      1: metadata,
      2: nested('spec', {
        1: nested('resourceAttributes', resourceAttributes),
        2: nested('nonResourceAttributes', { 1: text('path'), 2: text('verb') }),
      }),
    },
  ],
  ['SelfSubjectRulesReview', { 1: metadata, 2: nested('spec', { 1: text('namespace') }) }],
  ['SelfSubjectReview', { 1: metadata }],
  [
    'DeleteOptions',
    {
      1: number('gracePeriodSeconds'),
      2: nested('preconditions', { 1: text('uid'), 2: text('resourceVersion') }),
      4: text('propagationPolicy'),
      5: list('dryRun', asText),
    },
  ],
]);

function message(fields: Fields, from: Uint8Array): JsonObject {
  const members = [...gathered(from)].flatMap(([number, values]) => {
    const field = fields[number];
    return field === undefined ? [] : [[field.name, field.read(values)] as const];
  });
  // Go writes the zero value of a text although JSON would leave it out.
  return Object.fromEntries(members.filter(([, value]) => value !== '' && value !== null));
}

function entry(value: WireValue, read: Read): readonly [string, Json] {
  const parts = gathered(asBytes(value));
  const key = asText(parts.get(1)?.at(-1) ?? new Uint8Array());
  if (key === '__proto__') throw damaged('the key "__proto__" is not allowed');
  return [key, read(parts.get(2)?.at(-1) ?? new Uint8Array())];
}

function lastBytes(from: ReadonlyMap<number, readonly WireValue[]>, field: number): Uint8Array {
  return asBytes(from.get(field)?.at(-1) ?? new Uint8Array());
}

/** The occurrences of each field of a message, by its number; those of a fixed width are left out. */
function gathered(from: Uint8Array): ReadonlyMap<number, readonly WireValue[]> {
  const reader = new Reader(from);
  const fields = new Map<number, WireValue[]>();
  while (!reader.done) {
    const tag = Number(reader.varint());
    const value = reader.value(tag % 8);
    if (value === undefined) continue;
    const number = Math.floor(tag / 8);
    const values = fields.get(number);
    if (values === undefined) fields.set(number, [value]);
    else values.push(value);
  }
  return fields;
}

const wireVarint = 0;
const wireFixed64 = 1;
const wireBytes = 2;
const wireFixed32 = 5;

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(wireType: number): WireValue | undefined {
    if (wireType === wireVarint) return this.varint();
    if (wireType === wireBytes) return this.#take(Number(this.varint()));
    if (wireType !== wireFixed64 && wireType !== wireFixed32) throw damaged(`wire type ${wireType} is unknown`);
    this.#take(wireType === wireFixed64 ? 8 : 4);
    return undefined;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = this.#take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw damaged('a number is longer than ten bytes');
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw damaged('it ends too early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function asBytes(value: WireValue): Uint8Array {
  if (typeof value === 'bigint') throw damaged('a number stands where a message or text belongs');
  return value;
}

function asText(value: WireValue): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(asBytes(value));
  } catch (cause) {
    throw damaged('a text is not valid UTF-8', cause);
  }
}

function asNumber(value: WireValue): number {
  if (typeof value !== 'bigint') throw damaged('a text stands where a number belongs');
  const number = Number(BigInt.asIntN(64, value));
  if (!Number.isSafeInteger(number)) throw damaged('a number is too large');
  return number;
}

function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw damaged('a time is out of range');
  return `${date.toISOString().slice(0, 19)}Z`;
}

function damaged(why: string, cause?: unknown): Error {
  return badRequest(`the protobuf body cannot be read: ${why}`, cause);
}
