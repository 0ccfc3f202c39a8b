import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../emulator/emulator.ts';
import { writeExample } from '../example.ts';
import { OtherHands, type Thing } from './aws.ts';
import { type LogLine, Loop } from './loop.ts';

const { stdout, env } = process;
const colours = stdout.isTTY && !env['NO_COLOR'];
const paint = (code: number) => (text: string) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
const [bold, dim, red, green, yellow, blue] = [1, 2, 31, 32, 33, 34].map(paint) as [
  Paint,
  Paint,
  Paint,
  Paint,
  Paint,
  Paint,
];
type Paint = (text: string) => string;

const say = (text = '') => stdout.write(`${text}\n`);
let step = 0;
const heading = (text: string) => say(`\n${bold(blue(`${++step}. ${text}`))}`);

/** Log lines that tell the story, as sentences. */
function tell(line: LogLine): void {
  const object = String(line.object ?? '').replace('/default/', ' ');
  if (line.msg === 'changing AWS')
    say(
      `   ${yellow('→')} ${object}: ${String(line['operation'])} ${bold(String(line['name']))} ${dim(String(line['resource']))}`,
    );
  else if (line.msg === 'drift repaired')
    for (const change of line['changes'] as readonly string[]) say(`   ${yellow('↺')} ${change}`);
  else if (line.msg === 'object status changed' && line['ready'] === 'True') say(`   ${green('✓')} ${object} is Ready`);
  else if (line.msg === 'object is not ready') say(`   ${red('!')} ${object}: ${String(line['message'])}`);
  else if (line.msg.startsWith('an object')) say(`   ${dim('·')} ${dim(`${object} ${line.msg}`)}`);
}

function show(things: readonly Thing[]): void {
  if (things.length === 0) say(`   ${green('✓')} nothing of ours is left in AWS`);
  const width = Math.max(0, ...things.map(({ name }) => name.length));
  for (const { what, name, detail } of things) say(`   ${what.padEnd(20)} ${bold(name.padEnd(width))}  ${dim(detail)}`);
}

const limitMs = 120_000;

async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await sleep(200);
  }
}

async function edit(path: string, changes: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(path, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${path} no longer holds ${from}`);
    text = text.replace(from, to);
  }
  await writeFile(path, text);
}

/** The environment of the loop and the configuration of the demo's own clients: an emulator, or what AWS_ENDPOINT_URL says. */
async function place() {
  if (env['AWS_ENDPOINT_URL']) {
    say(`   using ${env['AWS_ENDPOINT_URL']}`);
    return { environment: {}, config: {}, stop: async () => undefined };
  }
  say(`   starting the AWS emulator ${dim('(the first time it is installed into .emulator, which takes a minute)')}`);
  const emulator = await startEmulator({
    times: { computeEnvironmentCreate: 2_000, computeEnvironmentUpdate: 1_500, jobQueueCreate: 500 } as object,
  });
  return { environment: emulator.environment, config: emulator.client, stop: () => emulator.stop() };
}

async function story(loop: Loop, hands: OtherHands, directory: string): Promise<void> {
  const ready = async (count: number) => {
    const states = [...(await loop.readiness()).values()];
    return states.length === count && states.every(Boolean);
  };
  const inventory = () => hands.inventory();
  const shows = async (text: string) => (await inventory()).some(({ detail }) => detail.includes(text));

  heading('Converge: a directory of YAML becomes AWS Batch');
  await until('converging', () => ready(4));
  say(`\n   What an independent look at AWS finds:`);
  show(await inventory());

  heading('Drift: somebody changes AWS behind its back');
  for (const change of await hands.meddle()) say(`   ${red('✗')} ${change}`);
  say(dim('   … the next look (here every 5 s, usually every 10 min) finds and repairs just that'));
  await until('repairing', async () => (await shows('up to 16 vCPUs')) && (await ready(4)));
  await sleep(6_000);
  await until('settling', () => ready(4));

  heading('Change: the user edits the YAML');
  await edit(join(directory, '30-job-definition.yaml'), [['fetch-and-run:1.4.2', 'fetch-and-run:1.5.0']]);
  await edit(join(directory, '20-environment.yaml'), [['maxvCpus: 16', 'maxvCpus: 64']]);
  say(`   30-job-definition.yaml  image  ${red('1.4.2')} → ${green('1.5.0')}`);
  say(`   20-environment.yaml     maxvCpus  ${red('16')} → ${green('64')}`);
  await until('rolling out', async () => (await shows('1.5.0')) && (await shows('up to 64 vCPUs')) && (await ready(4)));
  show((await inventory()).filter(({ what }) => what === 'job definition' || what === 'compute environment'));

  heading('Delete: the user removes the files');
  const files = ['10-credential.yaml', '20-environment.yaml', '30-job-definition.yaml'];
  for (const file of files) await rm(join(directory, file));
  say(`   removed ${files.join(', ')}; 00-account.yaml stays, because an empty directory deletes nothing`);
  await until('deleting', async () => (await inventory()).length === 0);
  show(await inventory());
}

async function main(): Promise<void> {
  const once = process.argv.includes('--once');
  say(bold('Batchwright demo: AWS Batch with a private registry, kept as declared'));
  const work = await mkdtemp(join(tmpdir(), 'batchwright-demo-'));
  const directory = join(work, 'desired');
  const where = await place();
  const hands = new OtherHands(where.config);
  say('   making a VPC, two subnets and a security group');
  const network = await hands.network();
  const declare = () => writeExample(directory, { subnetIds: network.subnets, securityGroupId: network.securityGroup });
  await declare();
  const environment = {
    ...env,
    ...where.environment,
    REGISTRY_USERNAME: 'acme-robot',
    REGISTRY_PASSWORD: 'not-a-real-token',
  };
  const args = [
    '--dir',
    directory,
    '--data',
    join(work, 'data'),
    '--health',
    '127.0.0.1:0',
    '--api',
    '127.0.0.1:0',
    '--resync',
    '5s',
    '--iam-propagation',
    '2s',
  ];
  const loop = new Loop(args, environment, tell);
  try {
    await story(loop, hands, directory);
    say(`\n   health   ${loop.address}/readyz\n   metrics  ${loop.address}/metrics`);
    if (!once) await declare();
    if (!once)
      say(
        `\n${bold('It keeps running.')} Try:\n   edit a file in ${directory}\n   remove one, or break one: its objects stay as they were\n   kubectl --kubeconfig ${join(work, 'data', 'kubeconfig')} get all\n   curl ${loop.address}/metrics | grep batchwright_\n   Ctrl-C ends everything\n`,
      );
    if (!once)
      await Promise.race([
        loop.exit,
        new Promise(resolve => process.once('SIGINT', resolve)),
        new Promise(resolve => process.once('SIGTERM', resolve)),
      ]);
  } finally {
    await loop.stop();
    await where.stop();
    await rm(work, { recursive: true, force: true });
  }
  say(green('\nDone.'));
}

await main();
