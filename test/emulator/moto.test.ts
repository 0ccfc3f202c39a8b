import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { type Moto, startMoto } from './moto.ts';

const MOTO_MODULE = join(import.meta.dirname, 'moto.ts');

it('answers on a loopback port of its own choice until it is stopped', async () => {
  const moto = await startMoto();

  expect(moto.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${moto.endpoint}/moto-api/config`)).status).toBe(201);

  await moto.stop();
  await moto.stop();
  await expect(fetch(moto.endpoint)).rejects.toThrow('fetch failed');
});

it('drains standard error, which would block it when full, and keeps the last lines', async () => {
  const moto = await startMoto();
  onTestFinished(moto.stop);
  for (let round = 0; round < 100; round += 1) await unimplementedCall(moto);
  expect(moto.errors.join('\n')).toContain('describe_placement_groups action has not been implemented');
  expect(moto.errors.length).toBeLessThanOrEqual(200);
});

it('ends when the process that started it is killed', async () => {
  const script = `import { startMoto } from ${JSON.stringify(MOTO_MODULE)};
    const moto = await startMoto();
    process.stdout.write(JSON.stringify({ pid: moto.pid, endpoint: moto.endpoint }) + '\\n');
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script]);
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const moto = JSON.parse(line) as Pick<Moto, 'endpoint'>;
  const connection = await fetch(`${moto.endpoint}/moto-api/config`);
  expect(connection.status).toBe(201);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await expect.poll(() => fetch(moto.endpoint).then(String, () => 'gone'), { timeout: 5000 }).toBe('gone');
});

it('says why when the interpreter has another moto', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'emulator-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'moto.py'), '__version__ = "4.0.0"\n');
  const python = join(directory, 'python');
  await writeFile(python, `#!/bin/sh\nPYTHONPATH=${directory} exec python3 "$@"\n`, { mode: 0o755 });

  await expect(startMoto(python)).rejects.toThrow('patches moto 5.2.1 and found 4.0.0');
});

function unimplementedCall(moto: Moto): Promise<Response> {
  const scope = 'Credential=AKIAEXAMPLE/20260101/us-east-1/ec2/aws4_request';
  return fetch(moto.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: 'DescribePlacementGroups' }),
  });
}
