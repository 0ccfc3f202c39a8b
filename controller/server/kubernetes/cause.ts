import type { Json, JsonObject } from '../../model/json.ts';

/** Why one field was refused, or why an operation was. */
type CauseReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldManagerConflict'
  | 'NamespaceTerminating'
  | 'ResourceVersionTooLarge';

/** One reason among several. `field` is a path such as `spec.list[1].name`; `message` does not repeat it. */
export interface Cause extends JsonObject {
  readonly reason: CauseReason;
  readonly message: string;
  readonly field?: string;
}

/** A field is missing. */
export const required = (field: string, why = ''): Cause => cause('FieldValueRequired', field, 'Required value', why);

/** A field holds a value that breaks a rule. */
export const invalidValue = (field: string, value: Json | undefined, why: string): Cause =>
  cause('FieldValueInvalid', field, `Invalid value: ${shown(value)}`, why);

/** A field holds a value of another JSON type than declared; `found` is the name of that type. */
export const invalidType = (field: string, found: string, why: string): Cause =>
  cause('FieldValueTypeInvalid', field, `Invalid value: ${JSON.stringify(found)}`, why);

/** A field holds something else than one of the listed values. */
export const unsupportedValue = (field: string, value: Json | undefined, supported: readonly Json[]): Cause =>
  cause(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${shown(value)}`,
    `supported values: ${supported.map(item => shown(item)).join(', ')}`,
  );

/** A list item that must be unique is there twice. */
export const duplicateValue = (field: string, value: Json | undefined): Cause =>
  cause('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`, '');

/** A field may not be set, or not be changed in this way. */
export const forbiddenValue = (field: string, why: string): Cause =>
  cause('FieldValueForbidden', field, 'Forbidden', why);

/** A text is longer than `limit`; `unit` says of what. */
export const tooLong = (field: string, limit: number, unit: string): Cause =>
  cause('FieldValueTooLong', field, 'Too long', `may not be more than ${limit} ${unit}`);

/** A list or map has more than `limit` members. */
export const tooMany = (field: string, actual: number, limit: number, unit: string): Cause =>
  cause('FieldValueTooMany', field, `Too many: ${actual}`, `must have at most ${limit} ${unit}`);

function cause(reason: CauseReason, field: string, what: string, why: string): Cause {
  return { reason, message: why === '' ? what : `${what}: ${why}`, field };
}

const shownCharacters = 256;

function shown(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
