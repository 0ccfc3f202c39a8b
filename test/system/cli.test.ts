import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Installation, installation } from './installation.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

const timeoutMs = 120_000;

/** `plan` to its end. */
function plan(system: Installation, ...args: readonly string[]) {
  return system.command(['plan', ...system.place, '--iam-propagation', '100ms', ...args]).ended();
}

/** The part of the answer of `plan -o json` that is looked at here. */
interface PlanAnswer {
  readonly summary: Readonly<Record<string, number>>;
  readonly objects: readonly {
    readonly kind: string;
    readonly deleting: boolean;
    readonly resources: readonly {
      readonly action: string;
      readonly operations: readonly { readonly operation: string; readonly changes: readonly unknown[] }[];
    }[];
  }[];
}

describe.concurrent('plan and run --once', () => {
  it(
    'say before what they do, do that, and say so',
    async context => {
      const system = await installation(context);
      const { calls } = system.emulator;
      await system.declareExample();

      const first = await plan(system, '--exit-code');
      expect([first.code, first.stderr]).toEqual([2, '']);
      expect(first.stdout).toMatch(
        /^RegistryCredential default\/dockerhub\n {2}\+ create secret batchwright\/default\//m,
      );
      expect(first.stdout).toMatch(
        /\n(\d+) to create, 0 to change, 0 to delete, 0 blocked; at least \d+ AWS calls to carry it out, \d+ made to find out\.\n$/,
      );
      const made = calls.counts();
      const readings = Object.values(made).reduce((sum, count) => sum + count, 0);
      expect(first.stdout).toContain(`, ${readings} made to find out.`);
      expect(calls.counts({ mutating: true })).toEqual({});
      await expect(readdir(system.data)).rejects.toThrow('ENOENT');

      const ended = await system.once();
      expect(ended.code).toBe(0);
      expect(ended.stdout.split('\n')).toEqual([
        expect.stringMatching(/^KIND +NAME +READY +REASON +MESSAGE$/),
        expect.stringMatching(/^AwsAccount +default\/default +True +Reconciled +AWS is as declared$/),
        expect.stringMatching(/^BatchEnvironment +default\/blog +True +Reconciled /),
        expect.stringMatching(/^JobDefinition +default\/fetch-and-run +True +Reconciled /),
        expect.stringMatching(/^RegistryCredential +default\/dockerhub +True +Reconciled /),
        '',
      ]);
      const created = Number(/(\d+) to create/.exec(first.stdout)?.[1]);
      const creations = Object.entries(calls.counts({ mutating: true })).filter(([operation]) =>
        /:(Create|Register)(?!LaunchTemplateVersion)/.test(operation),
      );
      expect(creations.reduce((sum, [, count]) => sum + count, 0)).toBe(created);

      const rest = await plan(system, '--exit-code');
      expect([rest.code, rest.stdout.split('\n').at(-2)]).toEqual([
        0,
        expect.stringMatching(/^0 to create, 0 to change, 0 to delete, 0 blocked; at least 0 AWS calls/),
      ]);
    },
    timeoutMs,
  );

  it(
    'show a change by field, a removed file, and what stands in the way, and change nothing',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      await system.once();
      system.emulator.calls.clear();

      await system.edit('20-environment.yaml', /maxvCpus: \d+/, 'maxvCpus: 33');
      await system.remove('30-job-definition.yaml');
      const json = await plan(system, '-o', 'json', '--exit-code');
      const text = await plan(system);

      const { summary, objects } = JSON.parse(json.stdout) as PlanAnswer;
      expect([json.code, text.code]).toEqual([2, 0]);
      expect(summary).toMatchObject({ create: 0, change: 1, delete: 1, block: 0, failures: 0 });
      const changed = objects.flatMap(({ kind, deleting, resources }) =>
        resources.filter(({ action }) => action !== 'none').map(({ action }) => `${kind} ${deleting} ${action}`),
      );
      expect(changed.sort()).toEqual(['BatchEnvironment false change', 'JobDefinition true delete']);
      expect(text.stdout).toMatch(
        /~ change compute environment blog-ec2-\w+\n {4}update \(scaling update, in place: jobs run on\)\n {6}computeResources\.maxvCpus {2}\d+ → 33\n/,
      );
      expect(text.stdout).toContain('JobDefinition default/fetch-and-run (removed)\n');
      expect(system.emulator.calls.counts({ mutating: true })).toEqual({});

      await system.edit('20-environment.yaml', 'maxvCpus: 33', 'maxvCpus: many');
      const wrong = await plan(system);
      expect([wrong.code, wrong.stdout]).toEqual([
        1,
        expect.stringMatching(
          /^desired\/20-environment\.yaml:\d+:\d+: spec\.computeEnvironments\[0\]\.[\w.]+: .*\n1 problems; nothing was planned\n$/,
        ),
      ]);
    },
    timeoutMs,
  );

  it(
    'end with 1 where a person must act, and name the object',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      await system.write(
        '50-nowhere.yaml',
        'apiVersion: batchwright.dev/v1alpha1\nkind: RegistryCredential\nmetadata: { name: nowhere }\nspec: { registry: ghcr.io, source: { files: { username: u, passwordPath: /nowhere/password } } }\n',
      );

      const ended = await system.once(['--timeout', '15s']);

      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(
        /^RegistryCredential +default\/nowhere +\w+ +SourceUnreadable +.*\/nowhere\/password/m,
      );
      expect(ended.stdout).toMatch(/^RegistryCredential +default\/dockerhub +True /m);
    },
    timeoutMs,
  );
});

describe.concurrent('run', () => {
  it(
    'is ready only after AWS has answered, and alive before',
    async context => {
      const system = await installation(context);
      const fault = system.emulator.faults.add({ do: 'cutBefore' });
      const program = system.run();
      const address = await program.address();
      const answer = async (path: string) => {
        const { status, ok } = await fetch(`${address}${path}`);
        return ok ? 'ok' : status;
      };

      await program.until('a try', () => fault.hits > 0);
      expect([await answer('/healthz'), await answer('/readyz')]).toEqual(['ok', 503]);
      expect(await (await fetch(`${address}/readyz`)).text()).toContain('AWS has not answered yet');
      fault.remove();
      await system.declareExample();
      await program.ready(4);

      expect([await answer('/healthz'), await answer('/readyz')]).toEqual(['ok', 'ok']);
      expect(await (await fetch(`${address}/version`)).json()).toMatchObject({ name: 'batchwright', node: /^v24/ });
      const metrics = await program.metrics();
      expect(metrics.sum('batchwright_aws_calls_total')).toBeGreaterThan(10);
      expect(metrics.sum('controller_runtime_reconcile_total', { controller: 'batchenvironment' })).toBeGreaterThan(0);
    },
    timeoutMs,
  );

  it(
    'refuses a data directory that another process works in, and leaves that one alone',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      const program = system.run();
      await program.ready(4);

      const second = await system.run().ended();

      expect(second.code).toBe(1);
      const [message] = second.stderr.split('\n').slice(-2);
      expect(message).toMatch(
        new RegExp(
          `^batchwright: ${system.data} is in use by process ${program.pid} on .*; stop it, or choose another`,
        ),
      );
      await program.ready(4);
    },
    timeoutMs,
  );

  it(
    'finishes the call in flight when it is asked to end, and takes up from there',
    async context => {
      const system = await installation(context);
      const { calls, faults } = system.emulator;
      await system.declareExample();
      const slow = faults.add({ operation: 'CreateJobQueue', do: 'none', delayMs: 3_000 });
      const program = system.run();
      await until('the slow call', () => slow.hits > 0);

      const ended = await program.stop();

      expect(ended.code).toBe(0);
      expect(program.log.at(-1)?.msg).toBe('stopped');
      expect(calls.count({ operation: 'CreateJobQueue' })).toBe(1);
      slow.remove();
      calls.clear();
      expect((await system.once()).code).toBe(0);
      expect(calls.count({ operation: 'CreateJobQueue' })).toBe(0);
    },
    timeoutMs,
  );
});

it.each([
  { args: ['prune'], says: 'batchwright: prune is not a command; see batchwright --help\n' },
  { args: ['run', '--dri', '.'], says: expect.stringMatching(/^batchwright: Unknown option '--dri'/) },
  { args: ['run', '--once'], says: 'batchwright: --once needs at least one --dir\n' },
  {
    args: ['run', '--resync', 'often'],
    says: 'batchwright: --resync: often is not a time such as 90s, 10m or 1h30m\n',
  },
  { args: ['run', '--dir', '/nowhere/at/all'], says: expect.stringMatching(/^batchwright: .*\/nowhere\/at\/all/) },
  { args: ['plan'], says: 'batchwright: plan needs at least one --dir\n' },
  { args: ['validate'], says: 'batchwright: validate needs at least one --dir\n' },
])('$args is answered in one line', async ({ args, says }) => {
  const ended = await new Program(args, {}).ended();

  expect(ended).toEqual({ code: 1, stdout: '', stderr: says });
});
