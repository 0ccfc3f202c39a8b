import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from './emulator/seed.ts';

const example = join(import.meta.dirname, '../manifests/examples/private-registry');

/** Replaces a piece of a file, which must be there. */
export async function replaceIn(path: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} does not hold ${from}`);
  await writeFile(path, after);
}

/** Puts the example of the README into a directory, with two subnets and the security group of an account. */
export async function writeExample(
  directory: string,
  { subnetIds, securityGroupId }: Pick<Network, 'subnetIds' | 'securityGroupId'>,
): Promise<void> {
  await cp(example, directory, { recursive: true });
  const environment = join(directory, '20-environment.yaml');
  await replaceIn(environment, /subnets: \[.*\]/, `subnets: [${subnetIds.slice(0, 2).join(', ')}]`);
  await replaceIn(environment, /securityGroupIds: \[.*\]/, `securityGroupIds: [${securityGroupId}]`);
}
