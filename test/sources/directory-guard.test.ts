import { describe, expect, it } from 'vitest';
import type { ManifestParser } from '../../controller/sources/manifest-parser.ts';
import { StoreFailure } from '../../controller/store/contract.ts';
import { MemoryJournal } from '../../controller/store/memory.ts';
import { Harness, inlineParser } from './harness.ts';
import { widget } from './kinds.ts';

async function started(count: number, options: ConstructorParameters<typeof Harness>[0] = {}): Promise<Harness> {
  const h = new Harness(options);
  for (let row = 0; row < count; row++) h.files.write(`/m/${row}.yaml`, widget(`w${row}`));
  await h.run(3000);
  expect(await h.names()).toHaveLength(count);
  return h;
}

function remove(h: Harness, from: number, to: number): void {
  for (let row = from; row < to; row++) h.files.remove(`/m/${row}.yaml`);
}

describe('mass deletes', () => {
  it('are held and let through only by the digest of the snapshot', async () => {
    const h = await started(40);
    remove(h, 0, 12);
    await h.run(600_000);
    expect(await h.names()).toHaveLength(40);
    expect(h.held).toHaveLength(12);
    const { digest } = h.source.status;

    h.source.approve('0123456789abcdef');
    await h.run(10_000);
    expect(await h.names()).toHaveLength(40);
    h.source.approve(digest ?? '');
    await h.run(2000);

    expect(await h.names()).toHaveLength(28);
    expect(h.held).toEqual([]);
  });

  it('are held when a directory becomes empty file by file', async () => {
    const h = await started(40);
    for (let row = 0; row < 40; row++) {
      remove(h, row, row + 1);
      await h.run(3000);
    }
    await h.run(60_000);

    expect((await h.names()).length).toBeGreaterThanOrEqual(30);
  });

  it('write one line each to the log, with file, rule and digest', async () => {
    const h = await started(5);
    h.log.length = 0;
    remove(h, 0, 1);

    await h.run(60_000);

    expect(h.log.map(({ message, object, file, rule }) => [message, object, file, rule])).toEqual([
      ['an object that no file declares is kept for now', 'Widget/default/w0', '/m/0.yaml', 'G2'],
      ['an object is deleted because no file declares it any more', 'Widget/default/w0', '/m/0.yaml', 'G2'],
    ]);
    expect(h.log[1]?.['digest']).toBe(h.source.status.digest);
  });
});

describe('a restart', () => {
  it('deletes what was removed meanwhile, but not with its first snapshot', async () => {
    const journal = new MemoryJournal(1000);
    const h = await started(5, { journal });
    await h.stop();
    remove(h, 0, 1);
    const again = new Harness({ journal, files: h.files, clock: h.clock });

    await again.source.pass();
    await again.source.pass();
    expect(await again.names()).toHaveLength(5);
    await again.run(8000);

    expect(await again.names()).toHaveLength(4);
  });

  it('changes nothing when nothing changed', async () => {
    const journal = new MemoryJournal(1000);
    const h = await started(5, { journal });
    const { resourceVersion } = await h.store.list('Widget');
    await h.stop();
    const again = new Harness({ journal, files: h.files, clock: h.clock });

    await again.run(120_000);

    expect((await again.store.list('Widget')).resourceVersion).toBe(resourceVersion);
    expect(again.source.status.synced).toBe(true);
  });

  it('rebuilds a lost store from the files', async () => {
    const h = await started(5);
    await h.stop();
    const again = new Harness({ files: h.files, clock: h.clock });

    await again.run(3000);

    expect(await again.names()).toHaveLength(5);
  });
});

describe('objects of others', () => {
  const ref = { kind: 'Widget', namespace: 'default', name: 'x' };
  const foreign = {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'Widget',
    metadata: { name: 'x', namespace: 'default' },
    spec: { text: 'mine' },
  };

  it.each([
    { name: 'created through the API', annotations: undefined, says: 'was not created from a directory' },
    {
      name: 'of another directory',
      annotations: { 'batchwright.dev/source': '/else/x.yaml#Widget/default/x' },
      says: 'belongs to another directory',
    },
    {
      name: 'that are copies of ours',
      annotations: { 'batchwright.dev/source': '/m/x.yaml#Widget/default/original' },
      says: 'belongs to another directory',
    },
  ])('are never touched: $name', async ({ annotations, says }) => {
    const h = await started(3);
    await h.store.create({ ...foreign, metadata: { ...foreign.metadata, ...(annotations && { annotations }) } });
    h.files.write('/m/x.yaml', widget('x', 'text: ours'));
    await h.run(5000);
    expect(await h.objects()).toContain('Widget/default/x: mine');
    expect(h.problems).toEqual([
      expect.stringContaining(`/m/x.yaml:4:9: metadata.name: the object exists already and ${says}`),
    ]);

    h.files.remove('/m/x.yaml');
    await h.run(120_000);

    expect(await h.objects()).toContain('Widget/default/x: mine');
    expect(h.problems).toEqual([]);
  });

  it('are taken over by the annotation that the message names', async () => {
    const h = await started(3);
    const object = await h.store.create(foreign);
    h.files.write('/m/x.yaml', widget('x', 'text: ours'));
    await h.run(5000);
    const [, value = ''] = /batchwright\.dev\/source to (\S+)/.exec(h.problems[0] ?? '') ?? [];
    await h.store.update({
      ...object,
      metadata: { ...object.metadata, annotations: { 'batchwright.dev/source': value } },
    });

    await h.run(31_000);

    expect(await h.objects()).toContain('Widget/default/x: ours');
    expect((await h.store.get(ref))?.metadata.uid).toBe(object.metadata.uid);
    expect(h.problems).toEqual([]);
  });

  it("become nobody's when they say that they must not be pruned", async () => {
    const h = await started(3);
    h.files.write('/m/x.yaml', `${widget('x')}  annotations: {batchwright.dev/prune: disabled}\n`);
    await h.run(3000);
    h.files.remove('/m/x.yaml');

    await h.run(10_000);

    expect((await h.store.get(ref))?.metadata.annotations).toEqual({ 'batchwright.dev/prune': 'disabled' });
  });
});

describe('a store that fails', () => {
  it('is tried again until it works', async () => {
    const h = await started(3);
    const { list } = h.store;
    h.store.list = () => Promise.reject(new StoreFailure('Unavailable', 'the disk is full'));
    h.files.write('/m/x.yaml', widget('x'));
    await h.run(35_000);
    expect(h.source.status.failures).toEqual(['the disk is full']);
    h.store.list = list;

    await h.run(2000);

    expect(await h.names()).toContain('x');
    expect(h.source.status.failures).toEqual([]);
  });

  it('refuses an object with a problem at its place in the file', async () => {
    const h = await started(3);
    const { create } = h.store;
    h.store.create = draft =>
      draft.metadata.name === 'x'
        ? Promise.reject(new StoreFailure('Invalid', 'it is too large'))
        : create.call(h.store, draft);
    h.files.write('/m/x.yaml', `${widget('good')}---\n${widget('x')}`);

    await h.run(2000);

    expect(h.problems).toEqual(['/m/x.yaml:9:9: the store refused the object: it is too large']);
    expect(await h.names()).toContain('good');
  });

  it('that fills in defaults is not written to again and again', async () => {
    const h = await started(1);
    const { create } = h.store;
    let writes = 0;
    h.store.create = draft => create.call(h.store, { ...draft, spec: { ...draft.spec, count: 1 } });
    h.store.update = () => {
      writes++;
      return Promise.reject(new StoreFailure('Conflict', 'written again'));
    };
    h.files.write('/m/x.yaml', widget('x', 'text: a'));

    await h.run(120_000);

    expect(await h.objects()).toContain('Widget/default/x: a');
    expect(writes).toBe(0);
  });
});

it('goes on after a bug in one pass and tells the log', async () => {
  const h = await started(3);
  const { list } = h.store;
  h.store.list = () => Promise.reject(new TypeError('a bug'));
  h.files.write('/m/x.yaml', widget('x'));
  await h.run(2000);
  expect(h.log).toEqual([
    expect.objectContaining({ level: 'error', message: 'a pass over the directories failed; it will be repeated' }),
  ]);
  h.store.list = list;

  await h.run(11_000);

  expect(await h.names()).toContain('x');
});

it('gives a file another try after half a minute when its reader failed, not the file', async () => {
  let works = false;
  const parser: ManifestParser = {
    parse: async (bytes, file) => {
      if (works) return inlineParser.parse(bytes, file);
      const problem = { file, line: 1, column: 1, path: '', message: 'reading took longer than 2000 ms' };
      return { manifests: [], problems: [problem], claims: [], unreadable: true, retry: true };
    },
    close: async () => undefined,
  };
  const h = new Harness({ parser });
  h.files.write('/m/a.yaml', widget('a'));
  await h.run(5000);
  expect(h.problems).toEqual(['/m/a.yaml:1:1: reading took longer than 2000 ms']);
  works = true;

  await h.run(31_000);

  expect(await h.names()).toEqual(['a']);
  expect(h.problems).toEqual([]);
});
