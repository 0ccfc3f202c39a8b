import { expect, it } from 'vitest';
import type { Json } from '../../../../controller/model/json.ts';
import { formats } from '../../../../controller/server/kubernetes/schema/formats.ts';

it.each<{ format: string; good: Json[]; bad: Json[] }>([
  { format: 'int32', good: [0, 2147483647, -2147483648, 'text'], bad: [2147483648, -2147483649] },
  { format: 'int64', good: [9007199254740991], bad: [9007199254740992] },
  { format: 'byte', good: ['', 'YQ==', 'YWI=', 'YWJj', 1], bad: ['YQ', 'Y', 'YQ==YQ==', '????'] },
  { format: 'date', good: ['2024-02-29'], bad: ['2023-02-29', '2024-2-1', 'x'] },
  {
    format: 'date-time',
    good: ['2024-01-01T00:00:00Z', '2024-01-01T23:59:60.123456Z', '2024-01-01t10:00:00+02:00'],
    bad: [
      '2024-01-01',
      '2024-01-01T24:00:00Z',
      '2024-13-01T00:00:00Z',
      '2024-01-01T00:00:00',
      '2024-01-01T00:00:00+25:00',
    ],
  },
  { format: 'uuid', good: ['123e4567-e89b-12d3-a456-426614174000'], bad: ['123e4567e89b12d3a456426614174000'] },
  { format: 'ipv4', good: ['10.0.0.1'], bad: ['10.0.0.256', '::1'] },
  { format: 'ipv6', good: ['::1'], bad: ['10.0.0.1'] },
])('$format', ({ bad, format, good }) => {
  const fits = formats.get(format) ?? (() => undefined);

  expect(good.filter(value => !fits(value))).toEqual([]);
  expect(bad.filter(value => fits(value))).toEqual([]);
});
