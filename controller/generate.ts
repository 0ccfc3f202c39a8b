import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump } from 'js-yaml';
import { iamPolicy } from './commands/iam-policy.ts';
import { kinds } from './kinds/index.ts';
import { customResourceDefinition } from './kinds/schemas.ts';
import { generated as userData } from './user-data/generate.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..');
const notice = '# Generated from the schemas in controller/kinds by `npm run generate`; do not edit.\n';

interface Generated {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** Every file that is derived from code, as it should be. */
export function generatedFiles(): readonly Generated[] {
  return [
    ...kinds.map(kind => ({
      path: `crds/${kind.plural}.yaml`,
      text: notice + dump(customResourceDefinition(kind), { lineWidth: 120 }),
    })),
    { path: 'manifests/iam-policy.json', text: `${JSON.stringify(iamPolicy, null, 2)}\n` },
    ...userData(),
  ];
}

/** Generated files that differ from what is there. */
export async function staleFiles(): Promise<readonly string[]> {
  const checks = generatedFiles().map(async ({ path, text }) => {
    const there = await readFile(join(root, path), 'utf8').catch(() => '');
    return there === text ? [] : [path];
  });
  return (await Promise.all(checks)).flat();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
