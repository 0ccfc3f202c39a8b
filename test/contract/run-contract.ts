import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Assertion, Need } from './contract.ts';
import { type Difference, differences, type Where } from './differences.ts';
import { judge } from './judge.ts';
import { suite } from './suite.ts';
import { leftovers } from './sweep.ts';
import { type Ground, worldOf } from './world.ts';

interface ContractRun {
  readonly where: Where;
  /** What the account does not offer. */
  readonly without?: readonly Need[];
  /** Whether assertions run at the same time; they never get in each other's way. */
  readonly concurrent?: boolean;
  /** The most that one assertion may take, in milliseconds of real time. */
  readonly timeout?: number;
  /** Finds the account, once for the whole run. */
  readonly ground: () => Promise<Ground>;
}

/** Declares the whole suite as tests against one AWS, and one more that nothing was left behind there. */
export function runContract({ where, without = [], concurrent = false, timeout, ground }: ContractRun): void {
  const options = timeout === undefined ? {} : { timeout };
  let common: Ground | undefined;

  beforeAll(async () => {
    common = await ground();
  }, timeout);
  afterAll(() => common?.close?.());

  describe(`what Batchwright relies on, ${where} AWS`, { concurrent }, () => {
    for (const [number, assertion] of suite.entries()) {
      const lacking = assertion.needs?.filter(need => without.includes(need)) ?? [];
      if (lacking.length > 0) {
        test.skip(`${assertion.name} (the account is said to be without ${lacking.join(', ')})`);
        continue;
      }
      test(assertion.name, options, async () => {
        if (common === undefined) throw new Error('there is no ground to stand on');
        const { world, remove } = worldOf(common, number);
        try {
          await judge(differenceOf(assertion, where), () => assertion.run(world));
        } finally {
          await remove();
        }
      });
    }
  });

  test('nothing is left behind', options, async () => {
    if (common === undefined) throw new Error('there is no ground to stand on');
    expect(await leftovers(common)).toEqual([]);
  });
}

function differenceOf({ name }: Assertion, where: Where): Difference | undefined {
  return differences.find(one => one.assertion === name && one.where === where);
}
