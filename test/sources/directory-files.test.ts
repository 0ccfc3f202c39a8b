import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { widget } from './kinds.ts';

const names = ['one', 'two', 'three'];
const sorted = ['one', 'three', 'two'];

async function started(files: Readonly<Record<string, string | Uint8Array>>): Promise<Harness> {
  const h = new Harness();
  for (const [path, text] of Object.entries(files)) h.files.write(`/m/${path}`, text);
  await h.run(3000);
  return h;
}

function three(text = 'old'): string {
  return names.map(name => widget(name, `text: ${text}`)).join('---\n');
}

describe('how files are written', () => {
  it.each([
    { name: 'in place', write: (h: Harness, text: string) => h.files.write('/m/a.yaml', text) },
    {
      name: 'D10 beside the file and renamed over it',
      write: (h: Harness, text: string) => h.files.replace('/m/a.yaml', text),
    },
    {
      name: 'D13 as vim does',
      write: (h: Harness, text: string) => {
        h.files.write('/m/4913', '');
        h.files.remove('/m/4913');
        h.files.write('/m/.a.yaml.swp', text);
        h.files.rename('/m/a.yaml', '/m/a.yaml~');
        h.files.write('/m/a.yaml', text);
        h.files.remove('/m/a.yaml~');
      },
    },
    {
      name: 'D14 as emacs does, with its lock and its own copy left behind',
      write: (h: Harness, text: string) => {
        h.files.symlink('user@host.1:2', '/m/.#a.yaml');
        h.files.write('/m/#a.yaml#', 'half: [');
        h.files.write('/m/a.yaml', text);
      },
    },
    {
      name: 'D15 as rsync does',
      write: (h: Harness, text: string) => {
        h.files.write('/m/.a.yaml.Xy12z3', text);
        h.files.rename('/m/.a.yaml.Xy12z3', '/m/a.yaml');
      },
    },
  ])('picks up a change written $name within two seconds, twice', async ({ write }) => {
    const h = await started({ 'a.yaml': three() });
    for (const text of ['new', 'newer']) {
      write(h, three(text));
      await h.run(2000);
      expect(await h.objects()).toEqual(sorted.map(name => `Widget/default/${name}: ${text}`));
    }
    expect(h.problems).toEqual([]);
  });

  it('D42 picks up a change within two seconds when nobody tells about it', async () => {
    const h = await started({ 'a.yaml': three() });
    h.files.hints = false;
    h.files.write('/m/a.yaml', three('new'));

    await h.run(2000);

    expect(await h.objects()).toEqual(sorted.map(name => `Widget/default/${name}: new`));
  });

  it('D11 never deletes or applies half of a file that is written slowly', async () => {
    const h = await started({ 'a.yaml': three(), 'b.yaml': widget('b') });
    const text = three('newer');
    for (let length = 0; length <= 600; length++) {
      h.files.write('/m/a.yaml', text.slice(0, Math.floor((length / 600) * text.length)));
      await h.run(100);
    }
    expect(await h.objects()).toEqual(['Widget/default/b: ', ...sorted.map(name => `Widget/default/${name}: old`)]);

    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/b: ', ...sorted.map(name => `Widget/default/${name}: newer`)]);
    expect(h.log.filter(({ message }) => message.includes('deleted'))).toEqual([]);
  });

  it('D12 neither deletes nor applies anything of a prefix of an accepted file that stays for seconds', async () => {
    const h = await started({ 'a.yaml': three(), 'b.yaml': widget('b') });
    const text = three();
    for (let length = 0; length < text.length; length++) {
      h.files.write('/m/a.yaml', text.slice(0, length));
      await h.run(3000);
      expect(await h.objects()).toHaveLength(4);
    }
    h.files.write('/m/a.yaml', text);
    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/b: ', ...sorted.map(name => `Widget/default/${name}: old`)]);
  });

  it('D12 applies nothing of a prefix of a new file that stays for one look', async () => {
    const h = new Harness();
    h.files.directory('/m');
    const text = three();
    for (let length = 0; length < text.length; length++) {
      h.files.write('/m/a.yaml', text.slice(0, length));
      await h.source.pass();
      await h.clock.advance(700);
    }

    expect(await h.objects()).toEqual([]);
  });

  it('waits thirty seconds before it believes that a file has lost a document', async () => {
    const h = await started({ 'a.yaml': three(), 'b.yaml': widget('b') });
    h.files.write(
      '/m/a.yaml',
      `${widget('one', 'text: old')}---\n${widget('two', 'text: old')}# ${'padding '.repeat(10)}\n`,
    );

    await h.run(29_000);
    expect(await h.names()).toEqual(['b', 'one', 'three', 'two']);
    expect(h.source.status.roots[0]?.unstable).toMatchObject([{ path: 'a.yaml', suspect: true }]);
    await h.run(9000);

    expect(await h.names()).toEqual(['b', 'one', 'two']);
  });

  it('judges a file that was removed and comes back shorter by what it was', async () => {
    const h = await started({ 'a.yaml': three(), 'b.yaml': widget('b') });
    h.files.remove('/m/a.yaml');
    await h.run(1000);
    h.files.write('/m/a.yaml', widget('one', 'text: old'));

    await h.run(20_000);

    expect(await h.names()).toEqual(['b', 'one', 'three', 'two']);
  });

  it('D16 finds a change that left size and times as they were within five minutes', async () => {
    const h = await started({ 'a.yaml': widget('a', 'text: old') });
    await h.run(10_000);
    h.files.corrupt('/m/a.yaml', widget('a', 'text: new'));

    await h.run(301_000);

    expect(await h.objects()).toEqual(['Widget/default/a: new']);
  });

  it('D16 finds a change with a restored time of modification at once', async () => {
    const h = await started({ 'a.yaml': widget('a', 'text: old') });
    await h.run(10_000);
    const then = h.clock.now() - 10_000;
    h.files.write('/m/a.yaml', widget('a', 'text: new'));
    h.files.setTime('/m/a.yaml', then);

    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/a: new']);
  });

  it.each([-1, 1])('D43 works when the clock of the file server is %i h off', async hours => {
    const h = await started({ 'a.yaml': widget('a', 'text: old') });
    h.files.write('/m/a.yaml', widget('a', 'text: new'));
    h.files.setTime('/m/a.yaml', h.clock.now() + hours * 3_600_000);

    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/a: new']);
  });

  it('does not lose time when a scan takes longer than files need to come to rest', async () => {
    const h = new Harness();
    h.files.write('/m/a.yaml', widget('a'));
    const { list } = h.files;
    h.files.list = async path => {
      await new Promise<void>(resolve => h.clock.timer(300, resolve));
      return list.call(h.files, path);
    };

    await h.run(4000);

    expect(await h.names()).toEqual(['a']);
  });

  it('reads nothing twice while nothing changes', async () => {
    const h = await started({ 'a.yaml': widget('a') });
    await h.run(10_000);
    h.files.reads.length = 0;

    await h.run(60_000);

    expect(h.files.reads).toEqual([]);
  });
});

describe('what happens to directories', () => {
  it('D17 keeps the objects of a directory that is renamed, and knows their new files', async () => {
    const h = await started({ 'x/a.yaml': widget('a'), 'b.yaml': widget('b') });
    h.files.rename('/m/x', '/m/y');

    await h.run(20_000);

    expect(await h.names()).toEqual(['a', 'b']);
    const object = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'a' });
    expect(object?.metadata.annotations).toEqual({ 'batchwright.dev/source': '/m/y/a.yaml#Widget/default/a' });
    expect(object?.metadata.generation).toBe(1);
  });

  it('D18 changes nothing while the root is away, and follows it when it is back', async () => {
    const h = await started({ 'a.yaml': widget('a', 'text: old'), 'b.yaml': widget('b') });
    h.files.remove('/m');
    await h.run(60_000);
    expect(await h.names()).toEqual(['a', 'b']);
    expect(h.source.status.roots[0]?.unreadable?.message).toBe('the directory cannot be read (ENOENT)');
    expect(h.log.filter(({ message }) => message === 'a directory cannot be read')).toHaveLength(1);

    h.files.write('/m/a.yaml', widget('a', 'text: new'));
    h.files.write('/m/b.yaml', widget('b'));
    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/a: new', 'Widget/default/b: ']);
  });

  it('D19 deletes nothing when an empty file system is mounted over the root', async () => {
    const h = await started({ 'a.yaml': widget('a'), 'b.yaml': widget('b') });
    h.files.mount('/m');

    await h.run(300_000);

    expect(await h.names()).toEqual(['a', 'b']);
    expect(h.source.status.roots[0]?.unreadable?.code).toBe('EUNMOUNTED');
  });

  it.each([
    { name: 'D20 the root cannot be read', path: '/m', code: 'EACCES' },
    { name: 'D20 a directory cannot be listed', path: 'list /m/x', code: 'EACCES' },
    { name: 'D21 one file has an I/O error', path: '/m/x/a.yaml', code: 'EIO' },
    { name: 'the file handle is stale', path: '/m/b.yaml', code: 'ESTALE' },
  ])('$name: nothing changes and the status says why', async ({ path, code }) => {
    const h = await started({ 'x/a.yaml': widget('a', 'text: old'), 'b.yaml': widget('b'), 'c.yaml': widget('c') });
    await h.run(5000);
    h.files.fail(path, code);
    h.files.remove('/m/c.yaml');

    await h.run(300_000);

    expect(await h.names()).toEqual(['a', 'b', 'c']);
    expect(h.source.status.roots[0]?.unreadable?.code).toBe(code);
    expect(h.held).toEqual([]);
    h.files.fail(path, undefined);
    await h.run(10_000);
    expect(await h.names()).toEqual(['a', 'b']);
  });

  it('D41 warns once and goes on scanning when directories cannot be watched', async () => {
    const h = new Harness();
    h.files.fail('watch', 'ENOSPC');
    h.files.write('/m/a.yaml', widget('a', 'text: old'));
    await h.run(3000);
    h.files.write('/m/a.yaml', widget('a', 'text: new'));

    await h.run(2000);

    expect(await h.objects()).toEqual(['Widget/default/a: new']);
    expect(h.source.status.hints).toEqual({ watched: 0, lost: ['ENOSPC'] });
    expect(h.log.map(({ message }) => message)).toEqual([
      'some directories cannot be watched; changes are found by scanning alone',
    ]);
  });
});

describe('files with problems', () => {
  it('D22 keeps the objects of one invalid file among a hundred and follows the others', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, row) => [`${row}.yaml`, widget(`w${row}`, 'text: old')]),
    );
    const h = await started(files);
    for (let row = 0; row < 100; row++)
      h.files.write(`/m/${row}.yaml`, widget(`w${row}`, row === 7 ? 'text: 7' : 'text: new'));

    await h.run(600_000);

    const objects = await h.objects();
    expect(objects.filter(text => text.endsWith('new'))).toHaveLength(99);
    expect(objects).toContain('Widget/default/w7: old');
    expect(h.problems).toEqual(['/m/7.yaml:6:9: spec.text: must be a string, but reads as a number; quote it']);
  });

  it.each([
    { name: 'a type', text: widget('a', 'text: 1.0') },
    { name: 'syntax', text: `${widget('a')}x: [` },
    { name: 'what its kind says', text: widget('a', 'text: forbidden') },
    { name: 'D33 UTF-16', text: Buffer.from(`\ufeff${widget('a')}`, 'utf16le') },
    { name: 'D33 Latin-1', text: Buffer.from(widget('a', 'text: é'), 'latin1') },
    { name: 'D33 a NUL byte', text: `${widget('a')}# \0` },
    { name: 'D40 its size', text: widget('a', `text: ${'x'.repeat(10_000_000)}`) },
    { name: 'an unknown kind', text: widget('a').replace('Widget', 'Wodget') },
    { name: 'an unknown version', text: widget('a').replace('v1alpha1', 'v9') },
  ])(
    'D23, D24 keeps the objects of a file that is wrong in $name, also under another name, until it is gone',
    async ({ text }) => {
      const h = await started({
        'a.yaml': widget('a', 'text: old'),
        'b.yaml': widget('b', 'text: old'),
        'c.yaml': widget('c'),
      });
      h.files.write('/m/a.yaml', text);
      await h.run(120_000);
      expect(await h.objects()).toContain('Widget/default/a: old');
      expect(h.problems).toHaveLength(1);

      h.files.rename('/m/a.yaml', '/m/renamed.yaml');
      await h.run(120_000);
      expect(await h.objects()).toContain('Widget/default/a: old');
      expect(h.held).toEqual(['a G3']);

      h.files.remove('/m/renamed.yaml');
      await h.run(10_000);
      expect(await h.names()).toEqual(['b', 'c']);
    },
  );

  it('keeps the objects of an invalid file over a restart, and lets those of valid files go', async () => {
    const h = await started({
      'a.yaml': widget('a', 'text: old'),
      'b.yaml': widget('b'),
      'c.yaml': widget('c'),
      'd.yaml': widget('d'),
    });
    await h.stop();
    h.files.write('/m/a.yaml', `${widget('a')}x: [`);
    h.files.remove('/m/b.yaml');
    const again = new Harness({ files: h.files, clock: h.clock });
    for (const { items } of [await h.store.list('Widget')]) {
      for (const object of items) await again.store.create(object);
    }

    await again.run(120_000);

    expect(await again.names()).toEqual(['a', 'c', 'd']);
    expect(again.held).toEqual(['a G3']);
  });

  it('D25 takes nothing from a file of which one document is wrong', async () => {
    const h = await started({ 'a.yaml': three() });
    h.files.write(
      '/m/a.yaml',
      `${widget('one', 'text: new')}---\n${widget('two', 'text: 2')}---\n${widget('three', 'text: new')}`,
    );

    await h.run(60_000);

    expect(await h.objects()).toEqual(sorted.map(name => `Widget/default/${name}: old`));
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('D26 lets the file %s keep an object that %s declares too', async (first, second) => {
    const h = await started({ [`${first}.yaml`]: widget('x', `text: ${first}`) });
    h.files.write(`/m/${second}.yaml`, `${widget('x', `text: ${second}`)}---\n${widget('other')}`);

    await h.run(60_000);

    expect(await h.objects()).toEqual(['Widget/default/other: ', `Widget/default/x: ${first}`]);
    expect([...h.problems].sort()).toEqual(
      [first, second]
        .sort()
        .map(
          file =>
            `/m/${file}.yaml:4:9: metadata.name: the object is declared in /m/${file === 'a' ? 'b' : 'a'}.yaml too; what counts is /m/${first}.yaml until one is left`,
        ),
    );
    h.files.remove(`/m/${first}.yaml`);
    await h.run(10_000);
    expect(await h.objects()).toEqual(['Widget/default/other: ', `Widget/default/x: ${second}`]);
    expect(h.problems).toEqual([]);
  });

  it('D26 takes an object from neither of two files that appear together', async () => {
    const h = await started({ 'a.yaml': widget('x', 'text: a'), 'b.yaml': widget('x', 'text: b') });

    expect(await h.objects()).toEqual([]);
    expect(h.problems).toHaveLength(2);
    expect(h.problems[0]).toContain('none of them counts until one is left');
  });

  it('D27 rejects a file that declares an object twice', async () => {
    const h = await started({ 'a.yaml': `${widget('x', 'text: 1st')}---\n${widget('x', 'text: 2nd')}` });

    expect(await h.objects()).toEqual([]);
    expect(h.problems).toEqual([
      '/m/a.yaml:11:9: metadata.name: the object is declared on line 4 of this file already',
    ]);
  });
});

describe('objects that move and change', () => {
  it('D28 moves an object between files in one commit without deleting it', async () => {
    const h = await started({ 'a.yaml': `${widget('x')}---\n${widget('u')}`, 'b.yaml': widget('z') });
    const before = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'x' });
    h.files.write('/m/a.yaml', `# ${'-'.repeat(80)}\n---\n${widget('u')}`);
    h.files.write('/m/b.yaml', `${widget('x')}---\n${widget('z')}`);

    await h.run(60_000);

    const after = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'x' });
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.metadata.annotations?.['batchwright.dev/source']).toBe('/m/b.yaml#Widget/default/x');
    expect(h.problems).toEqual([]);
  });

  it.each([
    { name: 'removed first', order: ['/m/a.yaml', '/m/b.yaml'] },
    { name: 'added first', order: ['/m/b.yaml', '/m/a.yaml'] },
  ])('D28 moves an object in two commits, $name', async ({ order }) => {
    const h = await started({ 'a.yaml': widget('x'), 'b.yaml': widget('z') });
    const { metadata } = (await h.store.list('Widget')).items[0] ?? {};
    const texts: Readonly<Record<string, string>> = {
      '/m/a.yaml': '# empty now\n---\n',
      '/m/b.yaml': `${widget('x')}---\n${widget('z')}`,
    };
    for (const path of order) {
      h.files.write(path, texts[path] ?? '');
      await h.run(2000);
    }
    await h.run(60_000);

    expect((await h.store.list('Widget')).items[0]?.metadata.uid).toBe(metadata?.uid);
    expect(await h.names()).toEqual(['x', 'z']);
  });

  it('moves an object between directories without deleting it', async () => {
    const roots = [
      { name: 'first', path: '/m' },
      { name: 'second', path: '/n' },
    ];
    const h = new Harness({ roots });
    h.files.write('/m/a.yaml', widget('a'));
    h.files.write('/m/b.yaml', widget('b'));
    h.files.directory('/n');
    await h.run(5000);
    h.files.rename('/m/a.yaml', '/n/a.yaml');

    await h.run(60_000);

    const object = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'a' });
    expect(object?.metadata).toMatchObject({
      uid: 'uid-1',
      annotations: { 'batchwright.dev/source': 'second/a.yaml#Widget/default/a' },
    });
  });

  it.each([
    {
      name: 'D29 another name',
      text: widget('renamed', 'text: x'),
      want: ['Widget/default/b: ', 'Widget/default/renamed: x'],
    },
    {
      name: 'D30 another kind',
      text: widget('a', 'text: x').replace('Widget', 'Gadget'),
      want: ['Gadget/default/a: x', 'Widget/default/b: '],
    },
    {
      name: 'another namespace',
      text: `${widget('a')}  namespace: prod\n`,
      want: ['Widget/default/b: ', 'Widget/prod/a: '],
    },
  ])('makes the object with $name and then deletes the old one', async ({ text, want }) => {
    const h = await started({ 'a.yaml': widget('a', 'text: x'), 'b.yaml': widget('b') });
    h.files.write('/m/a.yaml', text);
    await h.run(2000);
    expect(await h.objects()).toEqual(expect.arrayContaining([...want, 'Widget/default/a: x']));

    await h.run(6000);

    expect(await h.objects()).toEqual(want);
  });

  it('deletes an object whose file is removed within ten seconds', async () => {
    const h = await started({ 'a.yaml': widget('a'), 'b.yaml': widget('b') });
    h.files.remove('/m/a.yaml');
    await h.run(4000);
    expect(await h.names()).toEqual(['a', 'b']);
    expect(h.held).toEqual(['a G2']);

    await h.run(4000);

    expect(await h.names()).toEqual(['b']);
    expect(h.held).toEqual([]);
  });

  it('updates labels and annotations and leaves those that steer the controller', async () => {
    const h = await started({ 'a.yaml': `${widget('a')}  labels: {team: x}\n  annotations: {note: v}\n` });
    const object = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'a' });
    if (object === undefined) throw new Error('the object is missing');
    const annotations = { ...object.metadata.annotations, 'batchwright.dev/paused': 'true' };
    await h.store.update({
      ...object,
      metadata: { ...object.metadata, annotations, finalizers: ['batchwright.dev/finalizer'] },
    });
    h.files.write('/m/a.yaml', `${widget('a')}  annotations: {other: z}\n# ${'-'.repeat(40)}\n`);

    await h.run(2000);

    const { metadata } = (await h.store.get({ kind: 'Widget', namespace: 'default', name: 'a' })) ?? {};
    expect(metadata?.labels).toBeUndefined();
    expect(metadata?.finalizers).toEqual(['batchwright.dev/finalizer']);
    expect(metadata?.annotations).toEqual({
      'batchwright.dev/paused': 'true',
      'batchwright.dev/source': '/m/a.yaml#Widget/default/a',
      other: 'z',
    });
  });

  it('puts back what somebody changed or deleted in the store within half a minute', async () => {
    const h = await started({ 'a.yaml': widget('a', 'text: x'), 'b.yaml': widget('b', 'text: x') });
    const object = await h.store.get({ kind: 'Widget', namespace: 'default', name: 'a' });
    if (object === undefined) throw new Error('the object is missing');
    await h.store.update({ ...object, spec: { text: 'foreign' } });
    await h.store.delete({ kind: 'Widget', namespace: 'default', name: 'b' });

    await h.run(31_000);

    expect(await h.objects()).toEqual(['Widget/default/a: x', 'Widget/default/b: x']);
  });

  it('makes an object anew once its deletion is through', async () => {
    const h = await started({ 'a.yaml': widget('a', 'text: x') });
    const ref = { kind: 'Widget', namespace: 'default', name: 'a' };
    const object = await h.store.get(ref);
    if (object === undefined) throw new Error('the object is missing');
    await h.store.update({ ...object, metadata: { ...object.metadata, finalizers: ['x/y'] } });
    await h.store.delete(ref);
    await h.run(31_000);
    const deleting = await h.store.get(ref);
    expect(deleting?.metadata.deletionTimestamp).toBeDefined();
    if (deleting === undefined) throw new Error('the object is missing');
    await h.store.update({ ...deleting, metadata: { ...deleting.metadata, finalizers: [] } });

    await h.run(31_000);

    expect((await h.store.get(ref))?.metadata.deletionTimestamp).toBeUndefined();
    expect(await h.objects()).toEqual(['Widget/default/a: x']);
  });
});

describe('which files count', () => {
  it.each([
    {
      name: 'D31 empty files, comments and separators',
      files: { 'a.yaml': '', 'b.yaml': '# x\n', 'c.yaml': '---\n', 'd.json': ' ' },
      want: [],
    },
    {
      name: 'D32 Windows line ends, a byte order mark, trailing spaces, no final newline',
      files: { 'a.yaml': `\ufeff${widget('a').replaceAll('\n', '  \r\n')}`, 'b.yaml': widget('b').trim() },
      want: ['a', 'b'],
    },
    {
      name: 'D34 .yaml, .yml and .json, and no others',
      files: {
        'a.yaml': widget('a'),
        'b.yml': widget('b'),
        'c.json': '{"apiVersion": "batchwright.dev/v1alpha1", "kind": "Widget", "metadata": {"name": "c"}}',
        'D.YAML': widget('d'),
        e: widget('e'),
        'f.txt': widget('f'),
      },
      want: ['a', 'b', 'c'],
    },
    {
      name: 'D35 no hidden files and directories',
      files: {
        '.a.yaml': widget('a'),
        '.git/b.yaml': widget('b'),
        'c/.d/e.yaml': widget('e'),
        'c/f.yaml': widget('f'),
      },
      want: ['f'],
    },
    {
      name: 'no backups and temporary files',
      files: {
        'a.yaml~': widget('a'),
        'b.yaml.tmp': widget('b'),
        'c.yaml.bak': widget('c'),
        'd.yaml.orig': widget('d'),
        '#e.yaml#': widget('e'),
        'f.swp': widget('f'),
        'g.yaml': widget('g'),
      },
      want: ['g'],
    },
    { name: 'D37 a directory that is named like a file', files: { 'x.yaml/a.yaml': widget('a') }, want: ['a'] },
    {
      name: 'D38 any name',
      files: {
        'a\nb.yaml': widget('a'),
        '😀.yaml': widget('b'),
        'e\u0301.yaml': widget('c'),
        '\u00e9.yaml': widget('d'),
        [`${'x'.repeat(250)}.yaml`]: widget('e'),
        'a#b%.yaml': widget('f'),
      },
      want: ['a', 'b', 'c', 'd', 'e', 'f'],
    },
    {
      name: 'D40 a thousand documents',
      files: { 'a.yaml': Array.from({ length: 1000 }, (_, row) => widget(`w${row}`)).join('---\n') },
      want: Array.from({ length: 1000 }, (_, row) => `w${row}`).sort(),
    },
  ])('$name', async ({ files, want }) => {
    const h = await started(files);
    await h.run(40_000);

    expect(await h.names()).toEqual(want);
    expect(h.problems).toEqual([]);
    const owners = (await h.store.list('Widget')).items.map(
      ({ metadata }) => metadata.annotations?.['batchwright.dev/source'],
    );
    expect(owners.every(owner => owner !== undefined && /^[\x21-\x7e]+$/.test(owner))).toBe(true);
  });
});
