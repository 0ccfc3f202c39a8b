import { expect, it } from 'vitest';
import { count, parseOptions } from '../../controller/commands/options.ts';

it.each(['1', '8', '1000'])('takes %s as a whole number up to 1000', text => {
  expect(count('workers', text, 1_000)).toBe(Number(text));
});

it.each(['0', '-1', '1001', '1.5', 'x', ''])('refuses %j as a whole number up to 1000', text => {
  expect(() => count('workers', text, 1_000)).toThrow(`--workers: ${text} is not a whole number from 1 to 1000`);
});

it('has a default number of calls an hour that the option itself takes', () => {
  const { 'calls-per-hour': calls = '' } = parseOptions(['calls-per-hour'], [], {});

  expect(count('calls-per-hour', calls, 1_000_000_000)).toBe(10_000);
});
