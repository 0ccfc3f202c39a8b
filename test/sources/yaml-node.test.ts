import { expect, it } from 'vitest';
import { parseManifests } from '../../controller/sources/yaml-documents.ts';
import { positionOf } from '../../controller/sources/yaml-node.ts';
import type { FieldPath } from '../../controller/sources/yaml-problem.ts';

const text = [
  '# first',
  '---',
  'kind: X',
  'spec:',
  '  list:',
  '  - name: a',
  '  - {name: b, "é": |',
  '    c}',
  '  empty:',
  '',
].join('\n');
const block = [
  'kind: X',
  'spec:',
  '  list:',
  '  - name: a',
  '  -   name: b',
  '      text: |',
  '        c',
  '  empty:',
  '',
].join('\n');

it.each<{ path: FieldPath; at: string }>([
  { path: [], at: '1:1' },
  { path: ['kind'], at: '1:7' },
  { path: ['spec'], at: '3:3' },
  { path: ['spec', 'list'], at: '4:3' },
  { path: ['spec', 'list', 1], at: '5:7' },
  { path: ['spec', 'list', 1, 'name'], at: '5:13' },
  { path: ['spec', 'list', 1, 'missing'], at: '5:7' },
  { path: ['spec', 'list', 2], at: '3:3' },
  { path: ['spec', 'missing', 'deeper'], at: '2:1' },
  { path: ['spec', 'empty'], at: '8:8' },
  { path: ['missing'], at: '1:1' },
])('finds $path at $at', ({ path, at }) => {
  const [document] = parseManifests(block, 'f').documents;
  const { line, column } = document ? positionOf(document, path) : { line: 0, column: 0 };

  expect(`${line}:${column}`).toBe(at);
});

it('counts lines from the beginning of the file, not of the document', () => {
  const [document] = parseManifests(text.replace(' |\n    c', ' c'), 'f').documents;

  expect(document && positionOf(document, ['spec', 'list', 1, 'é'])).toEqual({ line: 7, column: 20 });
});
