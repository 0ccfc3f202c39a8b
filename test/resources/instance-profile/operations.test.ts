import { beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceProfileWant,
  instanceProfile,
} from '../../../controller/resources/instance-profile/instance-profile.ts';
import { Drive, owner, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const want: InstanceProfileWant = {
  instanceProfileName: 'blog-profile',
  path: '/batchwright/',
  roleName: 'blog-instance',
  tags: tags('instanceProfile', { team: 'blog' }),
};

let world: ReturnType<typeof simulation>;
let drive: Drive;

function row() {
  const found = world.simulated.iam.instanceProfiles.get('blog-profile');
  if (!found) throw new Error('the instance profile is not there');
  return found;
}

beforeEach(() => {
  world = simulation();
  world.simulated.iam.addRole('blog-instance', { trusts: ['ec2.amazonaws.com'] });
  world.simulated.iam.addRole('admin', { trusts: ['ec2.amazonaws.com'] });
  drive = new Drive({ ...world, resource: instanceProfile(), id: 'instanceProfile', name: 'blog-profile' });
});

describe('create', () => {
  it('makes the profile with its role, and leaves it alone afterwards', async () => {
    expect(await drive.settle(want)).toEqual(['create']);

    expect(row()).toMatchObject({ Path: '/batchwright/', roles: ['blog-instance'], tags: want.tags });
    expect(await drive.settle(want)).toEqual([]);
  });

  it('is busy until IAM has made the profile known', async () => {
    await drive.pass(want);
    const before = await drive.plan(want);
    await world.advance(10_000);

    expect(before).toMatchObject({ action: 'wait', reason: 'ResourceBusy', afterMs: 10_000 });
    expect(await drive.plan(want)).toEqual({ action: 'none' });
  });

  it.each([
    { operation: 'CreateInstanceProfile', run: ['addRole'] },
    { operation: 'AddRoleToInstanceProfile', run: [] },
  ])('is completed after the answer to $operation was lost', async ({ operation, run }) => {
    world.simulated.fail({ operation, with: 'lostAnswer' });

    await expect(drive.pass(want)).rejects.toThrow('socket hang up');

    expect(await drive.settle(want)).toEqual(run);
    expect(row().roles).toEqual(['blog-instance']);
  });
});

describe('a repair', () => {
  beforeEach(async () => {
    await drive.settle(want);
  });

  it.each([
    { name: 'the role taken out', drift: { roles: [] }, run: ['addRole'] },
    { name: 'another role put in', drift: { roles: ['admin'] }, run: ['replaceRole'] },
    { name: 'a tag of ours', drift: { tags: {} }, run: ['tag'] },
  ])('undoes $name', async ({ drift, run }) => {
    const { changedAt: _, ...before } = row();
    world.simulated.iam.instanceProfiles.set('blog-profile', { ...row(), ...drift });

    expect((await drive.plan(want, false)).action).toBe('apply');
    expect(await drive.settle(want)).toEqual(run);
    expect(row()).toMatchObject(before);
  });

  it('follows the wanted role', async () => {
    expect(await drive.settle({ ...want, roleName: 'admin' })).toEqual(['replaceRole']);

    expect(row().roles).toEqual(['admin']);
  });

  it('is completed after it stopped between the two roles', async () => {
    world.simulated.fail({ operation: 'AddRoleToInstanceProfile', with: 'throttle' });

    await expect(drive.settle({ ...want, roleName: 'admin' })).rejects.toThrow('Rate exceeded');

    expect(row().roles).toEqual([]);
    expect(await drive.settle({ ...want, roleName: 'admin' })).toEqual(['addRole']);
  });

  it('removes a tag that is wanted no longer, and no tag of others', async () => {
    world.simulated.iam.instanceProfiles.set('blog-profile', { ...row(), tags: { ...row().tags, cost: '42' } });

    expect(await drive.settle({ ...want, tags: tags('instanceProfile') })).toEqual(['tag']);
    expect(row().tags).toEqual({ ...tags('instanceProfile'), cost: '42' });
  });
});

describe('delete', () => {
  beforeEach(async () => {
    await drive.settle(want);
  });

  it('takes the role out first', async () => {
    const since = world.simulated.calls.length;

    expect(await drive.remove()).toEqual(['delete']);

    expect(changes(world.simulated, since)).toEqual(['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile']);
    expect(world.simulated.iam.instanceProfiles.get('blog-profile')).toBeUndefined();
    expect(world.simulated.iam.roles.get('blog-instance')).toBeDefined();
  });

  it.each(['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile'])(
    'goes on after the answer to %s was lost',
    async operation => {
      world.simulated.fail({ operation, with: 'lostAnswer' });

      await expect(drive.remove()).rejects.toThrow('socket hang up');
      await drive.remove();

      expect(world.simulated.iam.instanceProfiles.get('blog-profile')).toBeUndefined();
    },
  );

  it.each(['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile'])(
    'is done when the profile goes before %s',
    async gone => {
      world.simulated.onCall(({ operation, outcome }) => {
        if (operation === gone && outcome.phase === 'open') world.simulated.iam.instanceProfiles.delete('blog-profile');
      });

      expect(await drive.remove()).toEqual(['delete']);
    },
  );

  it('needs no role', async () => {
    world.simulated.iam.instanceProfiles.set('blog-profile', { ...row(), roles: [] });

    expect(await drive.remove()).toEqual(['delete']);
  });
});

describe.each([
  { name: 'a shared read', exact: false },
  { name: 'an exact read', exact: true },
])('$name', ({ exact }) => {
  const signal = new AbortController().signal;
  const { read } = instanceProfile();
  const sought = ['blog-profile', 'nobody'].map(name => ({ owner, id: name, name, want, memo: undefined }));

  it('answers tags and role, and absence by a missing entry', async () => {
    await drive.settle(want);

    const found = await read(world.aws, sought, exact, signal);

    expect([...found]).toEqual([
      [
        'blog-profile',
        {
          instanceProfileName: 'blog-profile',
          path: '/batchwright/',
          arn: 'arn:aws:iam::123456789012:instance-profile/batchwright/blog-profile',
          roleName: 'blog-instance',
          createdAt: Date.UTC(2026, 0, 1),
          readAt: world.clock.now(),
          tags: want.tags,
        },
      ],
    ]);
  });

  it('throws every error that is not absence', async () => {
    world.simulated.fail({ operation: 'GetInstanceProfile', with: 'accessDenied' });

    await expect(read(world.aws, sought, exact, signal)).rejects.toThrow('not authorized');
  });
});
