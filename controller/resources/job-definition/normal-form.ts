import { isObject } from '../../model/json.ts';
import type { Content, NormalForm } from './shape.ts';

/**
 * One form for what was sent and what AWS answers, so that equal definitions are equal JSON. The rules are the table of
 * the aws-batch reference, §4.5; numbers in comments are its rows. Works on any mix of known and unknown members:
 * unknown ones are kept as they are.
 */
export function normalForm(definition: Content): NormalForm {
  const type = lower(definition['type']);
  const platformCapabilities = platforms(definition);
  const fargate = platformCapabilities?.[0] === 'FARGATE';
  const normal = {
    ...definition,
    type,
    platformCapabilities,
    propagateTags: definition['propagateTags'] ?? false, // 16
    retryStrategy: retryStrategy(definition['retryStrategy']),
    containerProperties: mapped(definition['containerProperties'], value => container(value, fargate)),
    ecsProperties: mapped(definition['ecsProperties'], value => ecsProperties(value, fargate)),
    eksProperties: mapped(definition['eksProperties'], eksProperties),
    nodeProperties: mapped(definition['nodeProperties'], value => nodeProperties(value)),
    consumableResourceProperties: mapped(definition['consumableResourceProperties'], consumableResources),
  };
  return (pruned(normal) ?? {}) as NormalForm;
}

type Members = Readonly<Record<string, unknown>>;

function mapped(value: unknown, change: (members: Members) => unknown): unknown {
  return isObject(value) ? change(value) : undefined;
}

function each(list: unknown, change: (members: Members) => unknown): readonly unknown[] | undefined {
  return Array.isArray(list) ? list.map(item => (isObject(item) ? change(item) : item)) : undefined;
}

function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function sortedBy(list: unknown, ...keys: readonly string[]): readonly unknown[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const rank = (item: unknown) => (isObject(item) ? keys.map(key => String(item[key] ?? '')).join('\0') : String(item));
  return [...list].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** Empty lists, empty objects, nulls and undefined members go, from the inside out (2, 13, 14, 15, 24, 26, 27, 42). */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(item => pruned(item)).filter(item => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (!isObject(value)) return value ?? undefined;
  const members = Object.entries(value)
    .map(([key, member]) => [key, pruned(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** 17: absence means EC2, except for EKS, where nothing is said. */
function platforms(definition: Members): readonly unknown[] | undefined {
  const given = definition['platformCapabilities'];
  if (Array.isArray(given) && given.length > 0)
    return given.map(item => (typeof item === 'string' ? item.toUpperCase() : item));
  return isObject(definition['eksProperties']) ? undefined : ['EC2'];
}

/** 10, 11, 12: the order of evaluateOnExit counts, the case of its actions does not. */
function retryStrategy(value: unknown): unknown {
  if (pruned(value) === undefined || !isObject(value)) return undefined;
  return {
    ...value,
    attempts: value['attempts'] ?? 1,
    evaluateOnExit: each(value['evaluateOnExit'], rule => ({ ...rule, action: lower(rule['action']) })),
  };
}

/** What containers of containerProperties and of ecsProperties have in common. */
function commonContainer(value: Members): Members {
  return {
    ...value,
    environment: environment(value['environment']),
    secrets: sortedBy(value['secrets'], 'name'), // 5
    resourceRequirements: requirements(value),
    mountPoints: sortedBy(
      each(value['mountPoints'], point => ({ ...point, readOnly: point['readOnly'] || undefined })),
      'containerPath',
    ), // 9
    ulimits: sortedBy(value['ulimits'], 'name'),
    privileged: value['privileged'] || undefined, // 23
    readonlyRootFilesystem: value['readonlyRootFilesystem'] || undefined,
    enableExecuteCommand: value['enableExecuteCommand'] || undefined,
    linuxParameters: mapped(value['linuxParameters'], linuxParameters),
    logConfiguration: mapped(value['logConfiguration'], log => ({
      ...log,
      secretOptions: sortedBy(log['secretOptions'], 'name'),
    })),
  };
}

/** 3, 4: order does not count, and AWS drops entries with an empty value. */
function environment(list: unknown): readonly unknown[] | undefined {
  const kept = Array.isArray(list) ? list.filter(item => !isObject(item) || (item['value'] ?? '') !== '') : undefined;
  return sortedBy(kept, 'name');
}

/** 6, 7, 8: the legacy vcpus and memory count as requirements; values compare as numbers. */
function requirements(value: Members): readonly unknown[] | undefined {
  const listed = Array.isArray(value['resourceRequirements']) ? value['resourceRequirements'].filter(isObject) : [];
  const has = (type: string) => listed.some(item => item['type'] === type);
  const lifted = [
    ...(value['vcpus'] !== undefined && value['vcpus'] !== null && !has('VCPU')
      ? [{ type: 'VCPU', value: String(value['vcpus']) }]
      : []),
    ...(value['memory'] !== undefined && value['memory'] !== null && !has('MEMORY')
      ? [{ type: 'MEMORY', value: String(value['memory']) }]
      : []),
  ];
  const all = [...listed, ...lifted].map(item => ({ ...item, value: numeric(item['value']) }));
  return sortedBy(all, 'type');
}

function numeric(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? String(Number(value))
    : value;
}

/** 9, 24, 25: a device without permissions has all of them. */
function linuxParameters(value: Members): Members {
  const all = ['READ', 'WRITE', 'MKNOD'];
  const devices = each(value['devices'], device => ({
    ...device,
    permissions: sortedBy(
      Array.isArray(device['permissions']) && device['permissions'].length > 0 ? device['permissions'] : all,
    ),
  }));
  return {
    ...value,
    devices: sortedBy(devices, 'hostPath'),
    tmpfs: sortedBy(value['tmpfs'], 'containerPath'),
    initProcessEnabled: value['initProcessEnabled'] || undefined,
  };
}

/** 27, 28: an empty host is none; EFS fields have defaults. */
function volumes(list: unknown): readonly unknown[] | undefined {
  const filled = each(list, volume => ({
    ...volume,
    efsVolumeConfiguration: mapped(volume['efsVolumeConfiguration'], efs),
  }));
  return sortedBy(filled, 'name');
}

function efs(value: Members): Members {
  const config = isObject(value['authorizationConfig']) ? value['authorizationConfig'] : {};
  return {
    ...value,
    rootDirectory: value['rootDirectory'] ?? '/',
    transitEncryption: value['transitEncryption'] ?? 'DISABLED',
    authorizationConfig: { ...config, iam: config['iam'] ?? 'DISABLED' },
  };
}

/** 41: AWS may answer with a name or an ARN, whatever it was given. */
function consumableResources(value: Members): Members {
  const list = each(value['consumableResourceList'], item => {
    const name = item['consumableResource'];
    return { ...item, consumableResource: typeof name === 'string' ? name.split('/').at(-1) : name };
  });
  return { ...value, consumableResourceList: sortedBy(list, 'consumableResource') };
}

/** 19, 20, 21, 22: what AWS fills in on Fargate. */
function fargateDefaults(value: Members): Members {
  const runtime = isObject(value['runtimePlatform']) ? value['runtimePlatform'] : {};
  const network = isObject(value['networkConfiguration']) ? value['networkConfiguration'] : {};
  return {
    runtimePlatform: {
      ...runtime,
      operatingSystemFamily: runtime['operatingSystemFamily'] ?? 'LINUX',
      cpuArchitecture: runtime['cpuArchitecture'] ?? 'X86_64',
    },
    networkConfiguration: { ...network, assignPublicIp: network['assignPublicIp'] ?? 'DISABLED' },
  };
}

function container(value: Members, fargate: boolean): Members {
  const { vcpus: _vcpus, memory: _memory, ...rest } = value;
  const common = { ...commonContainer(value), vcpus: undefined, memory: undefined };
  const platform = isObject(value['fargatePlatformConfiguration']) ? value['fargatePlatformConfiguration'] : {};
  return {
    ...rest,
    ...common,
    volumes: volumes(value['volumes']),
    ...(fargate
      ? {
          ...fargateDefaults(value),
          fargatePlatformConfiguration: { ...platform, platformVersion: platform['platformVersion'] ?? 'LATEST' },
        }
      : {}),
  };
}

/** 20, 29, 30: containers by name; essential unless said otherwise. */
function ecsProperties(value: Members, fargate: boolean): Members {
  const task = (properties: Members) => ({
    ...properties,
    ...(fargate ? { ...fargateDefaults(properties), platformVersion: properties['platformVersion'] ?? 'LATEST' } : {}),
    enableExecuteCommand: properties['enableExecuteCommand'] || undefined,
    networkMode: properties['networkMode'] === 'host' ? undefined : properties['networkMode'],
    volumes: volumes(properties['volumes']),
    containers: sortedBy(each(properties['containers'], ecsContainer), 'name'),
  });
  return { ...value, taskProperties: each(value['taskProperties'], task) };
}

function ecsContainer(value: Members): Members {
  return {
    ...commonContainer(value),
    essential: value['essential'] ?? true,
    dependsOn: sortedBy(value['dependsOn'], 'containerName'),
  };
}

/** 9, 31: the order of node ranges counts, later ones override. */
function nodeProperties(value: Members): Members {
  const range = (members: Members) => ({
    ...members,
    container: mapped(members['container'], item => container(item, false)),
    ecsProperties: mapped(members['ecsProperties'], item => ecsProperties(item, false)),
    eksProperties: mapped(members['eksProperties'], eksProperties),
    consumableResourceProperties: mapped(members['consumableResourceProperties'], consumableResources),
  });
  return { ...value, nodeRangeProperties: each(value['nodeRangeProperties'], range) };
}

/** 32 to 37. */
function eksProperties(value: Members): Members {
  const pod = (properties: Members) => {
    const hostNetwork = properties['hostNetwork'] ?? true;
    return {
      ...properties,
      hostNetwork,
      dnsPolicy: properties['dnsPolicy'] ?? (hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst'),
      imagePullSecrets: sortedBy(properties['imagePullSecrets'], 'name'),
      shareProcessNamespace: properties['shareProcessNamespace'] || undefined,
      volumes: sortedBy(properties['volumes'], 'name'),
      containers: each(properties['containers'], eksContainer),
      initContainers: each(properties['initContainers'], eksContainer),
    };
  };
  return { ...value, podProperties: mapped(value['podProperties'], pod) };
}

function eksContainer(value: Members): Members {
  const image = typeof value['image'] === 'string' ? value['image'] : '';
  const latest = /:latest$/.test(image) || !/[:@][^/]*$/.test(image);
  return {
    ...value,
    name: value['name'] ?? 'Default',
    imagePullPolicy: value['imagePullPolicy'] ?? (latest ? 'Always' : 'IfNotPresent'),
    env: sortedBy(value['env'], 'name'),
    volumeMounts: sortedBy(
      each(value['volumeMounts'], mount => ({ ...mount, readOnly: mount['readOnly'] || undefined })),
      'mountPath',
    ),
    resources: mapped(value['resources'], resources => ({
      ...resources,
      limits: mapped(resources['limits'], quantities),
      requests: mapped(resources['requests'], quantities),
    })),
  };
}

function quantities(value: Members): Members {
  return Object.fromEntries(Object.entries(value).map(([key, quantity]) => [key, numeric(quantity)]));
}
