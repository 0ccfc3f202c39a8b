import type { RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import { containerRequest, oneCpu, publicImage, register } from '../batch-things.ts';
import type { Assertion, ContractWorld } from '../contract.ts';

const role = ({ account: { partition, accountId } }: ContractWorld) => `arn:${partition}:iam::${accountId}:role/unused`;

/** What Describe makes of what was registered. */
export const jobDefinitionAnswers: readonly Assertion[] = [
  {
    name: 'a minimal job definition is described with empty lists and parameters, and without what nobody sent',
    run: async world => {
      const { containerProperties, ...revision } = await register(world, containerRequest(world));

      expect(revision).toMatchObject({ type: 'container', parameters: {}, containerOrchestrationType: 'ECS' });
      expect(revision.retryStrategy).toBeUndefined();
      expect(revision.timeout).toBeUndefined();
      expect(revision.propagateTags).not.toBe(true);
      const { resourceRequirements = [], ...rest } = containerProperties ?? {};
      expect(rest).toEqual({
        image: publicImage,
        command: [],
        environment: [],
        mountPoints: [],
        secrets: [],
        ulimits: [],
        volumes: [],
      });
      expect(new Set(resourceRequirements)).toEqual(new Set(oneCpu));
    },
  },
  {
    name: 'the type of a job definition is returned in lower case',
    run: async world => {
      const { type } = await register(world, containerRequest(world, {}, { type: 'Container' as 'container' }));

      expect(type).toBe('container');
    },
  },
  {
    name: 'variables without a value are dropped without a word',
    run: async world => {
      const environment = [
        { name: 'KEPT', value: 'a=1&b=2' },
        { name: 'LOST', value: '' },
      ];

      const { containerProperties } = await register(world, containerRequest(world, { environment }));

      expect(containerProperties?.environment).toEqual([{ name: 'KEPT', value: 'a=1&b=2' }]);
    },
  },
  {
    name: 'the actions of exit rules are returned in lower case and in order',
    run: async world => {
      const evaluateOnExit = [
        { onStatusReason: 'Host EC2*', action: 'RETRY' as const },
        { onReason: '*', action: 'EXIT' as const },
      ];

      const { retryStrategy } = await register(
        world,
        containerRequest(world, {}, { retryStrategy: { attempts: 3, evaluateOnExit } }),
      );

      expect(retryStrategy?.attempts).toBe(3);
      expect(retryStrategy?.evaluateOnExit).toMatchObject([
        { onStatusReason: 'Host EC2*', action: 'retry' },
        { onReason: '*', action: 'exit' },
      ]);
    },
  },
  {
    name: 'an empty timeout is not returned',
    run: async world => {
      expect((await register(world, containerRequest(world, {}, { timeout: {} }))).timeout).toBeUndefined();
    },
  },
  {
    name: 'vcpus and memory of old are returned as they were sent',
    run: async world => {
      const old = { resourceRequirements: undefined, vcpus: 1, memory: 512 };

      const { containerProperties } = await register(world, containerRequest(world, old));

      expect(containerProperties).toMatchObject({ vcpus: 1, memory: 512, resourceRequirements: [] });
    },
  },
  {
    name: 'on Fargate the platform version LATEST is filled in, and a runtime platform that was begun',
    run: async world => {
      const properties = { executionRoleArn: role(world), runtimePlatform: {} };

      const { containerProperties, platformCapabilities } = await register(
        world,
        containerRequest(world, properties, { platformCapabilities: ['FARGATE'] }),
      );

      expect(platformCapabilities).toEqual(['FARGATE']);
      expect(containerProperties).toMatchObject({
        fargatePlatformConfiguration: { platformVersion: 'LATEST' },
        runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      });
    },
  },
  {
    name: 'a log configuration and Linux parameters are returned with empty options and lists',
    run: async world => {
      const { containerProperties } = await register(
        world,
        containerRequest(world, {
          logConfiguration: { logDriver: 'awslogs' },
          linuxParameters: { initProcessEnabled: true },
        }),
      );

      expect(containerProperties).toMatchObject({
        logConfiguration: { logDriver: 'awslogs', options: {}, secretOptions: [] },
        linuxParameters: { initProcessEnabled: true, devices: [], tmpfs: [] },
      });
    },
  },
  {
    name: 'the secret of a registry login is returned exactly as it was sent',
    run: async world => {
      const { partition, region, accountId } = world.account;
      const credentialsParameter = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:none-AbCdEf`;

      const byArn = await register(
        world,
        containerRequest(world, { executionRoleArn: role(world), repositoryCredentials: { credentialsParameter } }),
      );
      const byName = await register(
        world,
        containerRequest(world, {
          executionRoleArn: role(world),
          repositoryCredentials: { credentialsParameter: 'none' },
        }),
      );

      expect(byArn.containerProperties?.repositoryCredentials).toEqual({ credentialsParameter });
      expect(byName.containerProperties?.repositoryCredentials).toEqual({ credentialsParameter: 'none' });
    },
  },
  {
    name: 'containers of a task keep their order and logins, and get lists and essential filled in',
    run: async world => {
      const container = (name: string) => ({
        name,
        image: publicImage,
        resourceRequirements: [...oneCpu],
        repositoryCredentials: { credentialsParameter: `login-${name}` },
      });
      const request: RegisterJobDefinitionRequest = {
        jobDefinitionName: world.name('definition'),
        type: 'container',
        ecsProperties: {
          taskProperties: [{ executionRoleArn: role(world), containers: [container('one'), container('two')] }],
        },
      };

      const { ecsProperties } = await register(world, request);

      const filled = { dependsOn: [], environment: [], essential: true, mountPoints: [], secrets: [], ulimits: [] };
      expect(ecsProperties?.taskProperties).toMatchObject([
        {
          volumes: [],
          containers: [
            { ...filled, name: 'one', repositoryCredentials: { credentialsParameter: 'login-one' } },
            { ...filled, name: 'two', repositoryCredentials: { credentialsParameter: 'login-two' } },
          ],
        },
      ]);
    },
  },
  {
    name: 'node ranges are returned with their containers filled in and with an empty list of instance types',
    run: async world => {
      const request: RegisterJobDefinitionRequest = {
        jobDefinitionName: world.name('definition'),
        type: 'multinode',
        nodeProperties: {
          numNodes: 2,
          mainNode: 0,
          nodeRangeProperties: [
            { targetNodes: '0:1', container: { image: publicImage, resourceRequirements: [...oneCpu] } },
          ],
        },
      };

      const { type, nodeProperties } = await register(world, request);

      expect(type).toBe('multinode');
      expect(nodeProperties).toMatchObject({
        numNodes: 2,
        mainNode: 0,
        nodeRangeProperties: [{ targetNodes: '0:1', instanceTypes: [], container: { command: [], environment: [] } }],
      });
    },
  },
  {
    name: 'a pod is returned with its lists filled in and its containers named',
    run: async world => {
      const limits = { cpu: '1', memory: '512Mi' };
      const request: RegisterJobDefinitionRequest = {
        jobDefinitionName: world.name('definition'),
        type: 'container',
        eksProperties: {
          podProperties: { containers: [{ image: publicImage, resources: { limits, requests: limits } }] },
        },
      };

      const { eksProperties, containerOrchestrationType } = await register(world, request);

      expect(containerOrchestrationType).toBe('EKS');
      expect(eksProperties?.podProperties).toMatchObject({
        imagePullSecrets: [],
        initContainers: [],
        volumes: [],
        containers: [{ name: 'Default', args: [], env: [], volumeMounts: [], resources: { limits } }],
      });
    },
  },
];
