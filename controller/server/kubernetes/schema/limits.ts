import { canonical, isObject, type Json } from '../../../model/json.ts';
import { type Cause, invalidType, invalidValue, tooLong, tooMany } from '../cause.ts';
import { formats } from './formats.ts';
import type { Schema } from './schema.ts';

/** One rule about a single value: the causes it gives, mostly none. Rules about other JSON types give none. */
export type Limit = (schema: Schema, value: Json, path: string) => readonly Cause[];

const representable: Limit = (schema, value, path) => {
  if (typeof value !== 'number') return [];
  // JSON.parse reads 1e999 as Infinity, which JSON.stringify writes as null.
  if (!Number.isFinite(value)) return [invalidValue(path, String(value), `${path} in body is too large a number`)];
  if (schema.type !== 'integer' || Number.isSafeInteger(value)) return [];
  return [should(path, value, `be between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`)];
};

const minimum: Limit = (schema, value, path) => {
  if (typeof value !== 'number') return [];
  const { exclusiveMinimum: exclusive, minimum: least } = schema;
  const above = typeof exclusive === 'number' ? exclusive : exclusive === true ? least : undefined;
  if (above !== undefined && value <= above) return [should(path, value, `be greater than ${above}`)];
  return least !== undefined && value < least ? [should(path, value, `be greater than or equal to ${least}`)] : [];
};

const maximum: Limit = (schema, value, path) => {
  if (typeof value !== 'number') return [];
  const { exclusiveMaximum: exclusive, maximum: most } = schema;
  const under = typeof exclusive === 'number' ? exclusive : exclusive === true ? most : undefined;
  if (under !== undefined && value >= under) return [should(path, value, `be less than ${under}`)];
  return most !== undefined && value > most ? [should(path, value, `be less than or equal to ${most}`)] : [];
};

const multipleOf: Limit = ({ multipleOf: step }, value, path) => {
  if (typeof value !== 'number' || step === undefined) return [];
  const quotient = value / step;
  // Binary fractions: 0.3 / 0.1 is not quite 3.
  const whole = Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON * 2;
  return whole ? [] : [should(path, value, `be a multiple of ${step}`)];
};

const length: Limit = ({ maxLength, minLength }, value, path) => {
  if (typeof value !== 'string' || (maxLength === undefined && minLength === undefined)) return [];
  const characters = [...value].length;
  if (maxLength !== undefined && characters > maxLength) return [tooLong(path, maxLength, 'characters')];
  if (minLength === undefined || characters >= minLength) return [];
  return [should(path, value, `be at least ${minLength} chars long`)];
};

const pattern: Limit = (schema, value, path) => {
  if (typeof value !== 'string' || schema.pattern === undefined || expression(schema.pattern).test(value)) return [];
  return [should(path, value, `match '${schema.pattern}'`)];
};

const format: Limit = (schema, value, path) => {
  const fits = schema.format === undefined ? undefined : formats.get(schema.format);
  if (fits === undefined || fits(value)) return [];
  const why = `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
  return [typeof value === 'string' ? invalidType(path, value, why) : invalidValue(path, value, why)];
};

const itemCount: Limit = ({ maxItems, minItems }, value, path) => {
  if (!Array.isArray(value)) return [];
  if (maxItems !== undefined && value.length > maxItems) return [tooMany(path, value.length, maxItems, 'items')];
  if (minItems === undefined || value.length >= minItems) return [];
  return [should(path, value.length, `have at least ${minItems} items`)];
};

const uniqueItems: Limit = (schema, value, path) => {
  if (!Array.isArray(value) || schema.uniqueItems !== true) return [];
  const repeated = new Set(value.map(item => canonical(item))).size < value.length;
  return repeated ? [invalidValue(path, value, `${path} in body shouldn't contain duplicates`)] : [];
};

const memberCount: Limit = ({ maxProperties, minProperties }, value, path) => {
  if (!isObject(value)) return [];
  const count = Object.keys(value).length;
  if (maxProperties !== undefined && count > maxProperties) return [tooMany(path, count, maxProperties, 'items')];
  if (minProperties === undefined || count >= minProperties) return [];
  return [should(path, count, `have at least ${minProperties} properties`)];
};

/** Every rule about a single value, in the order in which their causes are reported. */
export const limits: readonly Limit[] = [
  representable,
  minimum,
  maximum,
  multipleOf,
  length,
  pattern,
  format,
  itemCount,
  uniqueItems,
  memberCount,
];

function should(path: string, value: Json, what: string): Cause {
  return invalidValue(path, value, `${path} in body should ${what}`);
}

const expressions = new Map<string, RegExp>();

function expression(source: string): RegExp {
  const known = expressions.get(source);
  if (known !== undefined) return known;
  const compiled = new RegExp(source, 'u');
  expressions.set(source, compiled);
  return compiled;
}
