import type { Answer, AwsRequest } from './request.ts';
import { parsedJson } from './request.ts';
import type { Stage, Times } from './stage.ts';

/** How a job ends when it is not to succeed. */
export interface JobFailure {
  readonly statusReason: string;
  /** The exit code of the container; left out when it never started. */
  readonly exitCode?: number;
}

interface Run {
  readonly submittedAt: number;
  readonly failure: JobFailure | undefined;
  readonly endedAt: number | undefined;
}

type Item = Record<string, unknown>;

const LISTS: Readonly<Record<string, string>> = { DescribeJobs: 'jobs', ListJobs: 'jobSummaryList' };
const RUNNING_STATES = ['SUBMITTED', 'RUNNABLE', 'STARTING', 'RUNNING'] as const;
/** In these a job is past cancelling. */
const STARTED = ['STARTING', 'RUNNING'] as const;
const ONLY_ENDED = ['stoppedAt', 'statusReason', 'attempts'] as const;

/** Jobs that take their time, and fail when they are told to. In the store every job succeeds at once. */
export class JobRuns implements Stage {
  readonly #times: Times;
  readonly #now: () => number;
  readonly #runs = new Map<string, Run>();
  readonly #failures: { readonly name: string | RegExp; readonly failure: JobFailure }[] = [];

  constructor(times: Times, now: () => number) {
    this.#times = times;
    this.#now = now;
  }

  /** Jobs of that name, submitted from now on, fail. */
  fail(name: string | RegExp, failure: JobFailure): void {
    this.#failures.push({ name, failure });
  }

  after(request: AwsRequest, _account: string, answer: Answer): Answer {
    if (request.service !== 'batch' || answer.status !== 200) return answer;
    if (request.operation === 'SubmitJob') this.#submitted(String(request.input['jobName']), answer);
    if (request.operation === 'TerminateJob' || request.operation === 'CancelJob') this.#stopped(request);
    const list = LISTS[request.operation];
    if (list === undefined || this.#runs.size === 0) return answer;
    const parsed = parsedJson(answer.body);
    const jobs = Array.isArray(parsed[list]) ? parsed[list] : [];
    return { ...answer, body: JSON.stringify({ ...parsed, [list]: jobs.map(job => this.#seen(job)) }) };
  }

  #submitted(name: string, answer: Answer): void {
    const failure = this.#failures.find(({ name: given }) =>
      given instanceof RegExp ? given.test(name) : given === name,
    );
    const run = { submittedAt: this.#now(), failure: failure?.failure, endedAt: undefined };
    this.#runs.set(String(parsedJson(answer.body)['jobId']), run);
  }

  #stopped(request: AwsRequest): void {
    const id = String(request.input['jobId']);
    const run = this.#runs.get(id);
    if (run === undefined || this.#isEnded(run)) return;
    if (request.operation === 'CancelJob' && STARTED.some(status => status === this.#status(run))) return;
    const failure = { statusReason: String(request.input['reason']) };
    this.#runs.set(id, { ...run, failure, endedAt: this.#now() });
  }

  #isEnded(run: Run): boolean {
    return run.endedAt !== undefined || this.#now() >= run.submittedAt + this.#times.jobMs;
  }

  #status(run: Run): (typeof RUNNING_STATES)[number] | undefined {
    const progress = (this.#now() - run.submittedAt) / this.#times.jobMs;
    return RUNNING_STATES[Math.floor(progress * RUNNING_STATES.length)];
  }

  #seen(job: Item): Item {
    const run = this.#runs.get(String(job['jobId']));
    if (run === undefined) return job;
    if (this.#isEnded(run)) return run.failure === undefined ? job : failed(job, run.failure);
    const kept = Object.entries(job).filter(([member]) => !ONLY_ENDED.some(ended => ended === member));
    return { ...Object.fromEntries(kept), ...withExitCode(job, undefined), status: this.#status(run) };
  }
}

function failed(job: Item, { statusReason, exitCode }: JobFailure): Item {
  const attempts = Array.isArray(job['attempts']) ? job['attempts'] : [];
  return {
    ...job,
    ...withExitCode(job, exitCode),
    attempts: attempts.map(attempt => ({ ...attempt, ...withExitCode(attempt, exitCode), statusReason })),
    status: 'FAILED',
    statusReason,
  };
}

function withExitCode(item: Item, exitCode: number | undefined): Item {
  const container = item['container'];
  return typeof container === 'object' && container !== null ? { container: { ...container, exitCode } } : {};
}
