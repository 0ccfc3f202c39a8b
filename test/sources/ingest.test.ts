import { describe, expect, it } from 'vitest';
import type { Key } from '../../controller/model/object.ts';
import { emptySnapshot, ingest } from '../../controller/sources/ingest.ts';
import { type Reading, reading } from '../../controller/sources/reading.ts';
import type { SourceFile } from '../../controller/sources/source-annotation.ts';
import { inlineParser, validate } from './harness.ts';
import { widget } from './kinds.ts';

function read(path: string, text: string | Uint8Array): Promise<Reading> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const stat = { type: 'file', device: 1n, inode: 1n, size: 0n, mtimeNs: 0n, ctimeNs: 0n } as const;
  const hash = Buffer.from(bytes).toString('hex');
  return reading(inlineParser, validate, { root: 'm', path }, { state: 'read', stat, hash, bytes, dated: true });
}

function owned(...pairs: readonly (readonly [name: string, path: string])[]): ReadonlyMap<Key, SourceFile> {
  return new Map(pairs.map(([name, path]) => [`Widget/default/${name}`, { root: 'm', path }]));
}

const nobody = owned();
const ref = (name: string) => ({ kind: 'Widget', namespace: 'default', name });

describe('ingest', () => {
  it('is the same whatever the order of files', async () => {
    const readings = await Promise.all([
      read('a.yaml', widget('x')),
      read('b.yaml', widget('x')),
      read('c.yaml', `${widget('u')}---\n${widget('v')}`),
    ]);
    const there = ingest(readings, nobody, emptySnapshot);
    const back = ingest([...readings].reverse(), nobody, emptySnapshot);

    expect([...back.objects.keys()].sort()).toEqual([...there.objects.keys()].sort());
    expect(back.digest).toBe(there.digest);
    expect(back.contested).toEqual(there.contested);
    expect([...there.contested]).toEqual(['Widget/default/x']);
  });

  it('has another digest when a file gets another name, other content or is gone', async () => {
    const a = await read('a.yaml', widget('x'));
    const digests = [[a], [await read('b.yaml', widget('x'))], [await read('a.yaml', widget('u'))], []].map(
      readings => ingest(readings, nobody, emptySnapshot).digest,
    );

    expect(new Set(digests).size).toBe(4);
  });

  it('keeps what a file declared when it was last without problems, and takes the new when it is so again', async () => {
    const first = ingest([await read('a.yaml', widget('x', 'text: old'))], nobody, emptySnapshot);
    const second = ingest([await read('a.yaml', `${widget('x', 'text: new')}---\na: [`)], nobody, first);
    const third = ingest([await read('a.yaml', `${widget('x', 'text: newer')}`)], nobody, second);

    const specs = [first, second, third].map(({ objects }) => objects.get('Widget/default/x')?.object.spec?.['text']);
    expect(specs).toEqual(['old', 'old', 'newer']);
    expect([first, second, third].map(({ reports }) => reports.map(({ frozen }) => frozen))).toEqual([[], [true], []]);
  });

  it('prefers the file that owns the object, also while that is frozen', async () => {
    const before = ingest([await read('a.yaml', widget('x', 'text: a'))], nobody, emptySnapshot);
    const frozen = await read('a.yaml', 'a: [');
    const other = await read('b.yaml', widget('x', 'text: b'));

    const { objects } = ingest([frozen, other], owned(['x', 'a.yaml']), before);

    expect(objects.get('Widget/default/x')?.file.path).toBe('a.yaml');
  });

  it.each<{ name: string; text: string | Uint8Array; path?: string; want: string | undefined }>([
    {
      name: 'its own file has problems, whatever is in it',
      text: 'nothing: [',
      path: 'own.yaml',
      want: 'its file m/own.yaml has problems',
    },
    {
      name: 'a file declares it with a wrong type',
      text: widget('wanted', 'text: 1'),
      want: 'm/a.yaml has problems and names it',
    },
    {
      name: 'a file declares it as another kind',
      text: widget('wanted').replace('Widget', 'Wodget'),
      want: 'm/a.yaml has problems and names it',
    },
    {
      name: 'a file declares it beside something wrong',
      text: `${widget('wanted')}---\n${widget('else', 'text: 1')}`,
      want: 'm/a.yaml has problems and names it',
    },
    {
      name: 'a file that cannot be parsed holds its name',
      text: `${widget('wanted')}a: [`,
      want: 'm/a.yaml has problems and names it',
    },
    {
      name: 'a file is not text',
      text: Buffer.from(widget('else'), 'utf16le'),
      want: 'm/a.yaml cannot be read and may declare it',
    },
    {
      name: 'a file is not UTF-8',
      text: Buffer.from(`${widget('else')}# é`, 'latin1'),
      want: 'm/a.yaml cannot be read and may declare it',
    },
  ])('holds an object when $name', async ({ text, path = 'a.yaml', want }) => {
    const { heldBy } = ingest([await read(path, text)], nobody, emptySnapshot);

    expect(heldBy(ref('wanted'), { root: 'm', path: 'own.yaml' })).toBe(want);
  });

  it.each([
    { name: 'files are fine', text: widget('else') },
    { name: 'a file with problems names others', text: widget('else', 'text: 1') },
    {
      name: 'it is named in another namespace',
      text: `${widget('wanted', 'text: 1').replace('spec', '  namespace: prod\nspec')}`,
    },
    {
      name: 'a file that cannot be parsed holds its name within longer ones',
      text: 'a: unwanted\nb: wanted-not\nc: not.wanted\nd: [',
    },
  ])('holds nothing when $name', async ({ text }) => {
    const { heldBy } = ingest([await read('a.yaml', text)], nobody, emptySnapshot);

    expect(heldBy(ref('wanted'), { root: 'm', path: 'own.yaml' })).toBeUndefined();
  });
});
