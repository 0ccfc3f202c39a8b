import { DescribeJobDefinitionsCommand } from '@aws-sdk/client-batch';
import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { GetSecretValueCommand, ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import type { Call } from '../emulator/call-log.ts';
import type { Rule } from '../emulator/faults.ts';
import { Assembled } from './assembled.ts';
import { Installation } from './installation.ts';
import { inventory } from './inventory.ts';
import { portrait } from './portrait.ts';

/** A rule that asks questions about calls, or none. */
export type Fateful = Omit<Rule, 'match'> & { readonly match?: (call: Call) => boolean };

/** What a whole life of the example left to be judged: after converging, after a change of everything, after deletion. */
export interface Life {
  /** Every changing call as `service:Operation`, in order. */
  readonly changes: readonly string[];
  /** How many calls met a fault. */
  readonly faults: number;
  readonly secretVersions: number;
  readonly templateVersions: number;
  /** Hash tags of the ACTIVE revisions, those that stand for the same content twice. */
  readonly revisions: readonly string[];
  readonly password: unknown;
  readonly maxvCpus: unknown;
  readonly image: unknown;
  readonly left: Awaited<ReturnType<typeof inventory>>;
}

/** The example is declared, then changed in login, image and limit, then deleted, all of it under these faults. */
export async function life(rules: readonly Fateful[]): Promise<Life> {
  const system = await Installation.start({ times: { createMs: 50, updateMs: 20, deleteMs: 20 } });
  const controller = new Assembled(system);
  let looking = false;
  for (const rule of rules) {
    const match = (call: Call) => !looking && (rule.match === undefined || rule.match(call));
    system.emulator.faults.add({ ...rule, match });
  }
  try {
    await system.declareExample();
    await controller.apply();
    await controller.settled(4);

    controller.environment['REGISTRY_PASSWORD'] = 'the-next-token';
    await system.edit('30-job-definition.yaml', 'fetch-and-run:1.4.2', 'fetch-and-run:1.5.0');
    await system.edit('20-environment.yaml', 'maxvCpus: 16', 'maxvCpus: 64');
    await controller.apply();
    await controller.resync();
    await controller.settled(4);
    looking = true;
    const found = await judged(system);
    looking = false;

    await controller.deleteAll();
    await controller.settled(1);
    looking = true;
    const changes = system.emulator.calls
      .of({ mutating: true })
      .map(({ service, operation }) => `${service}:${operation}`);
    const faults = system.emulator.calls.of().filter(({ fault }) => fault !== undefined).length;
    return { ...found, changes, faults, left: await inventory(system) };
  } finally {
    await controller.stop();
    await system.stop();
  }
}

async function judged(system: Installation): Promise<Omit<Life, 'changes' | 'faults' | 'left'>> {
  const { secrets, ec2, batch } = system.aws;
  const SecretId = 'batchwright/default/dockerhub';
  const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }));
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const LaunchTemplateName = 'batchwright-default-blog';
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, MaxResults: 200 });
  const { LaunchTemplateVersions } = await ec2.send(command);
  const { jobDefinitions = [] } = await batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));
  const { computeEnvironments, jobDefinitions: newest } = (await portrait(system)) as unknown as Portrait;
  return {
    secretVersions: Versions?.length ?? 0,
    templateVersions: LaunchTemplateVersions?.length ?? 0,
    revisions: jobDefinitions.map(({ tags }) => tags?.['batchwright.dev/hash'] ?? 'none').sort(),
    password: (JSON.parse(SecretString) as { readonly password?: unknown }).password,
    maxvCpus: computeEnvironments[0]?.computeResources.maxvCpus,
    image: newest[0]?.containerProperties.image,
  };
}

interface Portrait {
  readonly computeEnvironments: readonly { readonly computeResources: { readonly maxvCpus: number } }[];
  readonly jobDefinitions: readonly { readonly containerProperties: { readonly image: string } }[];
}
