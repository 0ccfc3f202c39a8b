import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeTagsCommand,
  EC2ServiceException,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';

let sim: SimulatedAws;

beforeEach(() => {
  sim = new SimulatedAws({ clock: new FakeClock() });
});

const data = { EbsOptimized: true };

function create(LaunchTemplateName: string, more: object = {}) {
  return sim.clients.ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: data, ...more }),
  );
}

async function newId(name = 'boot', more: object = {}): Promise<string> {
  return (await create(name, more)).LaunchTemplate?.LaunchTemplateId ?? '';
}

function createVersion(LaunchTemplateId: string, more: object = {}) {
  return sim.clients.ec2.send(
    new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: data, ...more }),
  );
}

function versions(input: object) {
  return sim.clients.ec2.send(new DescribeLaunchTemplateVersionsCommand(input));
}

async function numbers(input: object): Promise<(number | undefined)[] | undefined> {
  return (await versions(input)).LaunchTemplateVersions?.map(version => version.VersionNumber);
}

describe('creation', () => {
  it('makes version 1 the default and tags the template', async () => {
    const TagSpecifications = [{ ResourceType: 'launch-template', Tags: [{ Key: 'a', Value: '1' }] }];

    const { LaunchTemplate } = await create('boot', { TagSpecifications, VersionDescription: 'first' });

    expect(LaunchTemplate).toMatchObject({
      LaunchTemplateId: expect.stringMatching(/^lt-[0-9a-f]{17}$/),
      LaunchTemplateName: 'boot',
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect((await versions({ LaunchTemplateName: 'boot' })).LaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, DefaultVersion: true, VersionDescription: 'first', LaunchTemplateData: data },
    ]);
  });

  it.each([
    { name: 'a short name', template: 'ab', more: {}, code: 'InvalidLaunchTemplateName.MalformedException' },
    { name: 'a taken name', template: 'taken', more: {}, code: 'InvalidLaunchTemplateName.AlreadyExistsException' },
    { name: 'no data', template: 'boot', more: { LaunchTemplateData: {} }, code: 'MissingParameter' },
    {
      name: 'user data that is not base64',
      template: 'boot',
      more: { LaunchTemplateData: { UserData: '#!/bin/sh' } },
      code: 'InvalidUserData.Malformed',
    },
    {
      name: 'user data above 16 KiB',
      template: 'boot',
      more: { LaunchTemplateData: { UserData: 'A'.repeat(21_848) } },
      code: 'InvalidParameterValue',
    },
    {
      name: 'tags for instances',
      template: 'boot',
      more: { TagSpecifications: [{ ResourceType: 'instance', Tags: [] }] },
      code: 'InvalidParameterValue',
    },
    {
      name: 'a long description',
      template: 'boot',
      more: { VersionDescription: 'x'.repeat(256) },
      code: 'InvalidParameterValue',
    },
    { name: 'what is only a dry run', template: 'boot', more: { DryRun: true }, code: 'DryRunOperation' },
  ])('refuses $name', async ({ template, more, code }) => {
    await create('taken');

    const error: unknown = await create(template, more).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(EC2ServiceException);
    expect(error).toMatchObject({ name: code, $fault: 'client' });
    expect(sim.ec2.launchTemplates.size).toBe(1);
  });

  it('with a token is done once, and refused with other parameters', async () => {
    const ClientToken = 't';
    const first = await newId('boot', { ClientToken });

    expect(await newId('boot', { ClientToken })).toBe(first);
    expect(await rejection(create('other', { ClientToken }))).toMatch(/^IdempotentParameterMismatch: /);
  });
});

describe('versions', () => {
  it('count on, never become the default by themselves, and inherit only when asked', async () => {
    const id = await newId('boot', { LaunchTemplateData: { KeyName: 'k', EbsOptimized: false } });

    await createVersion(id);
    const inherited = await createVersion(id, { SourceVersion: '1' });

    expect(inherited.LaunchTemplateVersion).toMatchObject({
      VersionNumber: 3,
      DefaultVersion: false,
      LaunchTemplateData: { KeyName: 'k', EbsOptimized: true },
    });
    expect(sim.ec2.launchTemplates.get(id)).toMatchObject({ defaultVersion: 1, latestVersion: 3 });
    expect(sim.ec2.launchTemplates.get(id)?.versions[1]?.LaunchTemplateData).toEqual(data);
  });

  it('with a token are made once', async () => {
    const id = await newId();

    const made = [await createVersion(id, { ClientToken: 't' }), await createVersion(id, { ClientToken: 't' })];

    expect(made.map(one => one.LaunchTemplateVersion?.VersionNumber)).toEqual([2, 2]);
    expect(sim.ec2.launchTemplates.get(id)?.latestVersion).toBe(2);
    expect(await rejection(createVersion(id, { ClientToken: 't', VersionDescription: 'x' }))).toMatch(
      /^IdempotentParameterMismatch: /,
    );
  });

  it('become the default when told', async () => {
    const id = await newId();
    await createVersion(id);
    const modify = (DefaultVersion: string) =>
      sim.clients.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion }));

    expect((await modify('2')).LaunchTemplate?.DefaultVersionNumber).toBe(2);
    expect(await rejection(modify('3'))).toMatch(/^InvalidLaunchTemplateId.VersionNotFound: /);
  });

  it('are described newest first, by number, alias or range', async () => {
    const LaunchTemplateId = await newId();
    for (let index = 0; index < 3; index++) await createVersion(LaunchTemplateId);

    expect(await numbers({ LaunchTemplateId })).toEqual([4, 3, 2, 1]);
    expect(await numbers({ LaunchTemplateId, Versions: ['$Latest', '$Default', '2'] })).toEqual([4, 2, 1]);
    expect(await numbers({ LaunchTemplateId, MinVersion: '2', MaxVersion: '3' })).toEqual([3, 2]);
    expect(await rejection(numbers({ LaunchTemplateId, Versions: ['9'] }))).toMatch(
      /^InvalidLaunchTemplateId.VersionNotFound: /,
    );
  });

  it('are described across the account by alias alone', async () => {
    await createVersion(await newId('one'));
    await newId('two');

    const answer = await versions({ Versions: ['$Latest', '$Default'] });

    expect(answer.LaunchTemplateVersions?.map(one => `${one.LaunchTemplateName} ${one.VersionNumber}`)).toEqual([
      'one 2',
      'one 1',
      'two 1',
    ]);
    expect(await rejection(versions({}))).toMatch(/^InvalidParameterValue: /);
    expect(await rejection(versions({ Versions: ['1'] }))).toMatch(/^InvalidParameterValue: /);
  });

  it('page', async () => {
    const LaunchTemplateId = await newId();
    for (let index = 0; index < 4; index++) await createVersion(LaunchTemplateId);
    const first = await versions({ LaunchTemplateId, MaxResults: 3 });

    expect(await numbers({ LaunchTemplateId, MaxResults: 3, NextToken: first.NextToken })).toEqual([2, 1]);
    expect(await rejection(versions({ LaunchTemplateId, MaxResults: 201 }))).toMatch(/^InvalidParameterValue: /);
  });

  it('are deleted but for the default one, of which the answer tells', async () => {
    const LaunchTemplateId = await newId();
    await createVersion(LaunchTemplateId);
    await createVersion(LaunchTemplateId);

    const answer = await sim.clients.ec2.send(
      new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['1', '3', '9'] }),
    );

    expect(answer.SuccessfullyDeletedLaunchTemplateVersions?.map(one => one.VersionNumber)).toEqual([3]);
    expect(answer.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, ResponseError: { Code: 'unexpectedError' } },
      { VersionNumber: 9, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } },
    ]);
    expect(await numbers({ LaunchTemplateId })).toEqual([2, 1]);
    expect((await createVersion(LaunchTemplateId)).LaunchTemplateVersion?.VersionNumber).toBe(4);
  });
});

describe('finding', () => {
  it.each([
    { name: 'an id', input: { LaunchTemplateIds: ['lt-00000000000000000'] }, code: 'InvalidLaunchTemplateId.NotFound' },
    { name: 'a malformed id', input: { LaunchTemplateIds: ['boot'] }, code: 'InvalidLaunchTemplateId.Malformed' },
    { name: 'a name', input: { LaunchTemplateNames: ['nobody'] }, code: 'InvalidLaunchTemplateName.NotFoundException' },
    { name: 'a filter', input: { Filters: [{ Name: 'colour', Values: ['x'] }] }, code: 'InvalidParameterValue' },
  ])('refuses $name that it does not know', async ({ input, code }) => {
    await create('boot');

    expect(await rejection(sim.clients.ec2.send(new DescribeLaunchTemplatesCommand(input)))).toMatch(
      new RegExp(`^${code}: `),
    );
  });

  it('filters by name and tags with wildcards', async () => {
    const tagged = { TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'owner', Value: 'me' }] }] };
    await create('boot-1', tagged);
    await create('boot-2');
    await create('other');
    const names = async (Name: string, ...Values: string[]) => {
      const answer = await sim.clients.ec2.send(new DescribeLaunchTemplatesCommand({ Filters: [{ Name, Values }] }));
      return answer.LaunchTemplates?.map(one => one.LaunchTemplateName);
    };

    expect(await names('launch-template-name', 'boot-*')).toEqual(['boot-1', 'boot-2']);
    expect(await names('tag:owner', 'me', 'you')).toEqual(['boot-1']);
    expect(await names('tag-key', 'owner')).toEqual(['boot-1']);
    expect(await names('launch-template-name', 'boot.1')).toEqual([]);
  });

  it('ends with the deletion of the template', async () => {
    const LaunchTemplateId = await newId();

    await sim.clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));

    expect(await rejection(versions({ LaunchTemplateId }))).toBe(
      `InvalidLaunchTemplateId.NotFound: The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`,
    );
  });
});

describe('tags', () => {
  it('are added, overwritten, and removed by key or by key and value', async () => {
    const id = await newId();
    const tags = () => sim.ec2.launchTemplates.get(id)?.tags;
    const remove = (...Tags: object[]) => sim.clients.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
    await sim.clients.ec2.send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    expect(tags()).toEqual({ a: '1', b: '2' });

    await remove({ Key: 'a', Value: 'other' }, { Key: 'b' });
    expect(tags()).toEqual({ a: '1' });
    await remove({ Key: 'a', Value: '1' });
    expect(tags()).toEqual({});
  });

  it('are described with their resource', async () => {
    const id = await newId();
    await sim.clients.ec2.send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );

    const { Tags } = await sim.clients.ec2.send(
      new DescribeTagsCommand({
        Filters: [
          { Name: 'resource-id', Values: [id] },
          { Name: 'key', Values: ['b'] },
        ],
      }),
    );

    expect(Tags).toEqual([{ ResourceId: id, ResourceType: 'launch-template', Key: 'b', Value: '2' }]);
  });

  it('are refused above fifty, with a reserved key, and on what does not exist', async () => {
    const id = await newId();
    const tag = (resource: string, ...Tags: object[]) =>
      rejection(sim.clients.ec2.send(new CreateTagsCommand({ Resources: [resource], Tags })));
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));

    expect(await tag(id, ...many)).toMatch(/^TagLimitExceeded: /);
    expect(await tag(id, { Key: 'aws:x', Value: '' })).toMatch(/^InvalidParameterValue: /);
    expect(await tag('lt-00000000000000000', { Key: 'a', Value: '' })).toMatch(/^InvalidLaunchTemplateId.NotFound: /);
  });
});
