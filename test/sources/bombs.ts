import { widget } from './kinds.ts';

interface Bomb {
  readonly name: string;
  readonly text: () => string | Uint8Array;
}

function levels(open: string, close: string, count: number): string {
  return `${open.repeat(count)}${close.repeat(count)}`;
}

function aliasBomb(depth: number, width: number): readonly string[] {
  const rows = Array.from({ length: depth }, (_, level) => {
    const before = level === 0 ? 'x' : `*a${level - 1}`;
    return `  - &a${level} [${Array(width).fill(before).join(', ')}]`;
  });
  return ['free:', '  bomb:', ...rows];
}

/** Twenty inputs that are small for their writer and large for a careless reader. */
export const bombs: readonly Bomb[] = [
  { name: 'aliases of aliases, nine by nine', text: () => widget('a', ...aliasBomb(9, 9)) },
  { name: 'aliases of aliases, thirty by three', text: () => widget('a', ...aliasBomb(30, 3)) },
  {
    name: 'aliases of a long text',
    text: () => widget('a', `free: {a: &a "${'x'.repeat(60_000)}", b: [${'*a,'.repeat(90)}]}`),
  },
  {
    name: 'thirty thousand aliases',
    text: () => widget('a', 'free:', '  a: &a 1', '  b:', ...Array(8_000).fill('  - [*a, *a, *a, *a]')),
  },
  { name: 'an alias to itself', text: () => widget('a', 'free: &a {a: *a}') },
  { name: 'a thousand flow lists', text: () => widget('a', `free: {a: ${levels('[', ']', 1_000)}}`) },
  { name: 'ten thousand flow mappings', text: () => widget('a', `free: ${'{a: '.repeat(10_000)}`) },
  { name: 'thirty thousand open brackets', text: () => `a: ${'['.repeat(30_000)}` },
  {
    name: 'a thousand block levels',
    text: () =>
      Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(level % 250)}${'- '.repeat(level % 60)}a:`).join('\n'),
  },
  { name: 'thousands of dashes', text: () => `a:\n${'- '.repeat(20_000)}x` },
  {
    name: 'nested anchors and tags that make a parser go back',
    text: () => widget('a', `free: ${'&a !x '.repeat(5_000)}`),
  },
  {
    name: 'anchors on many lines',
    text: () =>
      `${Array.from({ length: 60 }, (_, level) => `${' '.repeat(level)}&a${level} !t\n`).join('')}${' '.repeat(60)}a: 1`,
  },
  { name: 'nested keys that make a parser go back', text: () => `${'? '.repeat(20_000)}a` },
  {
    name: 'twenty thousand keys in one mapping',
    text: () => widget('a', 'free:', ...Array.from({ length: 20_000 }, (_, key) => `  k${key}: 1`)),
  },
  {
    name: 'twenty thousand equal keys',
    text: () => widget('a', 'free:', ...Array.from({ length: 20_000 }, () => '  key: 1')),
  },
  {
    name: 'fifteen thousand unknown fields',
    text: () => `${widget('a')}${Array.from({ length: 15_000 }, (_, key) => `  field${key}: 1\n`).join('')}`,
  },
  { name: 'a megabyte in one line', text: () => `a: "${'\\n'.repeat(500_000)}"` },
  {
    name: 'more than a megabyte',
    text: () => `${widget('a', 'list:')}${'  - abc\n'.repeat(150_000)}`,
  },
  { name: 'thousands of documents', text: () => '---\na: 1\n'.repeat(50_000) },
  { name: 'thousands of directives', text: () => `${'%TAG !a! tag:x\n'.repeat(10_000)}---\na: 1\n` },
  { name: 'a large number of digits as an integer', text: () => widget('a', `count: ${'9'.repeat(60_000)}`) },
  {
    name: 'compressed or binary data',
    text: () => Uint8Array.from({ length: 500_000 }, (_, index) => (index * 7919) % 256),
  },
];
