import { expect, it } from 'vitest';
import {
  fieldValidation,
  findings,
  strictDecodingError,
} from '../../../../controller/server/kubernetes/schema/strict.ts';

it('reads the level that a client asks for', () => {
  expect([undefined, '', 'Strict', 'Warn', 'Ignore', 'strict'].map(fieldValidation)).toEqual([
    'Warn',
    'Warn',
    'Strict',
    'Warn',
    'Ignore',
    undefined,
  ]);
});

it('says what it found in the words of Kubernetes', () => {
  const found = findings(['spec.x'], ['spec.y', 'spec.y']);

  expect(found).toEqual(['unknown field "spec.x"', 'duplicate field "spec.y"']);
  expect(strictDecodingError('JobDefinition', 'v1alpha1', found).message).toBe(
    'JobDefinition in version "v1alpha1" cannot be handled as a JobDefinition: strict decoding error: unknown field "spec.x", duplicate field "spec.y"',
  );
});
