import { afterEach, expect, it } from 'vitest';
import { allReady } from './environment.ts';
import { definitionSpec, example, object } from './example.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const { environment, containerProperties } = definitionSpec;
const { registryCredential: _, ...anonymous } = containerProperties;
const several = {
  taskProperties: [
    {
      containers: [
        { ...containerProperties, name: 'main' },
        { ...anonymous, name: 'side', essential: false },
      ],
    },
  ],
};
const pod = {
  podProperties: {
    imagePullSecrets: [{ name: 'ghcr' }],
    volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '64Mi' } }],
    containers: [{ image: 'ghcr.io/acme/job:1', resources: { limits: { cpu: '1', memory: '512Mi' } } }],
  },
};

const shapes: readonly (readonly [what: string, spec: object, logins: number])[] = [
  ['one container', { environment, containerProperties }, 1],
  ['several containers', { environment, ecsProperties: several }, 1],
  [
    'nodes',
    {
      environment,
      type: 'multinode',
      nodeProperties: {
        numNodes: 4,
        mainNode: 0,
        nodeRangeProperties: [
          { targetNodes: '0:', container: containerProperties },
          { targetNodes: '1:2', ecsProperties: several, instanceTypes: ['m5.large'] },
        ],
      },
    },
    2,
  ],
  ['a pod', { eksProperties: pod }, 0],
];

it.each(shapes)('%s becomes one revision with its logins, and stays as it is', async (_what, spec, logins) => {
  world = new World({ simulated: { fillsDefaults: true, reorders: true } });
  await world.applyAll([...example().slice(0, 2), object('JobDefinition', 'hello', spec)]);
  await world.settle();
  const secret = world.aws.secretsManager.secrets.values()[0]?.arn ?? 'no secret';

  expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
  const text = JSON.stringify(world.aws.batch.jobDefinitions.get('hello:1'));
  expect(text.split(`"repositoryCredentials":{"credentialsParameter":"${secret}"}`).length - 1).toBe(logins);
  const { length } = world.aws.calls;
  await world.resync();
  await world.restart({ loseData: true });
  await world.settle();
  expect(world.changesSince(length)).toEqual([]);
});
