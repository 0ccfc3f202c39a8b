import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { reachable } from '../../controller/commands/api.ts';
import { kubeconfigCommand } from '../../controller/commands/kubeconfig.ts';
import type { Options } from '../../controller/commands/options.ts';
import { prepareAccess } from '../../controller/server/access/access-files.ts';

/** A data directory whose API was last served on port 7001. */
async function served(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  onTestFinished(() => rm(data, { recursive: true }));
  await prepareAccess(reachable(data, '127.0.0.1', 7001, []));
  return data;
}

async function printed(options: Options): Promise<string> {
  let text = '';
  const out = (piece: string) => {
    text += piece;
  };
  const signal = new AbortController().signal;
  await kubeconfigCommand.run(options, { out, signal, environment: {} });
  return text;
}

const server = (text: string) => /server: "?([^"\s]+)/.exec(text)?.[1];

it.each<{ name: string; options: Options; address: string }>([
  { name: 'where it was served last', options: {}, address: 'https://127.0.0.1:7001' },
  { name: 'where --api says', options: { api: ':7002' }, address: 'https://127.0.0.1:7002' },
  { name: 'under the name that --host gives', options: { host: ['b.example'] }, address: 'https://b.example:6480' },
  { name: 'where --server says', options: { server: 'https://x.example' }, address: 'https://x.example' },
])('a kubeconfig for somebody finds the API $name', async ({ options, address }) => {
  const data = await served();
  expect(server(await printed({ data, user: 'ann', ...options }))).toBe(address);
});

it.each(['token', 'certificates'])('rotating %s leaves the address of the administrator as it is', async rotate => {
  const data = await served();
  const before = await readFile(join(data, 'kubeconfig'), 'utf8');

  const after = await printed({ data, rotate });

  expect(server(after)).toBe('https://127.0.0.1:7001');
  expect(after).toBe(await readFile(join(data, 'kubeconfig'), 'utf8'));
  expect(after).not.toBe(before);
});

it('says what to do where there is no API yet', async () => {
  await expect(printed({ data: '/nowhere' })).rejects.toThrow(
    '/nowhere has no API yet; start it once with: batchwright serve --data /nowhere',
  );
});
