import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../controller/model/clock.ts';
import { accessFile } from '../../../controller/server/auth/access-file.ts';
import { tokenDigest } from '../../../controller/server/auth/authentication.ts';

const line = (name: string, token: string) =>
  `users: [{name: ${name}, tokens: [{sha256: ${tokenDigest(token).toString('hex')}}]}]\n`;

describe('access file', () => {
  let folder = '';
  let path = '';
  let now = 0;
  const clock: Clock = { now: () => now, timer: () => () => undefined };
  const problems: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'access-'));
    path = join(folder, 'access.yaml');
    now = 0;
    problems.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = () => accessFile(path, clock, message => problems.push(message));
  const known = async (current: Awaited<ReturnType<typeof open>>, token: string) =>
    'principal' in (await current())({ authorization: `Bearer ${token}` }, 0);

  it('holds a change within a second', async () => {
    await writeFile(path, line('ada', 'one'));
    const current = await open();
    await writeFile(path, line('ada', 'second'));

    now = 999;
    const early = await known(current, 'one');
    now = 1000;
    const late = [await known(current, 'one'), await known(current, 'second')];

    expect({ early, late, problems }).toEqual({ early: true, late: [false, true], problems: [] });
  });

  it('keeps the last good list when the file is wrong or gone, and says so', async () => {
    await writeFile(path, line('ada', 'one'));
    const current = await open();

    await writeFile(path, 'users: nonsense');
    now = 1000;
    const wrong = await known(current, 'one');
    await rm(path);
    now = 2000;
    const gone = await known(current, 'one');

    expect({ wrong, gone }).toEqual({ wrong: true, gone: true });
    expect(problems).toEqual([
      expect.stringContaining(`access file ${path}: users`),
      expect.stringContaining('ENOENT'),
    ]);
  });

  it('does not start without a usable file', async () => {
    await expect(open()).rejects.toThrow('ENOENT');
    await writeFile(path, 'users: [{}]');
    await expect(open()).rejects.toThrow('users.0.name');
  });
});
