/** The AWS that the suite runs against. */
export type Where = 'simulated' | 'emulated' | 'real';

/** An assertion that does not hold in one of the worlds, although another one shows that it should. */
export interface Difference {
  /** The assertion's name. */
  readonly assertion: string;
  readonly where: Where;
  /** A piece of the message that the assertion must fail with there. When it holds one day, this entry has to go. */
  readonly what: string;
  /** Why it is so, and why it stays. */
  readonly why: string;
}

const taken = 'was not refused';
const unchecked = 'moto checks no contents; the rules of our kinds refuse it before any call';

/** Every known difference. An assertion that is not named here holds everywhere. */
export const differences: readonly Difference[] = [
  ...[
    'a compute environment with an image type that nobody knows is refused',
    'a scheduling policy with a share within another is refused',
    'a job definition for a platform that nobody knows is refused',
    'a job definition on EC2, without vCPUs is refused',
    'a job definition on EC2, with a runtime platform is refused',
    'a job definition on Fargate, with memory that does not go with its vCPUs is refused',
    'a job definition on Fargate, with a GPU is refused',
    'a job definition on Fargate, with a log driver of EC2 is refused',
    'a job definition with a main node that is none of its nodes is refused',
  ].map(assertion => ({ assertion, where: 'emulated', what: taken, why: unchecked }) as const),
  {
    assertion: 'an id that has not the form of one is malformed',
    where: 'emulated',
    what: 'InvalidLaunchTemplateId.NotFound',
    why: 'moto looks an id up without a look at its form; Batchwright only sends ids that AWS gave out',
  },
  {
    assertion: 'a secret scheduled for deletion cannot be read',
    where: 'emulated',
    what: 'currently marked deleted',
    why: 'moto refuses this one call in words of its own; the other calls have the words of AWS',
  },
  {
    assertion: 'AWSCURRENT cannot be taken away, nor moved without saying from where',
    where: 'emulated',
    what: taken,
    why: 'moto moves any stage anyhow; Batchwright always says from where',
  },
  {
    assertion: 'overrides replace the command, join the environment, and take the place of requirements',
    where: 'emulated',
    what: 'Set{ …(2) }',
    why: 'moto leaves overridden requirements out of the described job; no decision depends on them',
  },
  {
    assertion: 'a job waits PENDING for the one it depends on, and fails with it',
    where: 'emulated',
    what: 'is PENDING',
    why: 'jobs of the emulator run on a timetable of their own and know nothing of each other',
  },
  {
    assertion: 'the jobs of a queue are listed by name and by status, page by page',
    where: 'emulated',
    what: 'to deeply equal',
    why: 'moto filters by the status that it keeps itself, in which every job has succeeded at once',
  },
];
