import { expect, it } from 'vitest';
import { loadDirectories } from '../../controller/sources/load-directories.ts';
import { describeProblem } from '../../controller/sources/yaml-problem.ts';
import { FakeClock } from '../clock.ts';
import { inlineParser, validate } from './harness.ts';
import { widget } from './kinds.ts';
import { MemoryFiles } from './memory-files.ts';

async function load(
  contents: Readonly<Record<string, string>>,
  roots = ['/m'],
  prepare: (files: MemoryFiles) => void = () => undefined,
) {
  const files = new MemoryFiles(new FakeClock());
  for (const [path, text] of Object.entries(contents)) files.write(path, text);
  prepare(files);
  const parts = { files, parser: inlineParser, validate, now: 0 };
  const { objects, problems } = await loadDirectories(
    roots.map(path => ({ name: path, path })),
    parts,
  );
  return {
    objects: objects.map(({ ref, file, line, column }) => `${file}:${line}:${column} ${ref.name}`),
    problems: problems.map(describeProblem),
  };
}

it('gives every object with the place of its name', async () => {
  const contents = {
    '/m/b.yaml': `${widget('x')}---\n${widget('w')}`,
    '/m/a/c.yaml': widget('v'),
    '/n/d.yaml': widget('u'),
  };

  expect(await load(contents, ['/n', '/m'])).toEqual({
    objects: ['/m/a/c.yaml:4:9 v', '/m/b.yaml:4:9 x', '/m/b.yaml:9:9 w', '/n/d.yaml:4:9 u'],
    problems: [],
  });
});

it('gives every problem: of text, types, kinds, and of files with each other', async () => {
  const contents = {
    '/m/a.yaml': 'a: [',
    '/m/b.yaml': widget('x', 'text: 1', 'text: 2', 'other: 3'),
    '/m/c.yaml': widget('w', 'text: forbidden'),
    '/m/d.yaml': `${widget('v')}---\n${widget('u')}`,
    '/n/e.yaml': widget('v'),
  };

  const { objects, problems } = await load(contents, ['/m', '/n', '/gone'], files =>
    files.symlink('/etc/passwd', '/m/f.yaml'),
  );

  expect(objects).toEqual(['/m/d.yaml:9:9 u']);
  expect(problems).toEqual([
    '/gone:1:1: the directory cannot be read (ENOENT)',
    '/m/a.yaml:1:5: a bracket or brace is not closed',
    '/m/b.yaml:6:9: spec.text: must be a string, but reads as a number; quote it',
    '/m/b.yaml:7:3: duplicate key; it stands on line 6 already',
    '/m/b.yaml:8:3: spec: unknown field',
    '/m/c.yaml:6:9: spec.text: is forbidden',
    '/m/d.yaml:4:9: metadata.name: the object is declared in /n/e.yaml too; none of them counts until one is left',
    '/m/f.yaml:1:1: the symbolic link leads nowhere',
    '/n/e.yaml:4:9: metadata.name: the object is declared in /m/d.yaml too; none of them counts until one is left',
  ]);
});

it('names a file that changes under its eyes', async () => {
  const { problems } = await load({ '/m/a.yaml': widget('a') }, ['/m'], files => {
    files.before = operation => {
      if (operation === 'read') files.write('/m/a.yaml', widget('b'));
    };
  });

  expect(problems).toEqual(['/m/a.yaml:1:1: the file changed while it was read']);
});
