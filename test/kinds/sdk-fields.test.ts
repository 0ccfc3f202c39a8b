import { expect, it } from 'vitest';
import { z } from 'zod';
import { schemaFields, sdkFields, untaken } from './sdk-fields.ts';

it('reads lists, nested members, maps and named values from the type declarations', async () => {
  const fields = await sdkFields('RegisterJobDefinitionRequest');

  expect(fields).toContainEqual({ path: 'type', values: ['container', 'multinode'] });
  expect(fields).toContainEqual({ path: 'tags' });
  expect(fields).toContainEqual({ path: 'containerProperties.command[]' });
  expect(fields).toContainEqual({ path: 'nodeProperties.nodeRangeProperties[].container.volumes[].host.sourcePath' });
  expect(fields.map(({ path }) => path)).not.toContain('containerProperties');
});

it('refuses an input that the client does not have', async () => {
  await expect(sdkFields('NoSuchRequest')).rejects.toThrow('no interface NoSuchRequest');
});

it('reads a schema in the same form', () => {
  const schema = z.strictObject({
    type: z.enum(['a', 'b']).default('a'),
    tags: z.record(z.string(), z.string()).optional(),
    volumes: z.array(z.strictObject({ host: z.strictObject({ sourcePath: z.string() }).optional() })),
    command: z.array(z.string()),
  });

  expect(schemaFields(schema)).toEqual([
    { path: 'type', values: ['a', 'b'] },
    { path: 'tags' },
    { path: 'volumes[].host.sourcePath' },
    { path: 'command[]' },
  ]);
});

it('finds the values that a schema does not take', () => {
  const aws = [{ path: 'a', values: ['x', 'y', 'z'] }, { path: 'b' }, { path: 'c', values: ['x'] }];
  const ours = [{ path: 'a', values: ['x'] }, { path: 'b' }];

  expect(untaken(aws, ours)).toEqual(['a: y', 'a: z']);
  expect(untaken(aws, ours, { a: ['y'] })).toEqual(['a: z']);
});
