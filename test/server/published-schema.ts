import fc from 'fast-check';

/** What is used of OpenAPI by the published schemas of our kinds; other keywords are refused. */
export interface Published {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Published>>;
  readonly additionalProperties?: Published;
  readonly items?: Published;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

const known = new Set([
  ...['type', 'description', 'default', 'format', 'required', 'properties', 'additionalProperties', 'items', 'enum'],
  ...['pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  'x-kubernetes-preserve-unknown-fields',
]);

type Members = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value has the type that a schema names. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isInteger(value),
  number: value => typeof value === 'number',
  array: Array.isArray,
  object: isRecord,
};

/**
 * Where a value does not fit a schema: a second opinion, written from OpenAPI alone. Members that are null count as left
 * out, members that no schema names are ignored, as the API promises both.
 */
export function misfits(schema: Published, value: unknown, path = ''): readonly string[] {
  const foreign = Object.keys(schema).filter(keyword => !known.has(keyword));
  if (foreign.length > 0) throw new Error(`${path}: ${foreign.join(', ')} is not understood here`);
  if (schema.type !== undefined && types[schema.type]?.(value) !== true) return [`${path} is no ${schema.type}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path} is none of the choices`];
  if (typeof value === 'string')
    return outside(path, [...value].length, schema.minLength, schema.maxLength, fits(schema, value));
  if (typeof value === 'number') return outside(path, value, schema.minimum, schema.maximum);
  if (Array.isArray(value)) {
    const { items } = schema;
    const within = items === undefined ? [] : value.flatMap((item, index) => misfits(items, item, `${path}[${index}]`));
    return [...outside(path, value.length, schema.minItems, schema.maxItems), ...within];
  }
  return isRecord(value) ? misfitMembers(schema, value, path) : [];
}

function misfitMembers(
  { required = [], properties = {}, additionalProperties }: Published,
  value: Members,
  path: string,
) {
  const present = Object.entries(value).filter(([, member]) => member !== null);
  const names = new Set(present.map(([name]) => name));
  return [
    ...required.filter(name => !names.has(name)).map(name => `${path}.${name} is missing`),
    ...present.flatMap(([name, member]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      return schema === undefined ? [] : misfits(schema, member, `${path}.${name}`);
    }),
  ];
}

function fits({ pattern }: Published, value: string): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(value);
}

function outside(path: string, size: number, least = -Infinity, most = Infinity, matches = true): readonly string[] {
  return size >= least && size <= most && matches ? [] : [`${path} is too small, too large or of the wrong form`];
}

/** A place within a schema: member names, and 0 for the first item of a list. */
export interface Place {
  readonly path: readonly (string | 0)[];
  readonly schema: Published;
}

/** Every place within a schema. */
export function places(schema: Published, path: Place['path'] = []): readonly Place[] {
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [name, member] as const);
  const inner = [
    ...members,
    ...(schema.items === undefined ? [] : [[0, schema.items] as const]),
    ...(schema.additionalProperties === undefined ? [] : [['key', schema.additionalProperties] as const]),
  ];
  return [{ path, schema }, ...inner.flatMap(([step, member]) => places(member, [...path, step]))];
}

/** Values near what a schema takes: some fit, some just do not, some not at all. */
export function nearly(schema: Published): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 100, minLength = 0, maxLength = 40 } = schema;
  const edges = [minimum, maximum, minimum - 1, maximum + 1, minimum + 0.5].filter(Number.isFinite);
  const close: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    string: fc.oneof(
      fc.string({ minLength: Math.max(0, minLength - 1), maxLength: Math.min(maxLength + 1, 80) }),
      fc.constant('x'.repeat(Math.min(maxLength + 1, 3000))),
      fc.constantFrom('a', 'arn:aws:iam::123456789012:role/x', 'ghcr.io/acme/app:1', '2'),
    ),
    integer: fc.oneof(
      fc.constantFrom(...edges),
      fc.integer({ min: near(minimum) - 1, max: Math.max(near(minimum), near(maximum)) + 1 }),
    ),
    number: fc.constantFrom(...edges),
    boolean: fc.boolean(),
    array: fc.oneof(
      fc.constant([]),
      fc.array(schema.items === undefined ? fc.string() : fc.oneof(fc.constant({}), fc.string(), fc.constant(null)), {
        maxLength: 3,
      }),
    ),
    object: fc.constantFrom({}, { unknown: 1 }, JSON.parse('{"__proto__":{"x":1}}')),
  };
  const chosen =
    schema.enum === undefined ? (close[schema.type ?? ''] ?? fc.jsonValue()) : fc.constantFrom(...schema.enum);
  return fc.oneof({ weight: 6, arbitrary: chosen }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
}

const near = (number: number) => Math.round(Math.min(Math.max(number, -1e9), 1e9));

/** A copy of a value with another one at a place; what is missing on the way there comes into being. */
export function withValue(value: unknown, path: Place['path'], next: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (step === 0) {
    const [first, ...others] = Array.isArray(value) ? value : [undefined];
    return [withValue(first, rest, next), ...others];
  }
  const members = isRecord(value) ? value : {};
  return { ...members, [step]: withValue(members[step], rest, next) };
}
