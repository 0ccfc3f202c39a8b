import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type BootConfiguration, bootScript, type FailurePolicy } from '../../controller/user-data/boot-script.ts';
import type { UserDataOptions } from '../../controller/user-data/user-data.ts';
import { FakeInstance } from './fake-instance.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf';
const policies: readonly FailurePolicy[] = ['Continue', 'Block', 'Terminate'];

const configuration = (policy: FailurePolicy): BootConfiguration => ({
  generation: 'g-1',
  policy,
  suffix: 'amazonaws.com',
  deadline: 300,
  registries: [{ arn: secretArn, keys: ['ghcr.io'] }],
});

const options = (failurePolicy: FailurePolicy): UserDataOptions => ({
  registries: [{ secretArn, keys: ['ghcr.io'] }],
  failurePolicy,
  deadlineSeconds: 10,
  generation: 'g-1',
});

const failed = (policy: FailurePolicy, problem: string) => ({
  status: 'failed',
  mode: 'boot',
  generation: 'g-1',
  policy,
  problems: [problem],
});

const outcomes: readonly {
  readonly policy: FailurePolicy;
  readonly code: number;
  readonly commands: readonly string[];
}[] = [
  { policy: 'Continue', code: 0, commands: [] },
  { policy: 'Block', code: 1, commands: ['systemctl mask ecs.service', 'systemctl stop --no-block ecs.service'] },
  { policy: 'Terminate', code: 1, commands: ['systemctl poweroff --no-block'] },
];

describe('bootScript', () => {
  it.each(['sh', 'bash'].flatMap(shell => policies.map(policy => ({ shell, policy }))))(
    'is valid for $shell with policy $policy',
    ({ shell, policy }) => {
      const check = spawnSync(`/bin/${shell}`, ['-n'], { input: bootScript(configuration(policy)), encoding: 'utf8' });

      expect(check).toMatchObject({ status: 0, stderr: '' });
    },
  );

  it('carries its configuration as base64 only', () => {
    const script = bootScript(configuration('Block'));

    expect(script).not.toContain('arn:');
    expect(script).not.toContain('ghcr.io');
    expect(script.replaceAll('\n', '')).toContain(
      Buffer.from(JSON.stringify(configuration('Block'))).toString('base64'),
    );
  });

  it.each(outcomes)('carries out $policy when there is no Python', async ({ policy, code, commands }) => {
    await using machine = await FakeInstance.started();
    machine.installPython(undefined);

    const run = await machine.boot(options(policy));

    expect(run).toMatchObject({ code, stderr: '' });
    expect(run.status).toEqual(failed(policy, 'PythonMissing'));
    expect(machine.read('dev/console')).toBe(run.stdout);
    expect(machine.commands()).toEqual(commands);
    expect(machine.exists('var/lib/batchwright/blocked')).toBe(policy === 'Block');
  });

  it.each(outcomes)('carries out $policy when the secret cannot be had', async ({ policy, code, commands }) => {
    await using machine = await FakeInstance.started();

    const run = await machine.boot(options(policy));

    expect(run).toMatchObject({ code, stderr: '' });
    expect(run.status).toMatchObject({
      status: 'failed',
      policy,
      secrets: [{ arn: secretArn, reason: 'ResourceNotFoundException' }],
    });
    expect(machine.commands()).toEqual(commands);
  });

  it('takes a Python older than 3.7 for none', async () => {
    await using machine = await FakeInstance.started();
    machine.installPython('#!/bin/sh\nexit 1\n');

    expect((await machine.boot(options('Continue'))).status).toEqual(failed('Continue', 'PythonMissing'));
  });

  it('reports a program that dies without a word', async () => {
    await using machine = await FakeInstance.started();
    machine.installPython('#!/bin/sh\n[ "$1" != -I ] || [ "$2" = -c ] || exit 142\n');

    const run = await machine.boot(options('Block'));

    expect(run.status).toEqual(failed('Block', 'ProgramExit142'));
    expect(run.code).toBe(1);
  });

  it('reports a program that cannot be unpacked', async () => {
    await using machine = await FakeInstance.started();
    machine.installPython('#!/bin/sh\n[ "$1" != -I ]\n');

    expect((await machine.boot(options('Continue'))).status).toEqual(failed('Continue', 'ProgramNotWritten'));
  });

  it('reports a file system that it cannot write to', async () => {
    await using machine = await FakeInstance.started();
    machine.write('var/lib', 'a file where a folder should be');

    const run = await machine.boot(options('Continue'));

    expect(run.status).toEqual(failed('Continue', 'ProgramNotWritten'));
  });

  it('powers off by another command when systemctl does not', async () => {
    await using machine = await FakeInstance.started();
    machine.installPython(undefined);
    machine.breakCommands(true);

    await machine.boot(options('Terminate'));

    expect(machine.commands()).toEqual(['systemctl poweroff --no-block', 'shutdown -h now']);
  });

  it('runs in bash as in sh, and without a console', async () => {
    await using machine = await FakeInstance.started();
    machine.secrets.put(secretArn, 'v', '{"username":"u","password":"p"}');
    machine.remove('dev');

    const run = await machine.boot(options('Block'), 'bash');

    expect(run).toMatchObject({ code: 0, stderr: '', status: { status: 'ok' } });
  });
});
