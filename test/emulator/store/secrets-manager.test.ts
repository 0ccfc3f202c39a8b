import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    },
  ],
});

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `secret${count}`;
});

describe('values', () => {
  it('keep ampersands and everything else as it was sent', async () => {
    const SecretString = 'p&SecretString=hijack&x&Name=other&ClientRequestToken=short&"é\u0000';
    await create({ SecretString });
    expect(await aws.secrets.send(new GetSecretValueCommand({ SecretId: name }))).toMatchObject({
      Name: name,
      SecretString,
    });
  });

  it('follow the stage when it moves, and the next write moves on from there', async () => {
    const one = (await create({ SecretString: 'one' })).VersionId ?? '';
    const two = (await put('two')).VersionId ?? '';
    await aws.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: two,
        MoveToVersionId: one,
      }),
    );
    expect(await aws.secrets.send(new GetSecretValueCommand({ SecretId: name }))).toMatchObject({
      SecretString: 'one',
      VersionStages: ['AWSCURRENT'],
    });

    const three = (await put('three')).VersionId ?? '';
    expect((await described()).VersionIdsToStages).toEqual({ [three]: ['AWSCURRENT'], [one]: ['AWSPREVIOUS'] });
  });

  it('are stored once for one token', async () => {
    const ClientRequestToken = 'token-token-token-token-token-token';
    await create({ SecretString: 'zero' });
    const first = await put('one', ClientRequestToken);
    const second = await put('one', ClientRequestToken);
    expect(second.VersionId).toBe(first.VersionId);
    expect((await refusal(put('two', ClientRequestToken))).name).toBe('ResourceExistsException');
    const { Versions } = await aws.secrets.send(new ListSecretVersionIdsCommand({ SecretId: name }));
    expect(Versions).toHaveLength(2);
  });
});

describe('a secret that waits for its deletion', () => {
  beforeEach(async () => {
    await create({ SecretString: 'one', Tags: [{ Key: 'a', Value: 'b' }] });
    await aws.secrets.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
  });

  it.each<{ operation: string; call: () => Promise<unknown> }>([
    { operation: 'CreateSecret', call: () => create({ SecretString: 'one' }) },
    { operation: 'GetSecretValue', call: () => aws.secrets.send(new GetSecretValueCommand({ SecretId: name })) },
    { operation: 'PutSecretValue', call: () => put('two') },
    {
      operation: 'UpdateSecret',
      call: () => aws.secrets.send(new UpdateSecretCommand({ SecretId: name, Description: 'd' })),
    },
    {
      operation: 'TagResource',
      call: () => aws.secrets.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: 'c', Value: 'd' }] })),
    },
    {
      operation: 'UntagResource',
      call: () => aws.secrets.send(new UntagResourceCommand({ SecretId: name, TagKeys: ['a'] })),
    },
    {
      operation: 'PutResourcePolicy',
      call: () => aws.secrets.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: POLICY })),
    },
    { operation: 'DeleteSecret', call: () => aws.secrets.send(new DeleteSecretCommand({ SecretId: name })) },
  ])('refuses $operation', async ({ call }) => {
    expect((await refusal(call())).name).toBe('InvalidRequestException');
  });

  it('is described, listed on request only, and comes back whole', async () => {
    expect((await described()).DeletedDate).toBeInstanceOf(Date);
    expect(await listed({})).not.toContain(name);
    expect(await listed({ IncludePlannedDeletion: true })).toContain(name);

    await aws.secrets.send(new RestoreSecretCommand({ SecretId: name }));
    expect(await described()).toMatchObject({ Tags: [{ Key: 'a', Value: 'b' }] });
    expect((await described()).DeletedDate).toBeUndefined();
    await put('two');
  });
});

describe('errors', () => {
  it.each<{ code: string; reason: string; call: () => Promise<unknown> }>([
    { code: 'ResourceNotFoundException', reason: 'unknown secret', call: () => described() },
    {
      code: 'ResourceNotFoundException',
      reason: 'versions of an unknown secret',
      call: () => aws.secrets.send(new ListSecretVersionIdsCommand({ SecretId: name })),
    },
    {
      code: 'ResourceNotFoundException',
      reason: 'no value yet',
      call: async () => [await create({}), await aws.secrets.send(new GetSecretValueCommand({ SecretId: name }))],
    },
    { code: 'InvalidParameterException', reason: 'name', call: () => create({ Name: 'a b', SecretString: 'x' }) },
    { code: 'InvalidParameterException', reason: 'long name', call: () => create({ Name: 'n'.repeat(513) }) },
    { code: 'InvalidParameterException', reason: 'size', call: () => create({ SecretString: 'x'.repeat(65_537) }) },
    { code: 'InvalidParameterException', reason: 'empty', call: () => create({ SecretString: '' }) },
    {
      code: 'InvalidRequestException',
      reason: 'two values',
      call: () => create({ SecretString: 'a', SecretBinary: Buffer.from('a') }),
    },
    {
      code: 'InvalidParameterException',
      reason: 'tag twice',
      call: () => create({ Tags: [{ Key: 'a' }, { Key: 'a' }] }),
    },
    {
      code: 'InvalidParameterException',
      reason: 'aws: tag',
      call: () => create({ Tags: [{ Key: 'aws:a', Value: '' }] }),
    },
    {
      code: 'InvalidParameterException',
      reason: 'too many tags',
      call: () => create({ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }),
    },
    { code: 'InvalidNextTokenException', reason: 'token', call: () => listed({ NextToken: 'garbage' }) },
    { code: 'InvalidParameterException', reason: 'page size', call: () => listed({ MaxResults: 101 }) },
  ])('$code for $reason', async ({ code, call }) => {
    expect(await call().catch((error: { name: string; $metadata: object }) => error)).toMatchObject({
      name: code,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('list', () => {
  it('shows what a reconciler needs, filters by tag, and pages newest first', async () => {
    const other = await sharedEmulator({ paging: { pageSize: 2 } });
    const { secrets } = clientsOf(other);
    for (const Name of ['a', 'b', 'c']) {
      const Tags = [{ Key: 'owner', Value: `${Name}-owner` }];
      const request = { Name, SecretString: Name, KmsKeyId: 'alias/mine', Description: `about ${Name}`, Tags };
      await secrets.send(new CreateSecretCommand(request));
    }
    const first = await secrets.send(new ListSecretsCommand({}));
    const second = await secrets.send(new ListSecretsCommand({ NextToken: first.NextToken }));
    const filtered = await secrets.send(
      new ListSecretsCommand({
        Filters: [
          { Key: 'tag-key', Values: ['owner'] },
          { Key: 'tag-value', Values: ['b-'] },
        ],
      }),
    );
    await other.stop();

    expect([...(first.SecretList ?? []), ...(second.SecretList ?? [])].map(({ Name }) => Name)).toEqual([
      'c',
      'b',
      'a',
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(filtered.SecretList).toMatchObject([
      {
        Name: 'b',
        Description: 'about b',
        KmsKeyId: 'alias/mine',
        Tags: [{ Key: 'owner', Value: 'b-owner' }],
      },
    ]);
    expect(Object.values(filtered.SecretList?.[0]?.SecretVersionsToStages ?? {})).toEqual([['AWSCURRENT']]);
  });
});

describe('resource policies', () => {
  it.each([
    { policy: 'not json', code: 'MalformedPolicyDocumentException' },
    {
      policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*' }] }),
      code: 'MalformedPolicyDocumentException',
    },
    {
      policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] }),
      code: 'PublicPolicyException',
    },
  ])('are refused: $policy', async ({ policy, code }) => {
    await create({ SecretString: 'x' });
    const command = new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: policy, BlockPublicPolicy: true });
    expect((await refusal(aws.secrets.send(command))).name).toBe(code);
  });

  it('are kept, validated and removed', async () => {
    await create({ SecretString: 'x' });
    const policy = async () =>
      (await aws.secrets.send(new GetResourcePolicyCommand({ SecretId: name }))).ResourcePolicy;
    const validation = new ValidateResourcePolicyCommand({ SecretId: name, ResourcePolicy: POLICY });
    expect((await aws.secrets.send(validation)).PolicyValidationPassed).toBe(true);

    await aws.secrets.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: POLICY }));
    expect(await policy()).toBe(POLICY);
    await aws.secrets.send(new DeleteResourcePolicyCommand({ SecretId: name }));
    expect(await policy()).toBeUndefined();
  });
});

it('clears a description with an empty one', async () => {
  await create({ SecretString: 'x', Description: 'old' });
  await aws.secrets.send(new UpdateSecretCommand({ SecretId: name, Description: '' }));
  expect((await described()).Description).toBeUndefined();
});

it('replicates with the keys asked for, and answers with the ARN', async () => {
  const { ARN } = await create({ SecretString: 'x' });
  const AddReplicaRegions = [{ Region: 'eu-west-1', KmsKeyId: 'alias/there' }];
  const answer = await aws.secrets.send(new ReplicateSecretToRegionsCommand({ SecretId: name, AddReplicaRegions }));
  expect(answer).toMatchObject({
    ARN,
    ReplicationStatus: [{ Region: 'eu-west-1', KmsKeyId: 'alias/there', Status: 'InSync' }],
  });
});

function create(input: Partial<CreateSecretCommandInput>) {
  return aws.secrets.send(new CreateSecretCommand({ Name: name, ...input }));
}

function put(SecretString: string, ClientRequestToken?: string) {
  return aws.secrets.send(
    new PutSecretValueCommand({
      SecretId: name,
      SecretString,
      ...(ClientRequestToken !== undefined && { ClientRequestToken }),
    }),
  );
}

function described() {
  return aws.secrets.send(new DescribeSecretCommand({ SecretId: name }));
}

async function listed(input: ListSecretsCommandInput) {
  return ((await aws.secrets.send(new ListSecretsCommand(input))).SecretList ?? []).map(({ Name }) => Name);
}
