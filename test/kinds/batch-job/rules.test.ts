import { describe, expect, it } from 'vitest';
import { batchJob } from '../../../controller/kinds/batch-job/batch-job.ts';
import { specProblems } from '../../../controller/kinds/schemas.ts';

type Members = Readonly<Record<string, unknown>>;

const base = { environment: { name: 'blog' }, jobDefinition: { name: 'hello' } };
const array = { arrayProperties: { size: 4 } };
const node = (more: Members) => ({ nodeOverrides: { nodePropertyOverrides: [{ targetNodes: '0:', ...more }] } });
const task = (...containers: readonly Members[]) => ({ ecsPropertiesOverride: { taskProperties: [{ containers }] } });
const pod = (...containers: readonly Members[]) => ({ eksPropertiesOverride: { podProperties: { containers } } });
const cpu = { type: 'VCPU', value: '1' };

function problems(more: Members): readonly string[] {
  return specProblems(batchJob, { ...base, ...more }).map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );
}

// biome-ignore format: a table reads best in columns
const fine: readonly (readonly [string, Members])[] = [
  ['nothing more', {}],
  ['a queue and a definition of others', { environment: undefined, jobDefinition: undefined, jobQueueName: 'theirs', jobDefinitionName: 'theirs:3' }],
  ['an array whose children wait for each other', { ...array, dependsOn: [{ type: 'SEQUENTIAL' }] }],
  ['an array that depends child by child', { ...array, dependsOn: [{ job: { name: 'other' }, type: 'N_TO_N' }] }],
  ['an array of the smallest size', { arrayProperties: { size: 2 } }],
  ['an array of the largest size', { arrayProperties: { size: 10_000 } }],
  ['twenty dependencies', { dependsOn: Array.from({ length: 20 }, (_, i) => ({ jobId: `j${i}` })) }],
  ['a retry strategy without attempts', { retryStrategy: { evaluateOnExit: [{ onReason: 'Host EC2*', action: 'RETRY' }] } }],
  ['the shortest timeout', { timeout: { attemptDurationSeconds: 60 } }],
  ['the highest priority', { shareIdentifier: 'team', schedulingPriorityOverride: 9999 }],
  ['an instance type for nodes', node({ containerOverrides: { instanceType: 'm5.large' } })],
  ['an instance type for nodes of several containers', node({ ...task({ name: 'a' }), instanceTypes: ['m5.large'] })],
  ['one container of a pod without its name', pod({ image: 'alpine:3' })],
  ['the members of old', { containerOverrides: { vcpus: 2, memory: 512 } }],
];

describe('takes', () => {
  it.each(fine)('%s', (_, more) => {
    expect(problems(more)).toEqual([]);
  });
});

// biome-ignore format: a table reads best in columns
const wrong: readonly (readonly [string, Members, string])[] = [
  ['no queue', { environment: undefined }, ': one of environment, jobQueueName is required'],
  ['two queues', { jobQueueName: 'x' }, 'jobQueueName: only one of environment, jobQueueName may be set'],
  ['no definition', { jobDefinition: undefined }, ': one of jobDefinition, jobDefinitionName is required'],
  ['a queue of no environment', { environment: undefined, jobQueueName: 'x', jobQueue: 'main' }, 'jobQueue: is a queue of spec.environment, which is missing; for another queue use jobQueueName'],
  ['two overrides', { containerOverrides: {}, ...task({ name: 'a' }) }, 'ecsPropertiesOverride: only one of containerOverrides, ecsPropertiesOverride may be set: a job has one shape'],
  ['nodes beside a container', { containerOverrides: {}, nodeOverrides: {} }, 'nodeOverrides: only one of containerOverrides, nodeOverrides may be set: a job has one shape'],
  ['an instance type for one container', { containerOverrides: { instanceType: 'm5.large' } }, 'containerOverrides.instanceType: is for multi-node jobs only; their overrides stand in nodeOverrides.nodePropertyOverrides'],
  ['much text', { parameters: { text: 'x'.repeat(31 * 1024) } }, ': is larger than the 30 KiB that AWS takes; move data out of overrides and parameters'],
  ['two names for one dependency', { dependsOn: [{ job: { name: 'a' }, jobId: 'b' }] }, 'dependsOn.0.jobId: and job exclude each other; keep job where a BatchJob stands for it'],
  ['a dependency on nothing', { dependsOn: [{}] }, 'dependsOn.0: job or jobId is required; only type SEQUENTIAL does without: one child of the array after the other'],
  ['child by child of nothing', { ...array, dependsOn: [{ type: 'N_TO_N' }] }, 'dependsOn.0: job or jobId is required; only type SEQUENTIAL does without: one child of the array after the other'],
  ['child by child without children', { dependsOn: [{ jobId: 'a', type: 'N_TO_N' }] }, 'dependsOn.0.type: N_TO_N is for array jobs; give arrayProperties, or leave it out'],
  ['one after the other without children', { dependsOn: [{ type: 'SEQUENTIAL' }] }, 'dependsOn.0.type: SEQUENTIAL is for array jobs; give arrayProperties, or leave it out'],
  ['21 dependencies', { dependsOn: Array.from({ length: 21 }, (_, i) => ({ jobId: `j${i}` })) }, 'dependsOn: '],
  ['an array of one', { arrayProperties: { size: 1 } }, 'arrayProperties.size: '],
  ['an array of too many', { arrayProperties: { size: 10_001 } }, 'arrayProperties.size: '],
  ['no attempt', { retryStrategy: { attempts: 0 } }, 'retryStrategy.attempts: '],
  ['11 attempts', { retryStrategy: { attempts: 11 } }, 'retryStrategy.attempts: '],
  ['six conditions', { retryStrategy: { evaluateOnExit: Array.from({ length: 6 }, () => ({ action: 'EXIT' })) } }, 'retryStrategy.evaluateOnExit: '],
  ['a short timeout', { timeout: { attemptDurationSeconds: 59 } }, 'timeout.attemptDurationSeconds: '],
  ['a high priority', { schedulingPriorityOverride: 10_000 }, 'schedulingPriorityOverride: '],
  ['a share of spaces', { shareIdentifier: 'a b' }, 'shareIdentifier: '],
  ['a name of a definition that AWS does not take', { jobDefinition: undefined, jobDefinitionName: '-x' }, 'jobDefinitionName: must be a name, or name:revision'],
  ["a variable of AWS's own", { containerOverrides: { environment: [{ name: 'AWS_BATCH_X', value: '' }] } }, 'containerOverrides.environment.0.name: may not begin with AWS_BATCH'],
  ['an empty argument', { containerOverrides: { command: ['echo', ''] } }, 'containerOverrides.command.1: must not be empty: AWS Batch takes no empty argument here'],
  ['one requirement twice', { containerOverrides: { resourceRequirements: [cpu, cpu] } }, 'containerOverrides.resourceRequirements.1.type: VCPU stands in entry 0 already'],
  ['one container twice', task({ name: 'a' }, { name: 'a' }), 'ecsPropertiesOverride.taskProperties.0.containers.1.name: a stands in entry 0 already'],
  ['one container of a pod twice', pod({ name: 'a' }, { name: 'a' }), 'eksPropertiesOverride.podProperties.containers.1.name: a stands in entry 0 already'],
  ['several containers of a pod without names', pod({ name: 'a' }, {}), 'eksPropertiesOverride.podProperties.containers.1.name: is required where there are several containers'],
  ['a resource twice', { consumableResourcePropertiesOverride: { consumableResourceList: [{ consumableResource: 'a', quantity: 1 }, { consumableResource: 'a', quantity: 2 }] } }, 'consumableResourcePropertiesOverride.consumableResourceList.1.consumableResource: a stands in entry 0 already'],
  ['two shapes of one node', node({ containerOverrides: {}, ...task({ name: 'a' }) }), 'nodeOverrides.nodePropertyOverrides.0.ecsPropertiesOverride: only one of containerOverrides, ecsPropertiesOverride may be set: a node has one shape'],
  ['instance types for nodes of one container', node({ instanceTypes: ['m5.large'] }), 'nodeOverrides.nodePropertyOverrides.0.instanceTypes: is for nodes of several containers; give containerOverrides.instanceType'],
  ['a range backwards', node({ targetNodes: '3:1' }), 'nodeOverrides.nodePropertyOverrides.0.targetNodes: 3:1 ends before it begins'],
];

describe('refuses', () => {
  it.each(wrong)('%s', (_, more, says) => {
    const found = problems(more);

    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(says), found[0]).toBe(true);
  });
});
