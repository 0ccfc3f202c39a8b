import { describe, expect, it } from 'vitest';
import {
  dnsLabel,
  dnsSubdomain,
  generatedName,
  labelValue,
  type NameRule,
  qualifiedName,
} from '../../../../controller/server/kubernetes/schema/names.ts';

const x = (count: number): string => 'x'.repeat(count);

it.each<{ name: string; rule: NameRule; good: string[]; bad: string[] }>([
  { name: 'label', rule: dnsLabel, good: ['a', 'a-1', x(63)], bad: ['', 'A', 'a.b', '-a', 'a-', 'a_b', x(64), 'a\n'] },
  {
    name: 'subdomain',
    rule: dnsSubdomain,
    good: ['a', 'a.b-c.1', x(253)],
    bad: ['', 'a..b', '.a', 'a.', 'a.-b', 'B', x(254), 'Bad_Name', 'a/b'],
  },
  {
    name: 'qualified name',
    rule: qualifiedName,
    good: ['a', 'A_b.c-1', 'example.com/x', `example.com/${x(63)}`],
    bad: ['', '/a', 'a/', 'a/b/c', 'Example.com/x', x(64), '-a', 'a b'],
  },
  { name: 'label value', rule: labelValue, good: ['', 'a', 'A_b.c', x(63)], bad: ['not ok!', '-a', 'a.', x(64)] },
])('$name', ({ bad, good, rule }) => {
  expect(good.filter(text => rule(text) !== undefined)).toEqual([]);
  expect(bad.filter(text => rule(text) === undefined)).toEqual([]);
});

describe('generatedName', () => {
  it('adds five letters, cutting the prefix to 58', () => {
    expect(generatedName('job-', bound => bound - 1)).toBe('job-99999');
    expect(generatedName(x(100), () => 0)).toBe(`${x(58)}bbbbb`);
  });
});
