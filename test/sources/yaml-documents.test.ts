import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/sources/yaml-documents.ts';
import { yamlLimits } from '../../controller/sources/yaml-limits.ts';
import type { YamlNode } from '../../controller/sources/yaml-node.ts';
import { describeProblem } from '../../controller/sources/yaml-problem.ts';

function problems(text: string): readonly string[] {
  return parseManifests(text, 'f.yaml').problems.map(describeProblem);
}

function plainValue(node: YamlNode): unknown {
  if (node.kind === 'sequence') return node.items.map(plainValue);
  if (node.kind === 'mapping')
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
  return node.plain ? node.text : { quoted: node.text };
}

function values(text: string): unknown {
  const { documents, problems } = parseManifests(text, 'f.yaml');
  expect(problems).toEqual([]);
  return documents.map(({ root }) => plainValue(root));
}

describe('parseManifests', () => {
  it.each([
    {
      name: 'plain scalars as they are written',
      text: 'a: 0777\nb: no\nc: 1.10\nd: ~\ne:\n',
      want: [{ a: '0777', b: 'no', c: '1.10', d: '~', e: '' }],
    },
    {
      name: 'quoted and block scalars as strings',
      text: `a: "x\\ty"\nb: 'it''s'\nc: |\n  1\nd: >-\n  x\n  y\n`,
      want: [{ a: { quoted: 'x\ty' }, b: { quoted: "it's" }, c: { quoted: '1\n' }, d: { quoted: 'x y' } }],
    },
    { name: 'plain text over several lines', text: 'a: x\n  y\nb: z\n', want: [{ a: 'x y', b: 'z' }] },
    {
      name: 'JSON, also with tabs',
      text: '{\n\t"a": [1, true, null],\n\t"b": {"c": "\\u00e9\\ud83d\\ude00"}\n}',
      want: [{ a: ['1', 'true', 'null'], b: { c: { quoted: 'é😀' } } }],
    },
    {
      name: 'several documents',
      text: 'a: 1\n---\nb: 2\n...\n---\nc: 3\n',
      want: [{ a: '1' }, { b: '2' }, { c: '3' }],
    },
    { name: 'a document after an end mark alone', text: 'a: 1\n...\nb: 2\n', want: [{ a: '1' }, { b: '2' }] },
    { name: 'nothing in an empty file', text: '', want: [] },
    { name: 'nothing in comments', text: '# only\n\n   # this\n', want: [] },
    { name: 'nothing between separators', text: '---\n---\n# x\n---\n', want: [] },
    {
      name: 'separators inside a block scalar that is indented',
      text: 'a: |\n  ---\n  x\n',
      want: [{ a: { quoted: '---\nx\n' } }],
    },
    {
      name: 'Windows line ends, tabs after values, trailing spaces and no final newline',
      text: 'a: 1\t\r\nb: 2  \r\nc: 3',
      want: [{ a: '1', b: '2', c: '3' }],
    },
    {
      name: 'aliases',
      text: 'a: &x {k: 1}\nb: *x\nc: [*x]\n',
      want: [{ a: { k: '1' }, b: { k: '1' }, c: [{ k: '1' }] }],
    },
    {
      name: 'an anchor that is set anew',
      text: 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n',
      want: [{ a: '1', b: '1', c: '2', d: '2' }],
    },
    {
      name: 'a percent sign at the start of a line inside a value',
      text: '{a: "x\n%y"}',
      want: [{ a: { quoted: 'x %y' } }],
    },
  ])('reads $name', ({ text, want }) => {
    expect(values(text)).toEqual(want);
  });

  it.each([
    {
      name: 'a duplicate key',
      text: 'a: 1\nb: 2\na: 3\n',
      want: ['f.yaml:3:1: duplicate key; it stands on line 1 already'],
    },
    {
      name: 'a duplicate key in JSON',
      text: '{"a": 1, "b": {"c": 1, "c": 2}}',
      want: ['f.yaml:1:24: duplicate key; it stands on line 1 already'],
    },
    {
      name: 'a duplicate key that is quoted once',
      text: 'a: 1\n"a": 2\n',
      want: ['f.yaml:2:1: duplicate key; it stands on line 1 already'],
    },
    {
      name: 'a tag',
      text: 'a: !Ref x\n',
      want: ['f.yaml:1:4: tags are not supported; leave it out, and quote what is a string'],
    },
    {
      name: 'tags on everything',
      text: 'a: !!str 1\nb: !!set {x}\nc: !!binary aGk=\nd: !!omap [x: 1]\n',
      want: [1, 2, 3, 4].map(
        line => `f.yaml:${line}:4: tags are not supported; leave it out, and quote what is a string`,
      ),
    },
    {
      name: 'a tag of JavaScript',
      text: 'a: !!js/function "x"\n',
      want: ['f.yaml:1:4: tags are not supported; leave it out, and quote what is a string'],
    },
    {
      name: 'a tag of the root',
      text: '!x\na: 1\n',
      want: ['f.yaml:1:1: tags are not supported; leave it out, and quote what is a string'],
    },
    {
      name: 'a merge key',
      text: 'a: &a {x: 1}\nb:\n  <<: *a\n',
      want: ['f.yaml:3:3: merge keys are not supported; write the fields out'],
    },
    {
      name: 'a version directive',
      text: '%YAML 1.1\n---\na: no\n',
      want: ['f.yaml:1:1: directives (lines that begin with %) are not supported; leave it out'],
    },
    {
      name: 'a tag directive below a comment',
      text: '# x\n\n%TAG ! tag:x,2000:\n---\na: 1\n',
      want: ['f.yaml:3:1: directives (lines that begin with %) are not supported; leave it out'],
    },
    {
      name: 'an unknown directive of the second document',
      text: 'a: 1\n...\n%FOO x\n---\na: 1\n',
      want: ['f.yaml:3:1: directives (lines that begin with %) are not supported; leave it out'],
    },
    { name: 'a key that is null', text: '~: 1\n', want: ['f.yaml:1:1: a key must be a string; quote it'] },
    { name: 'a key that is empty', text: ': 1\n', want: ['f.yaml:1:1: a key must be a string; quote it'] },
    { name: 'a key that is a number', text: '80: 1\n', want: ['f.yaml:1:1: a key must be a string; quote it'] },
    { name: 'a key that is a mapping', text: '? {a: 1}\n: 1\n', want: ['f.yaml:1:3: a key must be a string'] },
    { name: 'a key that is an alias', text: 'a: &x b\n*x : 1\n', want: ['f.yaml:2:1: a key must be a string'] },
    {
      name: 'a key that is a boolean word',
      text: 'no: 1\n',
      want: [
        'f.yaml:1:1: a key must be a string: some readers of YAML take this word for a boolean; quote it, or write true or false',
      ],
    },
    {
      name: 'an alias to a value around it',
      text: 'a: &a [*a]\n',
      want: ['f.yaml:1:8: the alias stands inside the value it refers to'],
    },
    {
      name: 'an alias without anchor',
      text: 'a: *nothing\n',
      want: ['f.yaml:1:4: the alias refers to no anchor above it'],
    },
    {
      name: 'an alias to another document',
      text: 'a: &x 1\n---\nb: *x\n',
      want: ['f.yaml:3:4: the alias refers to no anchor above it'],
    },
    {
      name: 'half a character',
      text: 'a: "\\ud83d"\n',
      want: ['f.yaml:1:4: the text holds half of a character (a lone surrogate)'],
    },
    {
      name: 'a document that is a list',
      text: '- a\n',
      want: ['f.yaml:1:1: the document must be a mapping of fields'],
    },
    {
      name: 'a document that is a text',
      text: 'hello\n',
      want: ['f.yaml:1:1: the document must be a mapping of fields'],
    },
    {
      name: 'a NUL character',
      text: 'a: 1\nb: \0\n',
      want: ['f.yaml:2:4: the file holds a NUL character; is it text?'],
    },
    {
      name: 'tabs as indentation',
      text: 'a:\n\tb: 1\n',
      want: ['f.yaml:2:1: a tab must not be used for indentation; use spaces'],
    },
    {
      name: 'wrong indentation',
      text: 'a:\n    b: 1\n  c: 2\n',
      want: ['f.yaml:3:3: the indentation does not fit the lines above'],
    },
    {
      name: 'a bracket that is not closed',
      text: 'a: [1, 2\n',
      want: ['f.yaml:2:1: the indentation ends a quoted text or bracket that is not closed'],
    },
    { name: 'a quote that is not closed', text: 'a: "x', want: ['f.yaml:1:6: a quoted text is not closed'] },
    {
      name: 'a missing colon',
      text: 'a: 1\nb\nc: 2\n',
      want: ['f.yaml:3:2: a key, here or just above, lacks its colon and space'],
    },
    {
      name: 'a missing comma',
      text: 'a: [x y: 1 {}]\n',
      want: expect.arrayContaining([expect.stringMatching(/^f\.yaml:1:\d+: /)]),
    },
    {
      name: 'an unknown escape',
      text: 'a: "\\q"\n',
      want: ['f.yaml:1:6: a backslash is followed by something that is no escape'],
    },
    {
      name: 'a control character',
      text: 'a: x\u0001\n',
      want: ['f.yaml:1:5: there is a control character in the text'],
    },
    {
      name: 'text after the end of a document',
      text: 'a: 1\n... x\n',
      want: ['f.yaml:2:5: something follows the end of the document'],
    },
    {
      name: 'errors of every document',
      text: 'a: [\n---\nb: "\\q"\n---\nc: 1\nc: 2\n',
      want: [
        'f.yaml:2:1: the indentation ends a quoted text or bracket that is not closed',
        'f.yaml:3:6: a backslash is followed by something that is no escape',
        'f.yaml:6:1: duplicate key; it stands on line 5 already',
      ],
    },
  ])('reports $name', ({ text, want }) => {
    expect(problems(text)).toEqual(want);
  });

  it.each([
    {
      name: 'documents',
      text: 'a: 1\n---\n'.repeat(yamlLimits.documents + 1),
      want: 'a file can hold 1000 documents at most',
    },
    {
      name: 'bytes of a document',
      text: `a: 1\n---\nb:\n${`- ${'é'.repeat(1000)}\n`.repeat(200)}`,
      want: 'a document can have 262144 bytes at most',
    },
    {
      name: 'bytes of a line',
      text: `a: ${'é'.repeat(yamlLimits.lineBytes / 2)}\n`,
      want: 'a line can have 65536 bytes at most',
    },
    {
      name: 'levels of flow collections',
      text: `a: ${'['.repeat(70)}${']'.repeat(70)}\n`,
      want: 'the nesting is too deep',
    },
    {
      name: 'levels of block collections',
      text: Array.from({ length: 70 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      want: 'the nesting is too deep',
    },
    {
      name: 'keys of a mapping',
      text: Array.from({ length: 5001 }, (_, key) => `k${key}: 1\n`).join(''),
      want: 'a mapping can have 5000 keys at most',
    },
    { name: 'aliases', text: `a: &a 1\nb: [${'*a, '.repeat(101)}]\n`, want: 'a document can have 100 aliases at most' },
    {
      name: 'nodes behind aliases',
      text: `a: &a [${'1,'.repeat(5000)}]\nb: [*a, *a, *a]\n`,
      want: 'the aliases of the document stand for too much content; write it out or split the file',
    },
    {
      name: 'text behind aliases',
      text: `a: &a ${'x'.repeat(30_000)}\nb: [${'*a, '.repeat(50)}]\n`,
      want: 'the aliases of the document stand for too much content; write it out or split the file',
    },
  ])('limits the $name', ({ text, want }) => {
    const { problems } = parseManifests(text, 'f.yaml');

    expect(problems.map(({ message }) => message)).toEqual([want]);
  });

  it('accepts what is exactly at the limits', () => {
    const text = [
      `a: &a 1\nb: [${'*a, '.repeat(100)}]\n`,
      Array.from({ length: 5000 }, (_, key) => `k${key}: 1\n`).join(''),
      ...Array.from({ length: 998 }, () => 'a: 1\n'),
    ].join('---\n');

    expect(problems(text)).toEqual([]);
  });

  it('says whether nobody can know what a file declares', () => {
    const unreadable = ['a: 1\n', 'a: 1\na: 2\n', 'a: [\n', '%YAML 1.2\n---\na: 1\n', '\0'];

    expect(unreadable.map(text => parseManifests(text, 'f').unreadable)).toEqual([false, false, true, true, true]);
  });

  it('finds documents and positions that fit the lines of the file, whatever the text', () => {
    const fragment = fc.constantFrom(
      'a: ',
      'b:',
      '- ',
      '\n',
      '\r\n',
      '\r',
      '---',
      '...',
      '"',
      "'",
      '[',
      '{',
      '}',
      ']',
      ',',
      '&x ',
      '*x',
      '|',
      '>',
      '#',
      '%',
      '!',
      '?',
      ':',
      '\t',
      ' ',
      '  ',
      'é',
      '😀',
      '\ufeff',
      '0',
      '~',
      '<<: ',
    );
    const text = fc.array(fragment, { maxLength: 40 }).map(parts => parts.join(''));

    fc.assert(
      fc.property(text, text => {
        const lines = text.split(/\r\n|\n|\r/);
        for (const { line, column } of parseManifests(text, 'f').problems) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 3);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
