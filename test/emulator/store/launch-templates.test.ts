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
  type DescribeLaunchTemplateVersionsRequest,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `template${count}`;
});

describe('tags', () => {
  it('are the present ones, and stay out of the data', async () => {
    const id = await create({
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'owner', Value: '1' }] }],
      LaunchTemplateData: {
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'on', Value: 'instances' }] }],
      },
    });
    await aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'owner', Value: '2' }] }));
    await aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'more', Value: '' }] }));
    await aws.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'more' }] }));

    expect((await templates({ LaunchTemplateIds: [id] }))[0]?.Tags).toEqual([{ Key: 'owner', Value: '2' }]);
    expect((await versions({ LaunchTemplateId: id }))[0]?.LaunchTemplateData).toEqual({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'on', Value: 'instances' }] }],
    });
  });

  it('and names find templates', async () => {
    const Tags = [{ Key: 'owner', Value: name }];
    const id = await create({ TagSpecifications: [{ ResourceType: 'launch-template', Tags }] });
    await create({ LaunchTemplateName: `${name}-other` });
    const found = async (Name: string, Values: string[]) =>
      (await templates({ Filters: [{ Name, Values }] })).map(({ LaunchTemplateId }) => LaunchTemplateId);

    expect(await found('tag:owner', [name])).toEqual([id]);
    expect(await found('launch-template-name', [name])).toEqual([id]);
    expect(await found('tag:owner', ['somebody'])).toEqual([]);
  });
});

describe('versions', () => {
  it('come newest first, and merge with the one they are made from', async () => {
    const id = await create({ LaunchTemplateData: { InstanceType: 'm5.large', KeyName: 'key' } });
    await createVersion(id, { SourceVersion: '1', LaunchTemplateData: { KeyName: 'other' } });
    await createVersion(id, { LaunchTemplateData: { ImageId: 'ami-1' } });

    const found = await versions({ LaunchTemplateId: id });
    expect(found.map(({ VersionNumber, LaunchTemplateData }) => [VersionNumber, LaunchTemplateData])).toEqual([
      [3, { ImageId: 'ami-1' }],
      [2, { InstanceType: 'm5.large', KeyName: 'other' }],
      [1, { InstanceType: 'm5.large', KeyName: 'key' }],
    ]);
  });

  it('can be deleted except the default one, and their numbers are not used again', async () => {
    const id = await create({});
    for (let round = 0; round < 3; round += 1) await createVersion(id, {});

    const command = new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ['1', '2', '4', '9'] });
    const answer = await aws.ec2.send(command);

    expect(numbers(answer.SuccessfullyDeletedLaunchTemplateVersions)).toEqual([2, 4]);
    expect(answer.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, ResponseError: { Code: 'unexpectedError' } },
      { VersionNumber: 9, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } },
    ]);
    expect(numbers(await versions({ LaunchTemplateId: id }))).toEqual([3, 1]);
    expect((await createVersion(id, {}))?.VersionNumber).toBe(5);
    expect((await refusal(versions({ LaunchTemplateId: id, Versions: ['2'] }))).name).toBe(
      'InvalidLaunchTemplateId.VersionNotFound',
    );
  });

  it('are found by $Latest, $Default and number, each once', async () => {
    const id = await create({});
    await createVersion(id, {});
    const asked = async (...Versions: string[]) => numbers(await versions({ LaunchTemplateId: id, Versions }));

    expect(await asked('$Latest', '$Default')).toEqual([2, 1]);
    await aws.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: '$Latest' }));
    expect(await asked('$Latest', '$Default', '2')).toEqual([2]);
    expect(await asked('1')).toEqual([1]);
  });
});

it('answers account-wide with $Latest and $Default in pages, and refuses numbers there', async () => {
  const other = await sharedEmulator({ paging: { pageSize: 7 } });
  const { ec2 } = clientsOf(other);
  for (let index = 0; index < 9; index += 1) {
    const LaunchTemplateName = `lt${index}`;
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: {} }));
    await ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName, LaunchTemplateData: {} }));
  }

  const pages = [];
  for await (const page of paginateDescribeLaunchTemplateVersions(
    { client: ec2 },
    { Versions: ['$Latest', '$Default'] },
  )) {
    pages.push(page.LaunchTemplateVersions?.length);
  }
  const Versions = ['1'];
  const refused = await refusal(ec2.send(new DescribeLaunchTemplateVersionsCommand({ Versions })));
  await other.stop();

  expect(pages).toEqual([7, 7, 4]);
  expect(refused.name).toBe('InvalidParameterValue');
});

it('lists more than 200 templates in two pages', async () => {
  const other = await sharedEmulator();
  const { ec2 } = clientsOf(other);
  const names = Array.from({ length: 201 }, (_, index) => `lt-${index}`);
  await Promise.all(
    names.map(LaunchTemplateName =>
      ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: {} })),
    ),
  );
  const pages = [];
  for await (const page of paginateDescribeLaunchTemplates({ client: ec2 }, {}))
    pages.push(page.LaunchTemplates?.length);
  await other.stop();

  expect(pages).toEqual([200, 1]);
});

describe('client tokens', () => {
  it('make a create and a new version happen once', async () => {
    const input = { LaunchTemplateName: name, LaunchTemplateData: {}, ClientToken: name };
    const first = await aws.ec2.send(new CreateLaunchTemplateCommand(input));
    const second = await aws.ec2.send(new CreateLaunchTemplateCommand(input));
    expect(second.LaunchTemplate).toEqual(first.LaunchTemplate);

    const id = first.LaunchTemplate?.LaunchTemplateId ?? '';
    await createVersion(id, { ClientToken: 'version' });
    await createVersion(id, { ClientToken: 'version' });
    expect(numbers(await versions({ LaunchTemplateId: id }))).toEqual([2, 1]);
  });

  it('are refused with other parameters', async () => {
    await create({ ClientToken: name });
    expect((await refusal(create({ LaunchTemplateName: `${name}-b`, ClientToken: name }))).name).toBe(
      'IdempotentParameterMismatch',
    );
  });
});

describe('errors', () => {
  const NOWHERE = 'lt-0000000000000000f';

  it.each<{ code: string; call: () => Promise<unknown> }>([
    { code: 'InvalidLaunchTemplateId.NotFound', call: () => templates({ LaunchTemplateIds: [NOWHERE] }) },
    {
      code: 'InvalidLaunchTemplateName.NotFoundException',
      call: () => templates({ LaunchTemplateNames: ['nowhere'] }),
    },
    { code: 'InvalidLaunchTemplateId.NotFound', call: () => versions({ LaunchTemplateId: NOWHERE }) },
    {
      code: 'InvalidLaunchTemplateId.NotFound',
      call: () => aws.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: NOWHERE })),
    },
    {
      code: 'InvalidLaunchTemplateName.NotFoundException',
      call: () => aws.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: 'nowhere' })),
    },
    {
      code: 'InvalidLaunchTemplateId.NotFound',
      call: () => aws.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: NOWHERE, DefaultVersion: '1' })),
    },
    {
      code: 'InvalidUserData.Malformed',
      call: () => create({ LaunchTemplateData: { UserData: Buffer.alloc(16_385, 'x').toString('base64') } }),
    },
    {
      code: 'InvalidLaunchTemplateName.AlreadyExistsException',
      call: async () => [await create({}), await create({})],
    },
  ])('$code', async ({ code, call }) => {
    expect((await refusal(call())).name).toBe(code);
  });
});

async function create(input: Partial<CreateLaunchTemplateRequest>): Promise<string> {
  const request = { LaunchTemplateName: name, LaunchTemplateData: {}, ...input };
  return (await aws.ec2.send(new CreateLaunchTemplateCommand(request))).LaunchTemplate?.LaunchTemplateId ?? '';
}

async function createVersion(id: string, input: Partial<CreateLaunchTemplateVersionRequest>) {
  const request = { LaunchTemplateId: id, LaunchTemplateData: {}, ...input };
  return (await aws.ec2.send(new CreateLaunchTemplateVersionCommand(request))).LaunchTemplateVersion;
}

async function templates(request: DescribeLaunchTemplatesRequest) {
  return (await aws.ec2.send(new DescribeLaunchTemplatesCommand(request))).LaunchTemplates ?? [];
}

async function versions(request: DescribeLaunchTemplateVersionsRequest): Promise<readonly LaunchTemplateVersion[]> {
  return (await aws.ec2.send(new DescribeLaunchTemplateVersionsCommand(request))).LaunchTemplateVersions ?? [];
}

function numbers(items: readonly { readonly VersionNumber?: number | undefined }[] | undefined) {
  return (items ?? []).map(({ VersionNumber }) => VersionNumber);
}
