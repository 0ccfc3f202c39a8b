import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import { containerRequest, findRevision, register, validQueue } from '../batch-things.ts';
import type { Assertion, ContractWorld } from '../contract.ts';
import { refused } from '../refused.ts';
import { findEnvironment, findQueue } from '../remove.ts';

const tag = ({ clients: { batch } }: ContractWorld, resourceArn: string | undefined, tags: Record<string, string>) =>
  batch.send(new TagResourceCommand({ resourceArn, tags }));

const untag = ({ clients: { batch } }: ContractWorld, resourceArn: string | undefined, tagKeys: string[]) =>
  batch.send(new UntagResourceCommand({ resourceArn, tagKeys }));

const many = (count: number, name = 'key') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, '']));

/** Tags of what Batch holds. */
export const batchTags: readonly Assertion[] = [
  {
    name: 'tags are added and overwritten, taken away by key, and a key that is not there is no mistake',
    run: async world => {
      const { jobDefinitionArn = '' } = await register(
        world,
        containerRequest(world, {}, { tags: { a: '1', b: '2', c: '3' } }),
      );

      await tag(world, jobDefinitionArn, { b: 'two', 'd/e:f': '' });
      await untag(world, jobDefinitionArn, ['c', 'nothing']);

      const tags = { a: '1', b: 'two', 'd/e:f': '' };
      const listed = await world.clients.batch.send(new ListTagsForResourceCommand({ resourceArn: jobDefinitionArn }));
      expect((await findRevision(world, jobDefinitionArn))?.tags).toEqual(tags);
      expect(listed.tags).toEqual(tags);
    },
  },
  {
    name: 'each revision of a job definition has tags of its own',
    run: async world => {
      const one = await register(world, containerRequest(world, {}, { tags: { revision: 'one' } }));
      const two = await register(world, containerRequest(world));

      await tag(world, two.jobDefinitionArn, { revision: 'two' });

      expect((await findRevision(world, one.jobDefinitionArn ?? ''))?.tags).toEqual({ revision: 'one' });
      expect((await findRevision(world, two.jobDefinitionArn ?? ''))?.tags).toEqual({ revision: 'two' });
    },
  },
  {
    name: 'the tags of compute environments and job queues are described with them',
    run: async world => {
      const { jobQueueArn = '', computeEnvironmentOrder } = await validQueue(world, { tags: { from: 'creation' } });
      const environmentArn = computeEnvironmentOrder?.[0]?.computeEnvironment ?? '';

      await tag(world, jobQueueArn, { added: 'later' });
      await tag(world, environmentArn, { added: 'later' });

      expect((await findQueue(world, jobQueueArn))?.tags).toEqual({ from: 'creation', added: 'later' });
      expect((await findEnvironment(world, environmentArn))?.tags).toEqual({ added: 'later' });
    },
  },
  {
    name: 'what nobody knows has no tags',
    run: async world => {
      const { partition, region, accountId } = world.account;
      const resourceArn = `arn:${partition}:batch:${region}:${accountId}:job-queue/${world.name('unknown')}`;

      await refused(tag(world, resourceArn, { a: '1' }), 'ClientException');
      await refused(world.clients.batch.send(new ListTagsForResourceCommand({ resourceArn })), 'ClientException');
    },
  },
  {
    name: 'tag keys that are reserved for AWS are refused in any letter case',
    run: async world => {
      const { jobDefinitionArn } = await register(world, containerRequest(world));

      await refused(tag(world, jobDefinitionArn, { 'AWS:owner': 'me' }), 'ClientException');
    },
  },
  {
    name: 'there is room for fifty tags',
    run: async world => {
      const { jobDefinitionArn } = await register(world, containerRequest(world, {}, { tags: many(49) }));

      await tag(world, jobDefinitionArn, { key0: 'overwritten', last: '' });

      await refused(tag(world, jobDefinitionArn, { more: '' }), 'ClientException');
      await untag(world, jobDefinitionArn, ['key0']);
      await tag(world, jobDefinitionArn, { more: '' });
    },
  },
];
