import fc from 'fast-check';
import { jobDefinitionKind } from '../../../controller/kinds/job-definition/job-definition.ts';
import { specProblems } from '../../../controller/kinds/schemas.ts';

type Members = Readonly<Record<string, unknown>>;
type Arbitraries = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const role = fc.constantFrom('batch', 'other').map(name => `arn:aws:iam::123456789012:role/${name}`);
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const path = word.map(text => `/${text}`);
const image = fc.constantFrom('registry.example/a:1', 'registry.example/a', 'public.ecr.aws/b/c:latest', 'x:5000/y:2');
const values = fc.constantFrom('', '0', 'false', 'x', 'Ref::name');

const some = (members: Arbitraries): fc.Arbitrary<Members> =>
  fc.record(members as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
const listOf = (item: fc.Arbitrary<Members>, key: string, maxLength = 3) =>
  fc.uniqueArray(item, { maxLength, selector: one => one[key] });
const record = (members: Arbitraries): fc.Arbitrary<Members> =>
  fc.record(members as Record<string, fc.Arbitrary<unknown>>);
const map = (value: fc.Arbitrary<string>) => fc.dictionary(word, value, { maxKeys: 2 });

const secrets = listOf(record({ name: word, valueFrom: path }), 'name');
const volumes = listOf(
  fc.oneof(
    record({ name: word }),
    record({ name: word, host: some({ sourcePath: path }) }),
    record({
      name: word,
      efsVolumeConfiguration: fc.record(
        {
          fileSystemId: fc.constant('fs-1'),
          transitEncryption: fc.constant('ENABLED'),
          authorizationConfig: some({
            iam: fc.constantFrom('ENABLED', 'DISABLED'),
            accessPointId: fc.constant('fsap-1'),
          }),
        },
        { requiredKeys: ['fileSystemId'] },
      ),
    }),
  ),
  'name',
);
const environment = listOf(record({ name: word, value: values }), 'name', 4);

const anywhere: Arbitraries = {
  registryCredential: fc.constant({ name: 'ghcr' }),
  command: fc.array(values, { maxLength: 3 }),
  environment,
  secrets,
  readonlyRootFilesystem: fc.boolean(),
  user: word,
};
const onEc2: Arbitraries = {
  privileged: fc.boolean(),
  ulimits: listOf(record({ name: word, softLimit: fc.nat(9), hardLimit: fc.nat(9) }), 'name'),
  linuxParameters: some({
    devices: listOf(
      fc.record(
        {
          hostPath: path,
          containerPath: path,
          permissions: fc.subarray(['READ', 'WRITE', 'MKNOD']),
        },
        { requiredKeys: ['hostPath'] },
      ),
      'hostPath',
    ),
    tmpfs: listOf(record({ containerPath: path, size: fc.constantFrom(1, 64) }), 'containerPath'),
    initProcessEnabled: fc.boolean(),
    maxSwap: fc.nat(64),
    swappiness: fc.nat(100),
  }),
  logConfiguration: fc.record(
    { logDriver: fc.constantFrom('awslogs', 'splunk', 'syslog'), options: map(word), secretOptions: secrets },
    { requiredKeys: ['logDriver'] },
  ),
};

const size = (vcpus: readonly string[], memory: readonly string[]) =>
  fc.tuple(fc.constantFrom(...vcpus), fc.constantFrom(...memory), fc.boolean()).map(([vcpu, mib, swapped]) => {
    const list = [
      { type: 'VCPU', value: vcpu },
      { type: 'MEMORY', value: mib },
    ];
    return swapped ? list.reverse() : list;
  });

const ec2Size = size(['1', '2', '4'], ['512', '2048']);
const fargateSize = size(['1', '1.0'], ['2048', '4096']);

/** Members that are left out at will, with some that have to be there. */
const container = (required: Arbitraries, optional: Arbitraries) =>
  fc.tuple(record(required), some(optional)).map(([must, may]): Members => ({ ...may, ...must }));

const ec2Container = container(
  { image, resourceRequirements: ec2Size },
  { ...anywhere, ...onEc2, jobRoleArn: role, volumes },
);
const legacyContainer = container({ image, vcpus: fc.constantFrom(1, 2), memory: fc.constant(512) }, anywhere);
const fargateContainer = container(
  { image, resourceRequirements: fargateSize },
  {
    ...anywhere,
    runtimePlatform: some({
      operatingSystemFamily: fc.constant('LINUX'),
      cpuArchitecture: fc.constantFrom('X86_64', 'ARM64'),
    }),
    networkConfiguration: some({ assignPublicIp: fc.constantFrom('ENABLED', 'DISABLED') }),
    fargatePlatformConfiguration: some({ platformVersion: fc.constantFrom('LATEST', '1.4.0') }),
    ephemeralStorage: record({ sizeInGiB: fc.constantFrom(21, 200) }),
    enableExecuteCommand: fc.boolean(),
  },
);
const taskOf = (names: readonly string[]) =>
  fc
    .tuple(
      ...names.map(name =>
        container(
          { image, name: fc.constant(name), resourceRequirements: ec2Size },
          { ...anywhere, ...onEc2, stopTimeout: fc.constant(30) },
        ),
      ),
    )
    .chain(containers =>
      some({ taskRoleArn: role, volumes, pidMode: fc.constant('task'), enableExecuteCommand: fc.boolean() }).map(
        (properties): Members => ({ taskProperties: [{ ...properties, containers }] }),
      ),
    );
const ecsProperties = fc.oneof(taskOf(['a']), taskOf(['b', 'a']));

const podContainer = container(
  { image, resources: fc.constant({ limits: { cpu: '1', memory: '512Mi' } }) },
  {
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never'),
    command: fc.array(values, { maxLength: 2 }),
    args: fc.array(values, { maxLength: 2 }),
    env: listOf(record({ name: word, value: values }), 'name'),
  },
);
const eksProperties = fc
  .tuple(
    podContainer,
    some({
      hostNetwork: fc.boolean(),
      dnsPolicy: fc.constantFrom('Default', 'ClusterFirst', 'ClusterFirstWithHostNet'),
      imagePullSecrets: listOf(record({ name: word }), 'name'),
      shareProcessNamespace: fc.boolean(),
      serviceAccountName: word,
      metadata: some({ labels: map(word), annotations: map(word), namespace: fc.constant('jobs') }),
    }),
  )
  .map(([first, properties]): Members => ({ podProperties: { ...properties, containers: [first] } }));

const range = (targetNodes: string) =>
  fc.oneof(
    ec2Container.map((one): Members => ({ targetNodes, container: one })),
    ecsProperties.map((properties): Members => ({ targetNodes, ecsProperties: properties })),
  );
const nodeProperties = fc
  .tuple(range('0:'), fc.option(range('1:2'), { nil: undefined }))
  .map(([all, some_]): Members => ({ numNodes: 4, mainNode: 0, nodeRangeProperties: some_ ? [all, some_] : [all] }));

const shape = fc.oneof(
  ec2Container.map((one): Members => ({ containerProperties: one })),
  legacyContainer.map((one): Members => ({ containerProperties: one })),
  fargateContainer.map((one): Members => ({ containerProperties: one, platformCapabilities: ['FARGATE'] })),
  ecsProperties.map((properties): Members => ({ ecsProperties: properties })),
  nodeProperties.map((properties): Members => ({ type: 'multinode', nodeProperties: properties })),
  eksProperties.map((properties): Members => ({ eksProperties: properties })),
);

const around = some({
  parameters: map(word),
  schedulingPriority: fc.constantFrom(0, 9999),
  retryStrategy: some({
    attempts: fc.integer({ min: 1, max: 10 }),
    evaluateOnExit: fc.array(
      fc.record(
        { onExitCode: fc.constantFrom('1', '13*', '*'), onReason: word, action: fc.constantFrom('RETRY', 'EXIT') },
        { requiredKeys: ['action'] },
      ),
      { maxLength: 3 },
    ),
  }),
  timeout: record({ attemptDurationSeconds: fc.constantFrom(60, 3600) }),
  consumableResourceProperties: record({
    consumableResourceList: listOf(record({ consumableResource: word, quantity: fc.nat(3) }), 'consumableResource', 2),
  }),
  tags: map(word),
});

/** Specs of job definitions that break no rule, of every shape. */
export const arbitrarySpec: fc.Arbitrary<Members> = fc
  .tuple(around, shape)
  .map(([members, what]): Members => ({ environment: { name: 'blog' }, ...members, ...what }))
  .filter(spec => specProblems(jobDefinitionKind, spec).length === 0);
