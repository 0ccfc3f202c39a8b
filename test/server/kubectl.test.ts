import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, oldestAndNewest } from './kubectl.ts';
import { applying } from './operations/applying.ts';
import { ending } from './operations/ending.ts';
import { reading } from './operations/reading.ts';
import type { Step } from './operations/step.ts';
import { writing } from './operations/writing.ts';
import { examples, Served } from './served.ts';

const tried = oldestAndNewest();
if (tried.length < 2)
  it('two versions of kubectl', ({ skip }) => skip(`${tried.length} kubectl versions on this machine`));

const operations = [...reading, ...writing, ...applying, ...ending];

/** One process for all: every operation has a namespace of its own. */
let served: Served;
beforeAll(async () => {
  served = await Served.start();
});
afterAll(async () => {
  await served.remove();
});

describe.each(tried)('kubectl $version', kubectl => {
  const minor = Number(kubectl.version.split('.')[1]);
  const room = (name: string) => `${name.replaceAll(/\W+/g, '-')}-1-${minor}`;

  it.concurrent.each(operations)(
    '$name',
    async ({ name, steps }) => {
      const kept = new Map([['ns', room(name)]]);
      await good(kubectl, ['create', 'ns', room(name)]);
      for (const step of steps.filter(({ since = 0 }) => minor >= since)) await walk(kubectl, step, kept);
    },
    60_000,
  );

  it.concurrent.each(readdirSync(examples))(
    'the whole life of %s',
    async file => {
      const space = room(file);
      const text = readFileSync(join(examples, file), 'utf8');
      const short = shortNames[/^kind: (\w+)$/m.exec(text)?.[1] ?? ''] ?? '';
      const name = /^ {2}name: (\S+)$/m.exec(text)?.[1] ?? '';
      const within = (...args: readonly string[]) => good(kubectl, ['-n', space, ...args]);
      await good(kubectl, ['create', 'ns', space]);

      expect(await within('create', '-f', join(examples, file))).toMatch(new RegExp(`/${name} created`));
      expect(await within('get', short)).toMatch(new RegExp(`^NAME +READY .* MESSAGE *\n${name} `));
      expect(await within('describe', short, name)).toMatch(/^Events:/m);
      await within('apply', '-f', join(examples, file));
      expect(await within('apply', '-f', join(examples, file))).toContain('unchanged');
      expect(await within('diff', '-f', join(examples, file))).toBe('');
      const stored = await within('get', short, name, '-o', 'yaml');
      const { code, stderr } = await served.kubectl(kubectl, ['replace', '-f', '-'], { input: stored });
      expect([code, stderr]).toEqual([0, '']);
      await within('apply', '--server-side', '--force-conflicts', '-f', join(examples, file));
      expect(await within('delete', '-f', join(examples, file))).toContain('deleted');
    },
    60_000,
  );
});

const shortNames: Readonly<Record<string, string>> = {
  AwsAccount: 'awsa',
  BatchEnvironment: 'benv',
  BatchJob: 'bjob',
  JobDefinition: 'jdef',
  RegistryCredential: 'rcred',
};

/** Standard output of a command that must succeed. */
async function good(kubectl: Kubectl, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await served.kubectl(kubectl, args);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

async function walk(kubectl: Kubectl, step: Step, kept: Map<string, string>): Promise<void> {
  const filled = (text: string) => text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
  const args = ['-n', '{ns}', ...step.run].map(filled);
  const input = step.input === undefined ? {} : { input: filled(JSON.stringify(step.input)) };
  const environment = step.environment === undefined ? {} : { environment: step.environment };
  const { code, stdout, stderr } = await served.kubectl(kubectl, args, { ...input, ...environment });
  const output = `${stdout}${stderr}`;
  const found = (part: string | RegExp) =>
    typeof part === 'string' ? output.includes(part) : new RegExp(filled(part.source), part.flags).test(output);
  const missing = (step.shows ?? []).filter(part => !found(part));
  const unwanted = (step.hides ?? []).filter(found);
  const wrong = missing.length + unwanted.length > 0 || code !== (step.code ?? 0);
  expect({ args, code, missing, unwanted, output: wrong ? output : '' }).toEqual({
    args,
    code: step.code ?? 0,
    missing: [],
    unwanted: [],
    output: '',
  });
  if (step.keep !== undefined) kept.set(step.keep, stdout.trim());
}
