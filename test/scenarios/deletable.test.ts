import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { allReady, computeEnvironments, environment, names, onEc2, onFargate, settled } from './environment.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');
const statuses = () => computeEnvironments(world).map(({ status, state }) => `${status} ${state}`);
type Members = Readonly<Record<string, unknown>>;

const spec = (more: Members = {}) => environment([onEc2({}, more)], { serviceRole: {} });
const linked = (resources: Members = {}) => environment([onEc2(resources)]);

interface Stage {
  readonly is: string;
  /** Brings the compute environment there. */
  readonly reach: () => Promise<void>;
}

const stages: readonly Stage[] = [
  {
    is: 'CREATING ENABLED',
    reach: async () => {
      await world.apply(spec());
      await world.clock.advance(40 * second);
    },
  },
  {
    is: 'UPDATING ENABLED',
    reach: async () => {
      await settled(world, linked());
      await world.apply(linked({ ec2KeyPair: 'key' }));
      await world.clock.advance(minute);
    },
  },
  {
    is: 'UPDATING DISABLED',
    reach: async () => {
      await settled(world, spec());
      await world.apply(spec({ state: 'DISABLED' }));
      await world.clock.advance(5 * second);
    },
  },
  {
    is: 'VALID DISABLED',
    reach: async () => {
      await settled(world, spec({ state: 'DISABLED' }));
    },
  },
  {
    is: 'INVALID ENABLED',
    reach: async () => {
      await settled(world, spec());
      world.aws.batch.invalidate(names(world)[0] ?? '', 'CLIENT_ERROR - no reason', { healedByUpdate: false });
      await world.resync();
    },
  },
  {
    is: 'INVALID DISABLED',
    reach: async () => {
      await settled(world, spec({ state: 'DISABLED' }));
      world.aws.batch.invalidate(names(world)[0] ?? '', 'CLIENT_ERROR - no reason', { healedByUpdate: false });
      await world.resync();
    },
  },
  {
    is: 'DELETING DISABLED',
    reach: async () => {
      await settled(world, spec());
      await world.apply(environment([], { serviceRole: {}, jobQueues: [] }));
      await world.clock.advance(100 * second);
    },
  },
];

describe.each(stages)('a compute environment that is $is', ({ is, reach }) => {
  beforeEach(async () => {
    await reach();
    expect(statuses()).toEqual([is]);
  });

  it('goes with its object', async () => {
    await world.delete('BatchEnvironment', 'blog');
    await world.clock.advance(60 * minute);

    expect([statuses(), await world.get('BatchEnvironment', 'blog')]).toEqual([[], undefined]);
  });

  it('goes when it is no longer declared', async () => {
    await world.apply(environment([], { serviceRole: {}, jobQueues: [] }));
    await world.clock.advance(60 * minute);

    expect([statuses(), await ready()]).toEqual([[], allReady]);
  });

  it('goes with its object although its service role is gone', async () => {
    for (const { RoleName } of world.aws.iam.roles.values().filter(one => one.RoleName.includes('service')))
      world.aws.iam.roles.delete(RoleName);
    await world.delete('BatchEnvironment', 'blog');
    await world.clock.advance(120 * minute);

    expect([statuses(), await world.get('BatchEnvironment', 'blog')]).toEqual([[], undefined]);
    expect(world.aws.iam.roles.values().filter(({ RoleName }) => RoleName.startsWith('batchwright'))).toEqual([]);
  });
});

describe('is a wait and not an error', () => {
  /** Whether the object was ever said to need a person. */
  function watchStalled(): () => boolean {
    let stalled = false;
    world.clock.onTick(() => {
      const stored = world.journal.load().objects.find(({ kind }) => kind === 'BatchEnvironment');
      stalled ||= conditionOf(stored?.status, 'Stalled')?.status === 'True';
    });
    return () => stalled;
  }

  it('a queue that AWS takes minutes to let go of', async () => {
    world = new World({ simulated: { durations: { relationshipLag: 5 * minute } } });
    await settled(world, environment([onFargate()]));
    await world.clock.advance(10 * minute);
    const stalled = watchStalled();

    await world.apply(environment([onFargate({ type: 'FARGATE_SPOT' })]));
    await world.clock.advance(2 * minute);
    expect(await ready()).toMatch(/^False ResourceBusy: .*Cannot delete, found existing JobQueue relationship/);
    await world.clock.advance(20 * minute);

    expect([statuses(), await ready(), stalled()]).toEqual([['VALID ENABLED'], allReady, false]);
  });

  it('the name of a queue that AWS is still deleting for somebody else', async () => {
    await settled(world, environment([onFargate()]));
    world.aws.batch.jobQueues.edit('blog-main', { tags: {}, status: 'DELETING', state: 'DISABLED' });
    const stalled = watchStalled();

    await world.resync();
    expect(await ready()).toMatch(/^False ResourceBusy: job queue blog-main: DELETING/);
    world.aws.batch.jobQueues.delete('blog-main');
    await world.clock.advance(10 * minute);

    expect([await ready(), stalled()]).toEqual([allReady, false]);
  });

  it('a new instance profile that AWS does not know everywhere yet', async () => {
    world = new World({ simulated: { durations: { iamPropagation: 90 * second } } });
    const stalled = watchStalled();

    await world.apply(linked());
    await world.clock.advance(20 * minute);

    expect([await ready(), stalled()]).toEqual([allReady, false]);
  });

  it('but what has failed for want of a role that is not new is a matter for a person', async () => {
    await settled(world, spec());
    await world.clock.advance(15 * minute);
    const stalled = watchStalled();
    const reason = 'CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole';
    world.aws.batch.invalidate(names(world)[0] ?? '', reason);
    await world.resync();

    expect([stalled(), await ready()]).toEqual([true, expect.stringMatching(/^False ResourceFailed: /)]);
  });

  it.each(['UpdateComputeEnvironment', 'DeleteComputeEnvironment', 'UpdateJobQueue', 'DeleteJobQueue'])(
    'a resource that AWS is changing when %s comes',
    async operation => {
      await settled(world, environment([onFargate()]));
      const stalled = watchStalled();
      const verb = operation.startsWith('Update') ? 'update' : 'delete';
      const message = `Cannot ${verb}, resource is being modified.`;
      world.aws.fail({ operation, times: 3, with: { name: 'ClientException', message, status: 400 } });

      await world.apply(environment([onFargate({ type: 'FARGATE_SPOT' })]));
      await world.clock.advance(30 * minute);
      expect([await ready(), statuses()]).toEqual([allReady, ['VALID ENABLED']]);
      await world.delete('BatchEnvironment', 'blog');
      await world.clock.advance(30 * minute);

      expect([statuses(), await world.get('BatchEnvironment', 'blog'), stalled()]).toEqual([[], undefined, false]);
    },
  );
});
