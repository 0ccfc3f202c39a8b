import { expect, it } from 'vitest';
import { count, parseOptions } from '../../controller/commands/options.ts';
import { defaultLimits } from '../../controller/server/kubernetes/limits.ts';

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

it('lets the API be asked as often as its own limits say, unless something else is said', () => {
  const known = ['requests-per-second', 'request-burst'] as const;

  expect(parseOptions(known, [], {})).toEqual({
    'requests-per-second': String(defaultLimits.requestsPerSecond),
    'request-burst': String(defaultLimits.requestBurst),
  });
  expect(parseOptions(known, ['--request-burst', '100'], { BATCHWRIGHT_REQUESTS_PER_SECOND: '50' })).toEqual({
    'requests-per-second': '50',
    'request-burst': '100',
  });
});
