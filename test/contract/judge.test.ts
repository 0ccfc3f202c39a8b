import { describe, expect, it } from 'vitest';
import type { Difference } from './differences.ts';
import { differences } from './differences.ts';
import { judge } from './judge.ts';
import { suite } from './suite.ts';

const difference: Difference = { assertion: 'water is wet', where: 'emulated', what: 'is dry', why: 'a drought' };
const holds = () => Promise.resolve();
const fails = (message: string) => async () => {
  throw new Error(message);
};

describe('an assertion', () => {
  it.each([
    { name: 'that holds passes', run: holds, known: undefined, verdict: 'passed' },
    { name: 'that fails fails', run: fails('it is dry'), known: undefined, verdict: 'Error: it is dry' },
    { name: 'that fails as its difference says passes', run: fails('it is dry'), known: difference, verdict: 'passed' },
    {
      name: 'that holds in spite of its difference fails',
      run: holds,
      known: difference,
      verdict: 'Error: this holds now: take its difference out of differences.ts (emulated)',
    },
    {
      name: 'that fails otherwise than its difference says fails',
      run: fails('it is frozen'),
      known: difference,
      verdict: 'Error: this fails otherwise than with "is dry", which differences.ts says: Error: it is frozen',
    },
  ])('$name', async ({ run, known, verdict }) => {
    const told = await judge(known, run).then(() => 'passed', String);

    expect(told).toBe(verdict);
  });
});

it('every assertion has a name of its own', () => {
  const names = suite.map(({ name }) => name);

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('every difference is about an assertion of the suite, and there is one for each world', () => {
  const names = new Set(suite.map(({ name }) => name));
  const keys = differences.map(({ assertion, where }) => `${assertion} (${where})`);

  expect(differences.map(({ assertion }) => assertion).filter(name => !names.has(name))).toEqual([]);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
