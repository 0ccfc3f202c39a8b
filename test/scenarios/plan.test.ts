import { RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { containerJob } from '../simulated-aws/batch/samples.ts';
import { definition, submit } from './definitions.ts';
import { environment, names, onEc2, onFargate, settled } from './environment.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

/** Two jobs that run and three that wait. */
async function busy(): Promise<void> {
  await world.aws.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('work')));
  let begun = 0;
  world.aws.batch.steer(() => (++begun <= 2 ? { outcome: 'succeeds', runsForMs: 600 * minute } : { outcome: 'waits' }));
  for (let job = 1; job <= 5; job++) await submit(world, 'work');
  await world.clock.advance(minute);
}

const usual = { allocationStrategy: 'BEST_FIT_PROGRESSIVE', instanceTypes: ['m5'] };
const bestFit = { allocationStrategy: 'BEST_FIT', instanceTypes: ['m5'] };

const inPlace = [
  {
    what: 'a scaling update',
    from: onEc2(usual),
    to: onEc2({ ...usual, maxvCpus: 32 }),
    text: ['    update (scaling update, in place: jobs run on)', '      computeResources.maxvCpus  16 → 32'],
  },
  {
    what: 'an infrastructure update',
    from: onEc2(usual),
    to: onEc2({ ...usual, instanceTypes: ['m6i'] }),
    text: [
      '    updateInfrastructure (infrastructure update, in place: new instances replace the old ones; running jobs have 30 minutes to end and are stopped then)',
      '      computeResources.instanceTypes[0]  "m5" → "m6i"',
    ],
  },
  {
    what: 'an infrastructure update that stops jobs, after one of settings',
    from: onEc2(usual),
    to: onEc2({ ...usual, instanceTypes: ['m6i'] }, { updatePolicy: { terminateJobsOnUpdate: true } }),
    text: [
      '    update (update of settings, in place: jobs run on)',
      '      updatePolicy.terminateJobsOnUpdate       (none) → true',
      '      updatePolicy.jobExecutionTimeoutMinutes  (none) → 30',
      '    updateInfrastructure (infrastructure update, in place: new instances replace the old ones; running jobs are stopped at once)',
      '      computeResources.instanceTypes[0]  "m5" → "m6i"',
    ],
  },
  {
    what: 'a Fargate update',
    from: onFargate(),
    to: onFargate({ subnets: ['subnet-2'] }),
    text: [
      '    update (Fargate update, in place: jobs run on)',
      '      computeResources.subnets[0]  "subnet-1" → "subnet-2"',
    ],
  },
];

it.each(inPlace)('says of $what what it does, and to how many jobs', async ({ from, to, text }) => {
  await settled(world, environment([from]));
  await busy();
  const before = world.aws.calls.length;

  const lines = (await world.plan(environment([to]))).split('\n');

  expect(lines).toEqual([
    'BatchEnvironment default/blog',
    expect.stringMatching(/^ {2}~ change compute environment blog-main-[0-9a-f]{8}$/),
    ...text,
    '    job queue blog-main: 2 running, 3 waiting jobs',
    '',
  ]);
  expect(world.changesSince(before)).toEqual([]);
});

const replaced = [
  {
    why: 'AWS cannot change computeResources.instanceTypes in place, because it updates no infrastructure under allocationStrategy BEST_FIT',
    from: onEc2(bestFit),
    to: onEc2({ ...bestFit, instanceTypes: ['m6i'] }, { drainTimeoutMinutes: 15 }),
    drains: 15,
  },
  {
    why: 'AWS cannot change computeResources.type in place, because it has no update for that',
    from: onFargate(),
    to: onFargate({ type: 'FARGATE_SPOT' }),
    drains: 60,
  },
  {
    why: 'its name in AWS, another architecture of its instances, or a raised replacement asks for it',
    from: onFargate(),
    to: onFargate({}, { replacement: 1 }),
    drains: 60,
  },
];

it.each(replaced)('says that one takes the place of another: $why', async ({ why, from, to, drains }) => {
  await settled(world, environment([from]));
  await busy();

  const text = await world.plan(environment([to]));

  const name = 'blog-main-[0-9a-f]{8}';
  const parts = [
    `  \\+ create compute environment ${name}`,
    `    replaces (?<old>${name}), which goes when this one has taken over: ${why}`,
    '(?:      .*\\n)+  \\. wait job queue blog-main waits for computeEnvironment/main',
    '  - delete compute environment \\k<old> is no longer declared and goes when everything that is declared is ready',
    `    takes no new jobs from then on; jobs on it have ${drains} minutes to end`,
    '    job queue blog-main: 2 running, 3 waiting jobs',
  ];
  expect(text).toMatch(new RegExp(`^BatchEnvironment default/blog\n${parts.join('\n')}\n$`));
});

const roles = [
  {
    why: 'AWS cannot change computeResources.subnets in place, because it updates infrastructure only under its service-linked role',
    from: { serviceRole: {} },
    to: onEc2({ ...usual, subnets: ['subnet-2'] }),
  },
  {
    why: 'AWS cannot change serviceRole in place, because it has no update for that',
    from: {},
    to: onEc2(usual),
  },
];

it.each(roles)(
  'says when it is for the service role that one takes the place of another: $why',
  async ({ why, from, to }) => {
    await settled(world, environment([onEc2(usual)], from));
    const [old] = names(world);

    const text = await world.plan(environment([to], { serviceRole: {} }));

    expect(text).toContain(`    replaces ${old}, which goes when this one has taken over: ${why}\n`);
  },
);

it('goes on where it may not look at jobs, and says so', async () => {
  await settled(world, environment([onEc2(usual)]));
  const [name] = names(world);
  const denied = { name: 'AccessDeniedException', message: 'no', status: 403 };
  world.aws.fail({ operation: 'ListJobs', times: 9, with: denied });

  expect((await world.plan(environment([onEc2({ ...usual, maxvCpus: 8 })]))).split('\n')).toEqual([
    'BatchEnvironment default/blog',
    `  ~ change compute environment ${name}`,
    '    update (scaling update, in place: jobs run on)',
    '      computeResources.maxvCpus  16 → 8',
    `    reading whose jobs use compute environment ${name}: AccessDeniedException: no (HTTP 403)`,
    '',
  ]);
});

it('says which revisions go, which stay, and why', async () => {
  await settled(world, environment([onEc2()]));
  for (const command of ['a', 'b', 'c', 'd', 'e']) await settled(world, definition(command));
  const jobId = await submit(world, 'hello:2');

  const text = await world.plan(definition('f', { revisionHistoryLimit: 2 }));

  const arn = (revision: number) => `arn:aws:batch:eu-west-1:123456789012:job-definition/hello:${revision}`;
  expect(text.split('\n').slice(2)).toEqual([
    expect.stringMatching(/^ {4}register$/),
    expect.stringMatching(/^ {6}hash +"[0-9a-f]+" → "[0-9a-f]+"$/),
    expect.stringMatching(/^ {6}normal\.containerProperties\.command\[0\] +"e" → "f"$/),
    expect.stringMatching(new RegExp(`^ {6}surplus\\[0\\] +"${arn(3)}" → \\(none\\)$`)),
    expect.stringMatching(new RegExp(`^ {6}surplus\\[1\\] +"${arn(1)}" → \\(none\\)$`)),
    '    revision 5 stays: it is among the last 2 (revisionHistoryLimit)',
    '    revision 4 stays: it is among the last 2 (revisionHistoryLimit)',
    '    revision 3 is deregistered',
    `    revision 2 stays: it is used by job work (${jobId}), SUBMITTED in job queue blog-main`,
    '    revision 1 is deregistered',
    '',
  ]);
});

it('says what keeps a revision from going where there is nothing to do', async () => {
  await settled(world, environment([onEc2()]));
  for (const command of ['a', 'b']) await settled(world, definition(command));
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  const jobId = await submit(world, 'hello:1');
  await world.clock.advance(20 * minute);

  expect(await world.plan(definition('b', { revisionHistoryLimit: 0 }))).toBe(
    [
      'JobDefinition default/hello',
      '  = keep job definition hello',
      '    revision 2 stays: it is the newest',
      `    revision 1 stays: it is used by job work (${jobId}), RUNNABLE in job queue blog-main`,
      '',
    ].join('\n'),
  );
});

it('says of a revision that it has not been out of use for long enough', async () => {
  const young = { revisionHistoryLimit: 0, revisionMinAgeMinutes: 60 };
  for (const command of ['a', 'b']) await settled(world, definition(command, young));

  expect(await world.plan(definition('b', { ...young, revisionMinAgeMinutes: 90 }))).toBe(
    [
      'JobDefinition default/hello',
      '  = keep job definition hello',
      '    revision 2 stays: it is the newest',
      '    revision 1 stays: it had its place until less than 90 minutes ago (revisionMinAgeMinutes)',
      '',
    ].join('\n'),
  );
});
