import { beforeEach, expect, it } from 'vitest';
import { type HintedDirectory, Hints } from '../../controller/sources/hints.ts';
import { FakeClock } from '../clock.ts';
import { MemoryFiles } from './memory-files.ts';

let files: MemoryFiles;
let hints: Hints;
let count: number;
beforeEach(() => {
  files = new MemoryFiles(new FakeClock());
  files.directory('/m/b');
  count = 0;
  hints = new Hints(files, () => {
    count++;
  });
});

async function directories(...paths: readonly string[]): Promise<ReadonlyMap<string, HintedDirectory>> {
  return new Map(await Promise.all(paths.map(async path => [path, { stat: await files.lstat(path) }] as const)));
}

it('watches every directory once, however often it is told', async () => {
  hints.set(await directories('/m', '/m/b'));
  hints.set(await directories('/m', '/m/b'));

  files.write('/m/a.yaml', '');
  files.write('/m/b/a.yaml', '');

  expect(files.watched).toBe(2);
  expect(hints.state).toEqual({ watched: 2, lost: [] });
  expect(count).toBe(2);
});

it('stops watching what is not asked for any more, and everything at the end', async () => {
  hints.set(await directories('/m', '/m/b'));
  hints.set(await directories('/m'));
  files.write('/m/b/a.yaml', '');
  expect(count).toBe(0);

  hints.close();

  expect(files.watched).toBe(0);
});

it('watches a directory anew that was replaced by another', async () => {
  hints.set(await directories('/m/b'));
  files.remove('/m/b');
  files.directory('/m/b');
  hints.set(await directories('/m/b'));

  files.write('/m/b/a.yaml', '');

  expect(files.watched).toBe(1);
  expect(count).toBe(1);
});

it('says which directories it cannot watch and tries again', async () => {
  files.fail('watch /m/b', 'ENOSPC');
  hints.set(await directories('/m', '/m/b'));
  expect(hints.state).toEqual({ watched: 1, lost: ['ENOSPC'] });

  files.fail('watch /m/b', undefined);
  hints.set(await directories('/m', '/m/b'));

  expect(hints.state).toEqual({ watched: 2, lost: [] });
});

it('hears only of the names that matter where names are given', async () => {
  hints.set(new Map([['/m', { stat: await files.lstat('/m'), names: new Set(['current']) }]]));

  files.write('/m/other', '');
  expect(count).toBe(0);
  files.write('/m/current', '');

  expect(count).toBe(1);
});
