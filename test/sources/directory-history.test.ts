import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { widget } from './kinds.ts';

const paths = ['/m/a.yaml', '/m/b.yaml', '/m/c/d.yaml', '/m/e.json'];
const objects = ['obj-1', 'obj-2', 'obj-3', 'obj-4', 'obj-5'];

const path = fc.constantFrom(...paths);
const content = fc
  .record({
    names: fc.subarray(objects),
    version: fc.constantFrom('x', 'u', 'w'),
    broken: fc.boolean(),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    whole: fc.boolean(),
  })
  .map(({ names, version, broken, cut, whole }) => {
    const text = names.map(name => widget(name, `text: ${version}`)).join('---\n');
    if (!whole) return text.slice(0, Math.floor(text.length * cut));
    return broken ? `${text}oops: [` : text;
  });

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), path, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('replace' as const), path, content }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), path, to: path }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fail' as const), path, code: fc.constantFrom('EIO', 'EACCES', undefined) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 300, 700, 2000, 6000, 40_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The tree as the test made it: path to text. */
function carryOut(h: Harness, tree: Map<string, string>, one: Step): void {
  const present = 'path' in one && tree.has(one.path);
  switch (one.do) {
    case 'write':
    case 'replace':
      h.files[one.do](one.path, one.content);
      tree.set(one.path, one.content);
      return;
    case 'remove':
      if (present) h.files.remove(one.path);
      tree.delete(one.path);
      return;
    case 'rename':
      if (!present || one.path === one.to) return;
      h.files.rename(one.path, one.to);
      tree.set(one.to, tree.get(one.path) ?? '');
      tree.delete(one.path);
      return;
    case 'fail':
      h.files.fail(one.path, one.code);
      return;
    default:
  }
}

it('never deletes what a file names, and ends at what the files declare', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async steps => {
      const h = new Harness();
      const tree = new Map<string, string>([['/m/z.yaml', widget('always')]]);
      h.files.write('/m/z.yaml', widget('always'));
      let before: readonly string[] = [];
      const look = async () => {
        const now = await h.names();
        const texts = [...tree.values()].join();
        for (const name of before) expect(now.includes(name) || !texts.includes(name)).toBe(true);
        before = now;
      };
      for (const one of steps) {
        carryOut(h, tree, one);
        if (one.do !== 'wait') continue;
        for (let gone = 0; gone < one.ms; gone += 250) {
          await h.run(Math.min(250, one.ms - gone));
          await look();
        }
      }

      for (const path of paths) h.files.fail(path, undefined);
      for (const path of paths) carryOut(h, tree, { do: 'remove', path });
      await h.run(1000);
      objects.slice(0, 3).forEach((name, row) => {
        carryOut(h, tree, { do: 'write', path: paths[row] ?? '', content: widget(name, 'text: end') });
      });
      await h.run(60_000);

      expect(await h.objects()).toEqual([
        'Widget/default/always: ',
        ...objects.slice(0, 3).map(name => `Widget/default/${name}: end`),
      ]);
      expect(h.problems).toEqual([]);
      await h.stop();
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? 60) },
  );
});
