import { describe, expect, it } from 'vitest';
import type { FileStat } from '../../controller/sources/files.ts';
import type { CompleteScan, ScannedFile } from '../../controller/sources/scan.ts';
import { type Settled, settle, settleTimes, unsettled } from '../../controller/sources/settle.ts';

const { settleMs, suspectMs } = settleTimes;
const directory: FileStat = { type: 'directory', device: 1n, inode: 1n, size: 0n, mtimeNs: 0n, ctimeNs: 0n };

function read(text: string, version = 1n): ScannedFile {
  const bytes = Buffer.from(text);
  const stat: FileStat = {
    type: 'file',
    device: 1n,
    inode: 2n,
    size: BigInt(bytes.length),
    mtimeNs: version,
    ctimeNs: version,
  };
  return { state: 'read', stat, hash: text, bytes, dated: true };
}

const changing: ScannedFile = { state: 'changing', stat: directory };

function seen(file: ScannedFile | undefined, atomic = false): CompleteScan {
  const root = { path: '/m', stat: directory, revision: undefined, atomic };
  return { complete: true, root, directories: new Map(), files: new Map(file ? [['a.yaml', file]] : []) };
}

type Look = readonly [atMs: number, file: ScannedFile | undefined];

/** What counts after each look: the accepted text, `-` for none, and `…` while the file is not at rest. */
function story(...looks: readonly Look[]): readonly string[] {
  let settled: Settled = unsettled;
  return looks.map(([at, file]) => {
    settled = settle(settled, seen(file), at);
    return tell(settled);
  });
}

function tell({ accepted, pending }: Settled): string {
  const file = accepted.get('a.yaml');
  const text = file?.state === 'read' ? file.hash : (file?.state ?? '-');
  return `${text}${pending.has('a.yaml') ? '…' : ''}`;
}

const long = 'line one\nline two\nline three\n';

describe('settle', () => {
  it.each<{ name: string; looks: readonly Look[]; want: readonly string[] }>([
    {
      name: 'accepts a new file at the second look, far enough from the first',
      looks: [
        [0, read('x')],
        [settleMs - 1, read('x')],
        [settleMs, read('x')],
      ],
      want: ['-…', '-…', 'x'],
    },
    {
      name: 'keeps the old content until the new one is at rest',
      looks: [
        [0, read('x')],
        [500, read('x')],
        [1000, read('y')],
        [1499, read('y')],
        [1500, read('y')],
      ],
      want: ['-…', 'x', 'x…', 'x…', 'y'],
    },
    {
      name: 'starts anew with every change',
      looks: [
        [0, read('x')],
        [400, read('y')],
        [800, read('z')],
        [1200, read('z')],
        [1300, read('z')],
      ],
      want: ['-…', '-…', '-…', '-…', 'z'],
    },
    {
      name: 'starts anew when only the times change',
      looks: [
        [0, read('x', 1n)],
        [500, read('x', 2n)],
        [1000, read('x', 2n)],
      ],
      want: ['-…', '-…', 'x'],
    },
    {
      name: 'is not disturbed by a new time of content that counts already',
      looks: [
        [0, read('x')],
        [500, read('x')],
        [600, read('x', 9n)],
      ],
      want: ['-…', 'x', 'x'],
    },
    {
      name: 'never accepts what changed while it was read',
      looks: [
        [0, changing],
        [1000, changing],
        [60_000, changing],
      ],
      want: ['-…', '-…', '-…'],
    },
    {
      name: 'forgets a file that is gone',
      looks: [
        [0, read('x')],
        [500, read('x')],
        [600, undefined],
      ],
      want: ['-…', 'x', '-'],
    },
    {
      name: 'waits long for a prefix',
      looks: [
        [0, read(long)],
        [500, read(long)],
        [1000, read(long.slice(0, -2))],
        [1000 + suspectMs - 1, read(long.slice(0, -2))],
        [1000 + suspectMs, read(long.slice(0, -2))],
      ],
      want: ['-…', long, `${long}…`, `${long}…`, long.slice(0, -2)],
    },
    {
      name: 'waits long for an empty file',
      looks: [
        [0, read(long)],
        [500, read(long)],
        [1000, read('')],
        [20_000, read('')],
      ],
      want: ['-…', long, `${long}…`, `${long}…`],
    },
    {
      name: 'waits long for a file a fifth shorter',
      looks: [
        [0, read('0123456789')],
        [500, read('0123456789')],
        [1000, read('abcdefg')],
        [5000, read('abcdefg')],
      ],
      want: ['-…', '0123456789', '0123456789…', '0123456789…'],
    },
    {
      name: 'does not wait long for one slightly shorter',
      looks: [
        [0, read('0123456789')],
        [500, read('0123456789')],
        [1000, read('abcdefgh')],
        [1500, read('abcdefgh')],
      ],
      want: ['-…', '0123456789', '0123456789…', 'abcdefgh'],
    },
    {
      name: 'waits long for a lost document',
      looks: [
        [0, read('a\n---\nb\n')],
        [500, read('a\n---\nb\n')],
        [1000, read('a\n# and b\n')],
        [5000, read('a\n# and b\n')],
      ],
      want: ['-…', 'a\n---\nb\n', 'a\n---\nb\n…', 'a\n---\nb\n…'],
    },
    {
      name: 'waits long for a shorter file that comes back',
      looks: [
        [0, read(long)],
        [500, read(long)],
        [1000, undefined],
        [2000, read('line')],
        [5000, read('line')],
        [32_000, read('line')],
      ],
      want: ['-…', long, '-', '-…', '-…', 'line'],
    },
    {
      name: 'accepts a whole file that comes back',
      looks: [
        [0, read(long)],
        [500, read(long)],
        [1000, undefined],
        [2000, read(long)],
        [2500, read(long)],
      ],
      want: ['-…', long, '-', '-…', long],
    },
    {
      name: 'starts anew when the clock goes back',
      looks: [
        [100_000, read('x')],
        [50_000, read('x')],
        [50_500, read('x')],
      ],
      want: ['-…', '-…', 'x'],
    },
    {
      name: 'treats a refused file as content',
      looks: [
        [0, { state: 'refused', reason: 'too-large', message: 'm' }],
        [500, { state: 'refused', reason: 'too-large', message: 'm' }],
      ],
      want: ['-…', 'refused'],
    },
  ])('$name', ({ looks, want }) => {
    expect(story(...looks)).toEqual(want);
  });

  it('accepts everything at once where whole snapshots are published', () => {
    const first = settle(unsettled, seen(read(long), true), 0);
    const second = settle(first, seen(read('line'), true), 1);

    expect([first, second].map(tell)).toEqual([long, 'line']);
  });

  it('says when a file will be at rest, since when it differs, and whether it looks unfinished', () => {
    const first = settle(settle(unsettled, seen(read(long)), 0), seen(read(long)), 500);
    const second = settle(first, seen(read('line')), 1000);
    const third = settle(second, seen(read('line o')), 2000);

    expect(third.pending.get('a.yaml')).toEqual({
      since: 2000,
      dueAt: 2000 + suspectMs,
      differsSince: 1000,
      suspect: true,
    });
  });
});
