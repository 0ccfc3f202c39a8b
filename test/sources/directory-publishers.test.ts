import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { widget } from './kinds.ts';

const commits = ['a', 'b', 'c', 'd'].map(digit => digit.repeat(40));

/** A checkout as git-sync publishes it: every object says which commit it is from. */
function checkout(h: Harness, commit: string, names: readonly string[] = ['one', 'two', 'three']): void {
  for (const name of names)
    h.files.write(`/git/.worktrees/${commit}/${name}.yaml`, widget(name, `text: from-${commit[0]}`));
}

function flip(h: Harness, commit: string): void {
  h.files.symlink(`.worktrees/${commit}`, '/git/.next');
  h.files.rename('/git/.next', '/git/current');
}

async function gitSync(): Promise<Harness> {
  const h = new Harness({ roots: [{ name: 'repo', path: '/git/current' }] });
  checkout(h, commits[0] ?? '');
  flip(h, commits[0] ?? '');
  await h.run(2500);
  expect(await h.objects()).toEqual(all('a'));
  return h;
}

function all(commit: string, names = ['one', 'three', 'two']): readonly string[] {
  return names.map(name => `Widget/default/${name}: from-${commit}`);
}

describe('a root that git-sync publishes', () => {
  it('D01 follows a flip that happens while it reads, with the old worktree removed at once', async () => {
    const h = await gitSync();
    checkout(h, commits[1] ?? '');
    let reads = 0;
    h.files.before = operation => {
      if (operation !== 'lstat' || ++reads !== 6) return;
      flip(h, commits[1] ?? '');
      h.files.remove(`/git/.worktrees/${commits[0]}`);
    };

    await h.run(1500);

    expect(reads).toBeGreaterThan(6);
    expect(await h.objects()).toEqual(all('b'));
    expect(h.log).toEqual([]);
  });

  it('D02 follows a flip with the old worktree kept, and knows the commit', async () => {
    const h = await gitSync();
    checkout(h, commits[1] ?? '');
    flip(h, commits[1] ?? '');

    await h.run(1500);

    expect(await h.objects()).toEqual(all('b'));
    expect(h.source.status.roots[0]?.revision).toBe(commits[1]);
  });

  it('D02 follows a flip within two seconds without any hint', async () => {
    const h = await gitSync();
    h.files.hints = false;
    checkout(h, commits[1] ?? '');
    flip(h, commits[1] ?? '');

    await h.run(2000);

    expect(await h.objects()).toEqual(all('b'));
  });

  it('D03 ends at the last of two flips within 50 ms', async () => {
    const h = await gitSync();
    checkout(h, commits[1] ?? '');
    checkout(h, commits[2] ?? '');
    flip(h, commits[1] ?? '');
    await h.run(50);
    flip(h, commits[2] ?? '');

    await h.run(1500);

    expect(await h.objects()).toEqual(all('c'));
  });

  it('D04 goes back to an earlier commit', async () => {
    const h = await gitSync();
    checkout(h, commits[1] ?? '');
    for (const commit of [commits[1], commits[0]]) {
      flip(h, commit ?? '');
      await h.run(1500);
      expect(await h.objects()).toEqual(all(commit?.[0] ?? ''));
    }
  });

  it('D05 changes nothing while the link leads nowhere', async () => {
    const h = await gitSync();
    h.files.symlink('.worktrees/gone', '/git/current');

    await h.run(60_000);

    expect(await h.objects()).toEqual(all('a'));
    expect(h.source.status.roots[0]?.unreadable?.code).toBe('ENOENT');
    flip(h, commits[0] ?? '');
    await h.run(1500);
    expect(h.source.status.roots[0]?.unreadable).toBeUndefined();
  });

  it('D06 takes a directory in the place of the link', async () => {
    const h = await gitSync();
    h.files.remove('/git/current');
    for (const name of ['one', 'two', 'three'])
      h.files.write(`/git/current/${name}.yaml`, widget(name, 'text: from-x'));

    await h.run(2500);

    expect(await h.objects()).toEqual(all('x'));
  });

  it('deletes what a commit removes as soon as two snapshots were seen since the start', async () => {
    const h = await gitSync();
    checkout(h, commits[1] ?? '', ['one', 'two']);
    flip(h, commits[1] ?? '');

    await h.run(1300);

    expect(await h.names()).toEqual(['one', 'two']);
    const entry = h.log.find(({ message }) => message.startsWith('an object is deleted'));
    expect(entry).toMatchObject({
      object: 'Widget/default/three',
      file: 'repo/three.yaml',
      rule: 'G2',
      revision: commits[1],
    });
  });

  it('D44 publishes one commit whole, at whatever moment of a scan the link is flipped', async () => {
    const h = await gitSync();
    const seen = new Set<string>();
    let last = '';
    for (let moment = 1; moment <= 60; moment++) {
      const commit = (moment % 16).toString(16).repeat(40);
      checkout(h, commit);
      let operations = 0;
      h.files.before = () => {
        if (++operations !== moment) return;
        flip(h, commit);
        last = commit;
      };
      await h.source.pass();
      const texts = new Set((await h.objects()).map(text => text.slice(-1)));
      expect(texts.size).toBe(1);
      for (const text of texts) seen.add(text);
    }
    h.files.before = () => undefined;
    await h.source.pass();

    expect(await h.objects()).toEqual(all(last[0] ?? ''));
    expect(seen.size).toBeGreaterThan(10);
    expect(h.log).toEqual([]);
  });
});

describe('a ConfigMap volume', () => {
  let revision = 0;

  /** Writes a new version as the kubelet does. */
  function mount(h: Harness, files: Readonly<Record<string, string>>): void {
    const directory = `..2026_01_01_${++revision}`;
    for (const [name, text] of Object.entries(files)) h.files.write(`/cm/${directory}/${name}`, text);
    const before = oldDirectory;
    h.files.symlink(directory, '/cm/..data_tmp');
    h.files.rename('/cm/..data_tmp', '/cm/..data');
    for (const name of Object.keys(files)) h.files.symlink(`..data/${name}`, `/cm/${name}`);
    if (before !== undefined) h.files.remove(`/cm/${before}`);
    oldDirectory = directory;
  }
  let oldDirectory: string | undefined;

  function volume(): Harness {
    oldDirectory = undefined;
    return new Harness({ roots: [{ name: 'cm', path: '/cm' }] });
  }

  it('D07 is followed through three updates', async () => {
    const h = volume();
    for (const text of ['x', 'u', 'z']) {
      mount(h, { 'a.yaml': widget('a', `text: ${text}`), 'b.yaml': widget('b', `text: ${text}`) });
      await h.run(1500);
      expect(await h.objects()).toEqual([`Widget/default/a: ${text}`, `Widget/default/b: ${text}`]);
    }
    expect(h.problems).toEqual([]);
  });

  it('D08 loses the object of a key that is removed', async () => {
    const h = volume();
    mount(h, { 'a.yaml': widget('a'), 'b.yaml': widget('b') });
    await h.run(2500);
    mount(h, { 'a.yaml': widget('a') });
    h.files.remove('/cm/b.yaml');

    await h.run(1500);

    expect(await h.names()).toEqual(['a']);
  });

  it('D09 can appear later', async () => {
    const h = volume();
    await h.run(60_000);
    expect(h.source.status.synced).toBe(false);

    mount(h, { 'a.yaml': widget('a') });
    await h.run(2000);

    expect(await h.names()).toEqual(['a']);
    expect(h.source.status.synced).toBe(true);
  });
});
