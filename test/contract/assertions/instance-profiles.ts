import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { createProfile, createRole } from '../iam-things.ts';
import { refused } from '../refused.ts';

const absent = 'NoSuchEntityException';

async function getProfile({ clients: { iam } }: ContractWorld, InstanceProfileName: string) {
  return (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile;
}

/** An instance profile with a role in it. */
async function filledProfile(world: ContractWorld) {
  const { RoleName } = await createRole(world);
  const { InstanceProfileName } = await createProfile(world);
  const pair = { InstanceProfileName, RoleName };
  await world.clients.iam.send(new AddRoleToInstanceProfileCommand(pair));
  return pair;
}

/** Instance profiles: one role each. */
export const instanceProfiles: readonly Assertion[] = [
  {
    name: 'an instance profile holds one role, which tells of it',
    run: async world => {
      const { partition, accountId } = world.account;
      const { InstanceProfileName, RoleName } = await filledProfile(world);
      const { iam } = world.clients;

      const profile = await getProfile(world, InstanceProfileName);
      const ofRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));

      expect(profile?.Arn).toBe(`arn:${partition}:iam::${accountId}:instance-profile/${InstanceProfileName}`);
      expect(profile?.Roles?.map(one => one.RoleName)).toEqual([RoleName]);
      expect(ofRole.InstanceProfiles?.map(one => one.InstanceProfileName)).toEqual([InstanceProfileName]);
      const second = await createRole(world, { RoleName: world.name('second') });
      const add = { InstanceProfileName, RoleName: second.RoleName };
      await refused(iam.send(new AddRoleToInstanceProfileCommand(add)), 'LimitExceededException');
    },
  },
  {
    name: 'neither an instance profile with a role nor the role in it is deleted',
    run: async world => {
      const { InstanceProfileName, RoleName } = await filledProfile(world);
      const { iam } = world.clients;

      const conflict = 'DeleteConflictException';
      await refused(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })), conflict);
      await refused(iam.send(new DeleteRoleCommand({ RoleName })), conflict);
    },
  },
  {
    name: 'a role is taken out of its instance profile once',
    run: async world => {
      const pair = await filledProfile(world);
      const { iam } = world.clients;

      await iam.send(new RemoveRoleFromInstanceProfileCommand(pair));

      expect((await getProfile(world, pair.InstanceProfileName))?.Roles).toEqual([]);
      await refused(iam.send(new RemoveRoleFromInstanceProfileCommand(pair)), absent);
    },
  },
  {
    name: 'the name of an instance profile is taken once, and nobody knows what was never created',
    run: async world => {
      const { InstanceProfileName } = await createProfile(world);
      const { iam } = world.clients;

      const again = iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
      await refused(again, 'EntityAlreadyExistsException');
      await refused(getProfile(world, world.name('unknown')), absent);
      const unknown = { InstanceProfileName: world.name('unknown') };
      await refused(iam.send(new DeleteInstanceProfileCommand(unknown)), absent);
    },
  },
  {
    name: 'tags of an instance profile are added and overwritten, and taken away by key',
    run: async world => {
      const { InstanceProfileName } = await createProfile(world);
      const { iam } = world.clients;
      const tag = (Tags: { Key: string; Value: string }[]) =>
        iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }));

      await tag([{ Key: 'a', Value: '1' }]);
      await tag([
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ]);
      await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['b', 'nothing'] }));

      expect((await getProfile(world, InstanceProfileName))?.Tags).toEqual([{ Key: 'a', Value: '2' }]);
    },
  },
];
