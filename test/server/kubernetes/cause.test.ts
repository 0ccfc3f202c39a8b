import { expect, it } from 'vitest';
import {
  type Cause,
  duplicateValue,
  forbiddenValue,
  invalidType,
  invalidValue,
  required,
  tooLong,
  tooMany,
  unsupportedValue,
} from '../../../controller/server/kubernetes/cause.ts';

it.each<{ name: string; cause: Cause; reason: string; message: string }>([
  { name: 'required', cause: required('a'), reason: 'FieldValueRequired', message: 'Required value' },
  {
    name: 'required because',
    cause: required('a', 'it identifies the item'),
    reason: 'FieldValueRequired',
    message: 'Required value: it identifies the item',
  },
  {
    name: 'invalid number',
    cause: invalidValue('a', 0, 'must be positive'),
    reason: 'FieldValueInvalid',
    message: 'Invalid value: 0: must be positive',
  },
  {
    name: 'invalid text',
    cause: invalidValue('a', 'A "b"', 'must match'),
    reason: 'FieldValueInvalid',
    message: 'Invalid value: "A \\"b\\"": must match',
  },
  {
    name: 'very long text',
    cause: invalidValue('a', 'x'.repeat(1000), 'too much'),
    reason: 'FieldValueInvalid',
    message: `Invalid value: "${'x'.repeat(255)}…: too much`,
  },
  {
    name: 'wrong type',
    cause: invalidType('a', 'string', 'a in body must be of type integer: "string"'),
    reason: 'FieldValueTypeInvalid',
    message: 'Invalid value: "string": a in body must be of type integer: "string"',
  },
  {
    name: 'unsupported',
    cause: unsupportedValue('a', 'x', ['a', 'b']),
    reason: 'FieldValueNotSupported',
    message: 'Unsupported value: "x": supported values: "a", "b"',
  },
  {
    name: 'duplicate',
    cause: duplicateValue('a', { name: 'A' }),
    reason: 'FieldValueDuplicate',
    message: 'Duplicate value: {"name":"A"}',
  },
  {
    name: 'forbidden',
    cause: forbiddenValue('a', 'not here'),
    reason: 'FieldValueForbidden',
    message: 'Forbidden: not here',
  },
  {
    name: 'too long',
    cause: tooLong('a', 5, 'bytes'),
    reason: 'FieldValueTooLong',
    message: 'Too long: may not be more than 5 bytes',
  },
  {
    name: 'too many',
    cause: tooMany('a', 3, 2, 'items'),
    reason: 'FieldValueTooMany',
    message: 'Too many: 3: must have at most 2 items',
  },
])('$name', ({ cause, message, reason }) => {
  expect(cause).toEqual({ reason, message, field: 'a' });
});
