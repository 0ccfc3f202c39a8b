import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, CallLog } from './call-log.ts';
import { type Fault, Faults, type Rule } from './faults.ts';
import { identified } from './request.ts';

let now = 0;
let faults = new Faults(() => now);

beforeEach(() => {
  now = 0;
  faults = new Faults(() => now);
});

describe('rules', () => {
  it.each<{ name: string; rules: readonly Rule[]; expected: readonly Fault[] }>([
    { name: 'nothing happens without one', rules: [], expected: ['none', 'none', 'none'] },
    {
      name: 'one without numbers holds for ever',
      rules: [{ do: 'throttle' }],
      expected: ['throttle', 'throttle', 'throttle'],
    },
    { name: 'one ends after its times', rules: [{ do: 'server', times: 1 }], expected: ['server', 'none', 'none'] },
    {
      name: 'one begins after its skips',
      rules: [{ do: 'server', skip: 1, times: 1 }],
      expected: ['none', 'server', 'none'],
    },
    {
      name: 'the first that matches wins until it is used up',
      rules: [
        { do: 'cutAfter', times: 1 },
        { do: 'html', times: 1 },
      ],
      expected: ['cutAfter', 'html', 'none'],
    },
    {
      name: 'one for another service does not count',
      rules: [{ do: 'throttle', service: 'ec2' }],
      expected: ['none', 'none', 'none'],
    },
    {
      name: 'one can look into the body',
      rules: [{ do: 'denied', match: 'RoleName=b' }],
      expected: ['none', 'denied', 'none'],
    },
    {
      name: 'one can ask about the call',
      rules: [{ do: 'denied', match: call => call.input['RoleName'] === 'c' }],
      expected: ['none', 'none', 'denied'],
    },
  ])('$name', ({ rules, expected }) => {
    for (const rule of rules) faults.add(rule);
    expect(['a', 'b', 'c'].map(name => faults.decide(call(name)).fault)).toEqual(expected);
  });

  it('count their hits and can be removed', () => {
    const rule = faults.add({ do: 'throttle', operation: 'CreateRole', delayMs: 50 });

    expect(faults.decide(call('a'))).toEqual({ fault: 'throttle', delayMs: 50 });
    expect(rule.hits).toBe(1);
    rule.remove();
    expect(faults.decide(call('a')).fault).toBe('none');
    expect(rule.hits).toBe(1);
  });
});

it('throttles above a rate and lets calls through as the bucket fills', () => {
  faults.limit({ service: 'iam', perSecond: 2, burst: 3 });
  const met = (count: number) => Array.from({ length: count }, () => faults.decide(call('a')).fault);

  expect(met(5)).toEqual(['none', 'none', 'none', 'throttle', 'throttle']);
  now += 1000;
  expect(met(3)).toEqual(['none', 'none', 'throttle']);
  now += 60_000;
  expect(met(4)).toEqual(['none', 'none', 'none', 'throttle']);
});

it('draws the same storm from the same seed, in about the share asked for', () => {
  const drawn = (seed: number) => {
    const storm = new Faults(() => now);
    storm.storm({
      seed,
      share: 0.3,
      faults: ['throttle', 'cutAfter', { error: { status: 400, code: 'C', message: '' } }],
    });
    return Array.from({ length: 1000 }, () => storm.decide(call('a')).fault);
  };

  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
  const struck = drawn(7).filter(fault => fault !== 'none');
  expect(struck.length).toBeGreaterThan(250);
  expect(struck.length).toBeLessThan(350);
  expect(new Set(struck.map(fault => (typeof fault === 'object' ? 'error' : fault)))).toEqual(
    new Set(['throttle', 'cutAfter', 'error']),
  );
});

it('stops everything when cleared', () => {
  faults.add({ do: 'throttle' });
  faults.limit({ perSecond: 0, burst: 0 });
  faults.storm({ seed: 1, share: 1, faults: ['server'] });
  faults.clear();
  expect(faults.decide(call('a')).fault).toBe('none');
});

function call(role: string): Call {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/iam/aws4_request';
  const request = identified('POST', '/', { authorization }, `Action=CreateRole&RoleName=${role}`);
  return new CallLog().record(request, '123456789012', now);
}
