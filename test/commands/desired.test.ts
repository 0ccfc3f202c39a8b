import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { desired, problemText } from '../../controller/commands/desired.ts';

async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'batchwright-desired-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const { problems } = await desired([directory]);
  return problemText(problems)
    .replaceAll(`${basename(directory)}/`, '')
    .split('\n')
    .slice(0, -1);
}

const head = (kind: string, name: string) =>
  `apiVersion: batchwright.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`;

const credential = (name: string) =>
  `${head('RegistryCredential', name)}  registry: ghcr.io\n  secretName: shared\n  source: { existingSecret: { secretId: x } }\n`;

const owned = (name: string) =>
  `${head('RegistryCredential', name)}  registry: ghcr.io\n  secretName: shared\n  source: { files: { username: u, passwordPath: /p } }\n`;

const definition = (name: string, reference: string) =>
  `${head('JobDefinition', name)}  environment: { name: ${reference} }\n  containerProperties: { image: busybox, resourceRequirements: [{ type: VCPU, value: "1" }, { type: MEMORY, value: "512" }] }\n`;

it.each([
  {
    name: 'a reference to nothing',
    files: { 'a.yaml': definition('a', 'nowhere') },
    problems: [
      'a.yaml:3:19: spec.environment.name: BatchEnvironment default/nowhere is not declared in these directories',
    ],
  },
  {
    name: 'two objects with one name in AWS',
    files: { 'a.yaml': owned('a'), 'b.yaml': owned('b') },
    problems: [
      'b.yaml:3:19: metadata.name: Secret shared in AWS is also declared by RegistryCredential default/a (a.yaml:3)',
    ],
  },
  {
    name: 'two objects that only look at one secret',
    files: { 'a.yaml': credential('a').replace('  secretName: shared\n', ''), 'b.yaml': owned('b') },
    problems: [],
  },
  {
    name: 'what is wrong within one file and between others, all at once',
    files: { 'a.yaml': 'a: [', 'b.yaml': definition('b', 'nowhere'), 'c.yaml': owned('c'), 'd.yaml': owned('d') },
    problems: [
      expect.stringMatching(/^a\.yaml:1:\d+: /),
      'b.yaml:3:19: spec.environment.name: BatchEnvironment default/nowhere is not declared in any file without problems',
      'd.yaml:3:19: metadata.name: Secret shared in AWS is also declared by RegistryCredential default/c (c.yaml:3)',
    ],
  },
])('reports $name', async ({ files, problems }) => {
  expect(await problemsOf(files)).toEqual(problems);
});
