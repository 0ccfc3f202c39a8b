import { expect, it } from 'vitest';
import { age } from '../../../controller/server/kubernetes/age.ts';

const now = Date.parse('2024-06-01T00:00:00Z');
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

it.each<[number, string]>([
  [-10, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [2 * minute, '2m'],
  [5 * minute + 12, '5m12s'],
  [10 * minute, '10m'],
  [3 * hour - 1, '179m'],
  [3 * hour, '3h'],
  [5 * hour + 7 * minute + 59, '5h7m'],
  [8 * hour, '8h'],
  [48 * hour - 1, '47h'],
  [2 * day, '2d'],
  [7 * day + 5 * hour, '7d5h'],
  [8 * day, '8d'],
  [2 * year - 1, '729d'],
  [2 * year, '2y'],
  [2 * year + 40 * day, '2y40d'],
  [8 * year + 40 * day, '8y'],
])('%d seconds are %s', (seconds, text) => {
  expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
});

it('does not guess', () => {
  expect(age('yesterday', now)).toBe('<unknown>');
});
