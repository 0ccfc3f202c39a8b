import { describe, expect, it } from 'vitest';
import { jobDefinitionKind } from '../../../controller/kinds/job-definition/job-definition.ts';
import type { ExpandInput, Expansion } from '../../../controller/kinds/kind.ts';
import { Unknown } from '../../../controller/model/declared.ts';
import { owner } from '../../resources/drive.ts';

type Members = Readonly<Record<string, unknown>>;

const role = 'arn:aws:iam::123456789012:role/execution';
const own = 'arn:aws:iam::123456789012:role/own';
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-AbCdEf';
const size = [
  { type: 'VCPU', value: '1' },
  { type: 'MEMORY', value: '512' },
];
const plain = { image: 'ghcr.io/acme/job:1', resourceRequirements: size };
const named = { ...plain, registryCredential: { name: 'ghcr' } };
const pulled = { ...plain, repositoryCredentials: { credentialsParameter: secret } };
const environment = { environment: { name: 'blog' } };
const podProperties = {
  containers: [{ image: 'ghcr.io/acme/job:1', resources: { limits: { cpu: '1', memory: '512Mi' } } }],
};

interface Around {
  readonly granted?: readonly string[];
  readonly listed?: readonly string[];
  readonly role?: string | Unknown;
  readonly secret?: string | Unknown;
}

function expand(spec: Members, around: Around = {}): Expansion {
  const { granted = ['ghcr'], listed = granted } = around;
  const blog = {
    spec: { registryCredentials: listed.map(name => ({ name })) },
    status: { executionRole: { grantedCredentials: granted } },
  };
  const input = {
    object: { apiVersion: 'batchwright.dev/v1alpha1', kind: 'JobDefinition', metadata: { name: 'job' } },
    spec: jobDefinitionKind.spec.parse(spec),
    owner,
    account: { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' },
    defaultTags: {},
    fingerprint: () => '',
    credential: undefined,
    referenced: () => blog,
    output: (kind: string) => (kind === 'BatchEnvironment' ? (around.role ?? role) : (around.secret ?? secret)),
    peers: () => [],
  } as unknown as ExpandInput<unknown>;
  return jobDefinitionKind.expand(input);
}

const contentOf = (spec: Members, around?: Around) => expand(spec, around).declared[0]?.want['content'];

describe('the content', () => {
  it.each<readonly [string, Members, Members]>([
    [
      'of a container takes the role of the environment and the secret of the login',
      { ...environment, containerProperties: named },
      { type: 'container', containerProperties: { ...pulled, executionRoleArn: role } },
    ],
    [
      'of a container keeps a role of its own',
      { ...environment, containerProperties: { ...named, executionRoleArn: own } },
      { type: 'container', containerProperties: { ...pulled, executionRoleArn: own } },
    ],
    [
      'of several containers has the role at the task, and the login at those that name it',
      {
        ...environment,
        ecsProperties: {
          taskProperties: [
            {
              containers: [
                { ...named, name: 'a' },
                { ...plain, name: 'b' },
              ],
            },
          ],
        },
      },
      {
        type: 'container',
        ecsProperties: {
          taskProperties: [
            {
              executionRoleArn: role,
              containers: [
                { ...pulled, name: 'a' },
                { ...plain, name: 'b' },
              ],
            },
          ],
        },
      },
    ],
    [
      'of a container by itself in a task has a name',
      { ecsProperties: { taskProperties: [{ containers: [plain] }] } },
      { type: 'container', ecsProperties: { taskProperties: [{ containers: [{ ...plain, name: 'default' }] }] } },
    ],
    [
      'of nodes has both in each range',
      {
        ...environment,
        type: 'multinode',
        nodeProperties: {
          numNodes: 4,
          mainNode: 0,
          nodeRangeProperties: [
            { targetNodes: '0:', container: named },
            {
              targetNodes: '1:2',
              ecsProperties: { taskProperties: [{ containers: [{ ...named, name: 'a' }] }] },
              instanceTypes: ['m5.large'],
            },
          ],
        },
      },
      {
        type: 'multinode',
        nodeProperties: {
          numNodes: 4,
          mainNode: 0,
          nodeRangeProperties: [
            { targetNodes: '0:', container: { ...pulled, executionRoleArn: role } },
            {
              targetNodes: '1:2',
              ecsProperties: { taskProperties: [{ executionRoleArn: role, containers: [{ ...pulled, name: 'a' }] }] },
              instanceTypes: ['m5.large'],
            },
          ],
        },
      },
    ],
    [
      'of a pod is as it stands',
      { eksProperties: { podProperties } },
      { type: 'container', eksProperties: { podProperties } },
    ],
    [
      'is without what is only ours',
      {
        containerProperties: plain,
        tags: { a: 'b' },
        revisionHistoryLimit: 1,
        revisionMinAgeMinutes: 1,
        deletionPolicy: 'Retain',
      },
      { type: 'container', containerProperties: plain },
    ],
  ])('%s', (_, spec, content) => {
    expect(contentOf(spec)).toEqual(content);
  });

  const nodes = {
    ...environment,
    type: 'multinode',
    nodeProperties: { numNodes: 1, mainNode: 0, nodeRangeProperties: [{ targetNodes: '0:', container: named }] },
  };

  it.each<readonly [string, Around, string]>([
    [
      'the secret of a login',
      { secret: new Unknown('RegistryCredential default/ghcr') },
      'RegistryCredential default/ghcr',
    ],
    [
      'the role of the environment',
      { role: new Unknown('BatchEnvironment default/blog') },
      'BatchEnvironment default/blog',
    ],
    ['the right to read a login', { granted: [], listed: ['ghcr'] }, 'may not read RegistryCredential ghcr yet'],
  ])('of nodes waits for %s', (_, around, after) => {
    const content = contentOf(nodes, around);

    expect(content).toBeInstanceOf(Unknown);
    expect(String(content)).toContain(after);
  });

  it('of nodes never comes where the environment does not list the login', () => {
    expect(() => contentOf(nodes, { granted: [] })).toThrow(
      'the execution role of BatchEnvironment blog may not read RegistryCredential ghcr: add it to spec.registryCredentials',
    );
  });
});

describe('references', () => {
  it('name the login of every container, with its place', () => {
    const spec = jobDefinitionKind.spec.parse({
      ...environment,
      type: 'multinode',
      nodeProperties: {
        numNodes: 2,
        mainNode: 0,
        nodeRangeProperties: [
          { targetNodes: '0', container: named },
          { targetNodes: '1', ecsProperties: { taskProperties: [{ containers: [{ ...named, name: 'a' }] }] } },
        ],
      },
    });

    expect(jobDefinitionKind.references(spec).map(({ path }) => path)).toEqual([
      'spec.environment.name',
      'spec.nodeProperties.nodeRangeProperties[0].container.registryCredential.name',
      'spec.nodeProperties.nodeRangeProperties[1].ecsProperties.taskProperties[0].containers[0].registryCredential.name',
    ]);
  });
});

describe('PullReady of a pod', () => {
  const pullReady = (image: string, more: Members = {}) => {
    const [container] = podProperties.containers;
    return expand({ eksProperties: { podProperties: { containers: [{ ...container, image }], ...more } } })
      .verdicts?.[0];
  };

  it.each<readonly [string, string, Members, Members]>([
    ['in ECR is True', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1', {}, { status: 'True', reason: 'EcrImage' }],
    [
      'with a secret of Kubernetes is not known',
      'ghcr.io/acme/job:1',
      { imagePullSecrets: [{ name: 'login' }] },
      { status: 'Unknown', reason: 'ImagePullSecretNamed' },
    ],
    ['without one is not known', 'ghcr.io/acme/job:1', {}, { status: 'Unknown', reason: 'AnonymousPull' }],
  ])('%s', (_, image, more, verdict) => {
    expect(pullReady(image, more)).toMatchObject({ type: 'PullReady', ...verdict });
  });
});
