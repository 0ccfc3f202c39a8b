import { randomUUID } from 'node:crypto';
import {
  CreateLaunchTemplateCommand,
  type CreateLaunchTemplateRequest,
  CreateLaunchTemplateVersionCommand,
  type CreateLaunchTemplateVersionRequest,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
  type DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';
import { removeTemplate } from '../remove.ts';

type World = ContractWorld;

/** An id that has the form of one and belongs to nobody. */
const unknownId = 'lt-00000000000000000';

const notFoundById = 'InvalidLaunchTemplateId.NotFound';
const notFoundByName = 'InvalidLaunchTemplateName.NotFoundException';

async function create(world: World, rest: Partial<CreateLaunchTemplateRequest> = {}) {
  const LaunchTemplateName = rest.LaunchTemplateName ?? world.name('template');
  world.afterwards(() => removeTemplate(world, LaunchTemplateName));
  const input = { LaunchTemplateData: { EbsOptimized: true }, ...rest, LaunchTemplateName };
  const { LaunchTemplate } = await world.clients.ec2.send(new CreateLaunchTemplateCommand(input));
  return { ...LaunchTemplate, LaunchTemplateName, LaunchTemplateId: LaunchTemplate?.LaunchTemplateId ?? '' };
}

async function addVersion(
  world: World,
  LaunchTemplateId: string,
  rest: Partial<CreateLaunchTemplateVersionRequest> = {},
) {
  const input = { LaunchTemplateData: { EbsOptimized: false }, ...rest, LaunchTemplateId };
  return (await world.clients.ec2.send(new CreateLaunchTemplateVersionCommand(input))).LaunchTemplateVersion;
}

function describe({ clients: { ec2 } }: World, input: DescribeLaunchTemplatesRequest) {
  return ec2.send(new DescribeLaunchTemplatesCommand(input));
}

async function describeOne(world: World, id: string) {
  return (await describe(world, { LaunchTemplateIds: [id] })).LaunchTemplates?.[0];
}

async function versions({ clients: { ec2 } }: World, LaunchTemplateId: string, Versions?: string[]) {
  const input = { LaunchTemplateId, ...(Versions && { Versions }) };
  return (await ec2.send(new DescribeLaunchTemplateVersionsCommand(input))).LaunchTemplateVersions ?? [];
}

/** Launch templates: numbered versions that never change. */
export const launchTemplates: readonly Assertion[] = [
  {
    name: 'a new launch template has version 1, which is its default and its latest, and the tags it was given',
    run: async world => {
      const Tags = [{ Key: 'contract', Value: 'yes' }];
      const TagSpecifications = [{ ResourceType: 'launch-template' as const, Tags }];
      const { LaunchTemplateId, LaunchTemplateName } = await create(world, { TagSpecifications });

      expect(LaunchTemplateId).toMatch(/^lt-[0-9a-f]{17}$/);
      expect(await describeOne(world, LaunchTemplateId)).toMatchObject({
        LaunchTemplateName,
        DefaultVersionNumber: 1,
        LatestVersionNumber: 1,
        Tags,
      });
      const [version] = await versions(world, LaunchTemplateId);
      expect(version?.LaunchTemplateData).toEqual({ EbsOptimized: true });
    },
  },
  {
    name: 'the name of a launch template is taken once',
    run: async world => {
      await create(world);

      await refused(create(world), 'InvalidLaunchTemplateName.AlreadyExistsException');
    },
  },
  {
    name: 'a launch template that nobody knows has an error of its own by id and by name',
    run: async world => {
      await refused(describe(world, { LaunchTemplateIds: [unknownId] }), notFoundById);
      await refused(describe(world, { LaunchTemplateNames: [world.name('unknown')] }), notFoundByName);
      await refused(addVersion(world, unknownId), notFoundById);
      await refused(versions(world, unknownId), notFoundById);
      const { ec2 } = world.clients;
      await refused(ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: unknownId })), notFoundById);
      const modify = new ModifyLaunchTemplateCommand({ LaunchTemplateId: unknownId, DefaultVersion: '1' });
      await refused(ec2.send(modify), notFoundById);
    },
  },
  {
    name: 'an id that has not the form of one is malformed',
    run: async world => refused(describe(world, { LaunchTemplateIds: ['lt-x'] }), 'InvalidLaunchTemplateId.Malformed'),
  },
  {
    name: 'filters that match nothing are no mistake',
    run: async world => {
      await create(world);

      const filter = (Name: string, value: string) => describe(world, { Filters: [{ Name, Values: [value] }] });

      expect((await filter('launch-template-name', world.name('unknown'))).LaunchTemplates).toEqual([]);
      expect((await filter('tag:contract', world.name('unknown'))).LaunchTemplates).toEqual([]);
    },
  },
  {
    name: 'the same token makes one launch template, and is refused with other contents',
    run: async world => {
      const ClientToken = randomUUID();

      const one = await create(world, { ClientToken });
      const again = await create(world, { ClientToken });

      expect(again.LaunchTemplateId).toBe(one.LaunchTemplateId);
      const other = create(world, { ClientToken, LaunchTemplateData: { EbsOptimized: false } });
      await refused(other, 'IdempotentParameterMismatch');
    },
  },
  {
    name: 'the same token makes one version',
    run: async world => {
      const ClientToken = randomUUID();
      const { LaunchTemplateId } = await create(world);

      const one = await addVersion(world, LaunchTemplateId, { ClientToken });
      const again = await addVersion(world, LaunchTemplateId, { ClientToken });

      expect([one?.VersionNumber, again?.VersionNumber]).toEqual([2, 2]);
      expect(await versions(world, LaunchTemplateId)).toHaveLength(2);
    },
  },
  {
    name: 'a new version is the latest but not the default, and the default is moved by hand',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      const added = await addVersion(world, LaunchTemplateId, { VersionDescription: 'two' });

      const before = await describeOne(world, LaunchTemplateId);
      const modify = { LaunchTemplateId, DefaultVersion: '2' };
      await world.clients.ec2.send(new ModifyLaunchTemplateCommand(modify));
      const after = await describeOne(world, LaunchTemplateId);

      expect(added).toMatchObject({ VersionNumber: 2, VersionDescription: 'two', DefaultVersion: false });
      expect(before).toMatchObject({ DefaultVersionNumber: 1, LatestVersionNumber: 2 });
      expect(after).toMatchObject({ DefaultVersionNumber: 2, LatestVersionNumber: 2 });
    },
  },
  {
    name: 'versions are found by number and by the words for latest and default',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      await addVersion(world, LaunchTemplateId);
      const numbers = async (...wanted: string[]) =>
        (await versions(world, LaunchTemplateId, wanted)).map(({ VersionNumber }) => VersionNumber);

      expect(await numbers('$Latest')).toEqual([2]);
      expect(await numbers('$Default')).toEqual([1]);
      expect((await numbers('1', '2')).sort()).toEqual([1, 2]);
    },
  },
  {
    name: 'a version that is not there cannot be the default',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      const modify = { LaunchTemplateId, DefaultVersion: '7' };

      const call = world.clients.ec2.send(new ModifyLaunchTemplateCommand(modify));

      await refused(call, 'InvalidLaunchTemplateId.VersionNotFound');
    },
  },
  {
    name: 'a version holds what was sent for it, and what it lacks of a source version',
    run: async world => {
      const LaunchTemplateData = { EbsOptimized: true, Monitoring: { Enabled: true } };
      const { LaunchTemplateId } = await create(world, { LaunchTemplateData });

      const alone = await addVersion(world, LaunchTemplateId);
      const from = await addVersion(world, LaunchTemplateId, { SourceVersion: '1' });

      expect(alone?.LaunchTemplateData).toEqual({ EbsOptimized: false });
      expect(from?.LaunchTemplateData).toEqual({ EbsOptimized: false, Monitoring: { Enabled: true } });
    },
  },
  {
    name: 'user data comes back byte for byte, and must be base64',
    run: async world => {
      const UserData = Buffer.from('MIME-Version: 1.0\r\n\r\n#cloud-config a&b=ä\n').toString('base64');

      const { LaunchTemplateId } = await create(world, { LaunchTemplateData: { UserData } });

      expect((await versions(world, LaunchTemplateId))[0]?.LaunchTemplateData?.UserData).toBe(UserData);
      const bad = create(world, {
        LaunchTemplateName: world.name('bad'),
        LaunchTemplateData: { UserData: '#!/bin/sh' },
      });
      await refused(bad, 'InvalidUserData.Malformed');
    },
  },
  {
    name: 'versions are deleted one by one, except the default and what is not there, which the answer tells',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      await addVersion(world, LaunchTemplateId);
      await addVersion(world, LaunchTemplateId);

      const answer = await world.clients.ec2.send(
        new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['1', '2', '9'] }),
      );

      const gone = answer.SuccessfullyDeletedLaunchTemplateVersions?.map(one => one.VersionNumber);
      const kept = answer.UnsuccessfullyDeletedLaunchTemplateVersions?.map(one => one.VersionNumber);
      expect({ gone, kept: kept?.sort() }).toEqual({ gone: [2], kept: [1, 9] });
      const missing = answer.UnsuccessfullyDeletedLaunchTemplateVersions?.find(one => one.VersionNumber === 9);
      expect(missing?.ResponseError?.Code).toBe('launchTemplateVersionDoesNotExist');
      expect((await versions(world, LaunchTemplateId)).map(one => one.VersionNumber).sort()).toEqual([1, 3]);
    },
  },
  {
    name: 'a deleted launch template is gone with its versions, and its name is free',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      await world.clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));

      await refused(describe(world, { LaunchTemplateIds: [LaunchTemplateId] }), notFoundById);
      expect((await create(world)).LaunchTemplateId).not.toBe(LaunchTemplateId);
    },
  },
  {
    name: 'tags of a launch template are live, found by filters, and no part of its data',
    run: async world => {
      const value = world.name('value');
      const { LaunchTemplateId } = await create(world, {
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'a', Value: '1' }] }],
      });
      const { ec2 } = world.clients;
      const Tags = [
        { Key: 'a', Value: '2' },
        { Key: 'contract', Value: value },
      ];

      await ec2.send(new CreateTagsCommand({ Resources: [LaunchTemplateId], Tags }));
      const tagged = await describe(world, { Filters: [{ Name: 'tag:contract', Values: [value] }] });
      await ec2.send(new DeleteTagsCommand({ Resources: [LaunchTemplateId], Tags: [{ Key: 'contract' }] }));
      const untagged = await describeOne(world, LaunchTemplateId);

      expect(tagged.LaunchTemplates?.map(one => one.LaunchTemplateId)).toEqual([LaunchTemplateId]);
      expect(new Set(tagged.LaunchTemplates?.[0]?.Tags)).toEqual(new Set(Tags));
      expect(untagged?.Tags).toEqual([{ Key: 'a', Value: '2' }]);
      expect((await versions(world, LaunchTemplateId))[0]?.LaunchTemplateData?.TagSpecifications ?? []).toEqual([]);
    },
  },
  {
    name: 'launch templates and their versions can be read page by page, each once',
    run: async world => {
      const { LaunchTemplateId } = await create(world);
      const other = await create(world, { LaunchTemplateName: world.name('other') });
      for (const _ of [2, 3]) await addVersion(world, LaunchTemplateId);

      const templates = await paged(async NextToken => {
        const page = await describe(world, { MaxResults: 1, NextToken });
        return { items: page.LaunchTemplates, token: page.NextToken };
      });
      const numbers = await paged(async NextToken => {
        const input = { LaunchTemplateId, MaxResults: 1, NextToken };
        const page = await world.clients.ec2.send(new DescribeLaunchTemplateVersionsCommand(input));
        return { items: page.LaunchTemplateVersions?.map(one => one.VersionNumber), token: page.NextToken };
      });

      const own = [LaunchTemplateId, other.LaunchTemplateId];
      const found = templates.map(one => one.LaunchTemplateId ?? '').filter(id => own.includes(id));
      expect(found.sort()).toEqual(own.sort());
      expect(numbers.sort()).toEqual([1, 2, 3]);
    },
  },
  {
    name: 'a dry run tells that it would have been allowed, and does nothing',
    run: async world => {
      await refused(create(world, { DryRun: true }), 'DryRunOperation');
      await refused(describe(world, { LaunchTemplateNames: [world.name('template')] }), notFoundByName);
    },
  },
];
