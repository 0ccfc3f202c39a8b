import { SubmitJobCommand } from '@aws-sdk/client-batch';
import { object } from './example.ts';
import { minute, type World } from './world.ts';

type Members = Readonly<Record<string, unknown>>;

/** The JobDefinition `hello`, which runs a command. */
export function definition(command: string, more: Members = {}, annotations?: Readonly<Record<string, string>>) {
  const containerProperties = {
    image: 'public.ecr.aws/acme/job:1',
    command: [command],
    resourceRequirements: [
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '512' },
    ],
  };
  return object('JobDefinition', 'hello', { containerProperties, ...more }, annotations);
}

/** Declares one content after the other, and lets everything come to rest each time, until what may go has gone. */
export async function declared(world: World, commands: readonly string[], more: Members = {}): Promise<void> {
  for (const command of commands) {
    await world.apply(definition(command, more));
    await world.settle();
    await lookTwice(world);
  }
}

/** Submits a job to the queue of the environment `blog`; answers its id. */
export async function submit({ aws }: World, jobDefinition: string): Promise<string> {
  const input = { jobName: 'work', jobQueue: 'blog-main', jobDefinition };
  const { jobId = '' } = await aws.clients.batch.send(new SubmitJobCommand(input));
  return jobId;
}

/** Lets time pass until a revision that no job uses has been seen without one for long enough. */
export async function lookTwice(world: World): Promise<void> {
  await world.resync();
  await world.clock.advance(minute);
  await world.resync();
}

/** The numbers of the revisions of a name that are ACTIVE. */
export function activeRevisions({ aws }: World, name = 'hello'): readonly number[] {
  return aws.batch.jobDefinitions
    .values()
    .filter(({ jobDefinitionName, status }) => jobDefinitionName === name && status === 'ACTIVE')
    .map(({ revision }) => revision);
}
