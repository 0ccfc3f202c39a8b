import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { iamPolicy } from '../../controller/commands/iam-policy.ts';

const resources = fileURLToPath(new URL('../../controller/resources', import.meta.url));

const prefixes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-batch': 'batch',
  '@aws-sdk/client-ec2': 'ec2',
  '@aws-sdk/client-iam': 'iam',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
};

/** Every action that the resources' code can send, by the commands that it imports. */
async function sendable(): Promise<readonly string[]> {
  const names = (await readdir(resources, { recursive: true })).filter(name => name.endsWith('.ts'));
  const texts = await Promise.all(names.map(name => readFile(join(resources, name), 'utf8')));
  const imports = texts.flatMap(text => [
    ...text.matchAll(/import(?: type)? \{([^}]*)\} from '(@aws-sdk\/client-[\w-]+)'/g),
  ]);
  const actions = imports.flatMap(([, list = '', client = '']) =>
    [...list.matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, name]) => `${prefixes[client]}:${name}`),
  );
  return [...new Set(actions)].sort();
}

const listed = iamPolicy.Statement.flatMap(({ Action }) => Action);
const allows = (action: string) =>
  listed.some(pattern => new RegExp(`^${pattern.replaceAll('*', '\\w*')}$`).test(action));

/** Needed, but not as a call of their own. */
const extras = [
  'iam:PassRole',
  'iam:CreateServiceLinkedRole',
  'iam:ListInstanceProfilesForRole',
  'batch:SetCapacityTags',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeImages',
];

it('allows every action that the controller can send', async () => {
  const actions = await sendable();

  expect(actions.length).toBeGreaterThan(40);
  expect(actions.filter(action => !allows(action))).toEqual([]);
});

it('allows nothing that is not sent', async () => {
  const actions = await sendable();
  const idle = listed.filter(
    pattern => !pattern.includes('*') && !actions.includes(pattern) && !extras.includes(pattern),
  );

  expect(idle).toEqual([]);
});

it('reads no secret value but those of its own', () => {
  const reading = iamPolicy.Statement.filter(({ Action }) =>
    Action.some(action => action === 'secretsmanager:GetSecretValue' || action.endsWith(':*')),
  );

  expect(reading.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    ['ReadSecretValues', { StringEquals: { 'aws:ResourceTag/batchwright.dev/controller': 'batchwright' } }],
  ]);
});
