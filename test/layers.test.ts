import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules', '.bin', 'biome');

interface Probe {
  readonly folder: string;
  readonly text: string;
  /** The rule that must refuse it; undefined when it must pass. */
  readonly rule: string | undefined;
}

const importing = (folder: string, path: string): Probe => ({
  folder,
  text: `import * as other from '${path}';\n\nexport const seen = Object.keys(other);\n`,
  rule: 'noRestrictedImports',
});

const probes: readonly Probe[] = [
  importing('model', '../aws/errors.ts'),
  importing('registry', '../engine/queue.ts'),
  importing('user-data', '../aws/errors.ts'),
  importing('aws', '../resources/index.ts'),
  importing('resources', '../kinds/index.ts'),
  importing('kinds', '../engine/queue.ts'),
  importing('engine', '../commands/options.ts'),
  importing('engine', '../store/memory.ts'),
  importing('store', '../engine/queue.ts'),
  importing('sources', '../store/memory.ts'),
  importing('sources', '../kinds/index.ts'),
  importing('server', '../engine/queue.ts'),
  importing('server', '../aws/errors.ts'),
  importing('engine', '../main.ts'),
  {
    folder: 'engine',
    text: 'export const later = () => setTimeout(() => undefined, 1);\n',
    rule: 'noRestrictedGlobals',
  },
  { folder: 'kinds', text: 'export const home = process.env;\n', rule: 'noRestrictedGlobals' },
  { folder: 'resources', text: "export const page = () => fetch('http://localhost');\n", rule: 'noRestrictedGlobals' },
  {
    folder: 'engine',
    text: "import { keyOf } from '../model/object.ts';\nimport { StoreFailure } from '../store/contract.ts';\n\nexport const seen = [keyOf, StoreFailure];\n",
    rule: undefined,
  },
];

let tree: string;
let said: string;
const nameOf = (index: number) => `probe-${index}.ts`;

/** One run over a tree that breaks every rule once: our configuration, nothing else of ours. */
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'layers-'));
  await copyFile(join(root, 'biome.json'), join(tree, 'biome.json'));
  for (const [index, { folder, text }] of probes.entries()) {
    await mkdir(join(tree, 'controller', folder), { recursive: true });
    await writeFile(join(tree, 'controller', folder, nameOf(index)), text);
  }
  said = await new Promise(resolve =>
    execFile(
      biome,
      ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none', '.'],
      { cwd: tree },
      (_, stdout, stderr) => resolve(stdout + stderr),
    ),
  );
});
afterAll(() => rm(tree, { recursive: true, force: true }));

it.each(probes.map((probe, index) => ({ ...probe, index })))(
  'controller/$folder: $rule for probe $index',
  ({ rule, index }) => {
    const lines = said.split('\n').filter(line => line.includes(nameOf(index)) && line.includes('noRestricted'));

    expect(lines.map(line => /noRestricted\w+/.exec(line)?.[0])).toEqual(rule === undefined ? [] : [rule]);
  },
);
