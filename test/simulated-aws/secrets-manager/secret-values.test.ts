import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

const SecretId = 'registry';
const token = (letter: string) => letter.repeat(32);

beforeEach(async () => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  const input = { Name: SecretId, SecretString: 'A', ClientRequestToken: token('a') };
  await sim.clients.secretsManager.send(new CreateSecretCommand(input));
});

function put(letter: string, SecretString: string, more: object = {}) {
  const input = { SecretId, SecretString, ClientRequestToken: token(letter), ...more };
  return sim.clients.secretsManager.send(new PutSecretValueCommand(input));
}

function stages(): Record<string, readonly string[]> {
  const versions = sim.secretsManager.secrets.get(SecretId)?.versions ?? [];
  return Object.fromEntries(versions.map(version => [version.id.charAt(0), version.stages]));
}

async function value(more: object = {}): Promise<string | undefined> {
  return (await sim.clients.secretsManager.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;
}

it('moves AWSCURRENT and AWSPREVIOUS with each new value', async () => {
  await put('b', 'B');
  expect(stages()).toEqual({ a: ['AWSPREVIOUS'], b: ['AWSCURRENT'] });
  await put('c', 'C');

  expect(stages()).toEqual({ a: [], b: ['AWSPREVIOUS'], c: ['AWSCURRENT'] });
  expect([await value(), await value({ VersionStage: 'AWSPREVIOUS' }), await value({ VersionId: token('a') })]).toEqual(
    ['C', 'B', 'A'],
  );
});

it('does nothing for a token it knows, even when the value it stands for is no longer current', async () => {
  await put('b', 'B');

  const { VersionStages } = await put('a', 'A');

  expect(VersionStages).toEqual(['AWSPREVIOUS']);
  expect(await value()).toBe('B');
});

it('refuses a token that it knows with another value', async () => {
  expect(await rejection(put('a', 'B'))).toBe(
    'ResourceExistsException: A resource with the ID you requested already exists.',
  );
});

it('leaves AWSCURRENT alone when other labels are asked for', async () => {
  await put('b', 'B', { VersionStages: ['AWSPENDING'] });

  expect(stages()).toEqual({ a: ['AWSCURRENT'], b: ['AWSPENDING'] });
  expect(await value()).toBe('A');
});

it('moves other labels without a trace', async () => {
  for (const letter of ['b', 'c']) await put(letter, letter, { VersionStages: ['AWSPENDING'] });

  expect(stages()).toEqual({ a: ['AWSCURRENT'], b: [], c: ['AWSPENDING'] });
});

it.each([
  { name: 'an unknown version', more: { VersionId: token('x') }, message: 'ResourceNotFoundException' },
  {
    name: 'an unknown label',
    more: { VersionStage: 'AWSPENDING' },
    message:
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
  },
  {
    name: 'a version and a label that disagree',
    more: { VersionId: token('a'), VersionStage: 'AWSPREVIOUS' },
    message: 'InvalidRequestException',
  },
])('refuses to give $name', async ({ more, message }) => {
  expect(await rejection(value(more))).toContain(message);
});

it('has no value when none was ever put', async () => {
  await sim.clients.secretsManager.send(new CreateSecretCommand({ Name: 'empty' }));

  expect(await rejection(sim.clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'empty' })))).toBe(
    "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  );
});

it('keeps bytes as bytes', async () => {
  await put('b', '', { SecretString: undefined, SecretBinary: Buffer.from([1, 2]) });

  const answer = await sim.clients.secretsManager.send(new GetSecretValueCommand({ SecretId }));

  expect(answer.SecretBinary).toEqual(Uint8Array.from([1, 2]));
  expect(answer).not.toHaveProperty('SecretString');
});

it('moves a label only from where it is said to be, and never takes AWSCURRENT away', async () => {
  await put('b', 'B');
  const move = (more: object) =>
    rejection(
      sim.clients.secretsManager.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...more }),
      ),
    );

  expect(await move({ MoveToVersionId: token('a') })).toMatch(/^InvalidParameterException: .*RemoveFromVersionId/);
  expect(await move({ RemoveFromVersionId: token('b') })).toMatch(/^InvalidParameterException: /);
  expect(await move({ MoveToVersionId: token('a'), RemoveFromVersionId: token('b') })).toBe('not refused');
  expect(stages()).toEqual({ a: ['AWSCURRENT'], b: ['AWSPREVIOUS'] });
});

it('lists versions without a label only when asked', async () => {
  await put('b', 'B');
  await put('c', 'C');
  const ids = async (more: object) => {
    const { Versions } = await sim.clients.secretsManager.send(new ListSecretVersionIdsCommand({ SecretId, ...more }));
    return Versions?.map(version => version.VersionId?.charAt(0));
  };

  expect(await ids({})).toEqual(['b', 'c']);
  expect(await ids({ IncludeDeprecated: true })).toEqual(['a', 'b', 'c']);
});

it('has room for a hundred versions a day, and drops old ones without a label', async () => {
  const fill = async (count: number) => {
    for (let index = 0; index < count; index++) await put('', `v${index}`, { ClientRequestToken: undefined });
  };
  await fill(99);
  expect(await rejection(put('z', 'Z'))).toMatch(/^LimitExceededException: /);

  await clock.advance(86_400_000);
  expect(await rejection(put('z', 'Z'))).toBe('not refused');
  expect(sim.secretsManager.secrets.get(SecretId)?.versions).toHaveLength(100);
});
