import { errorAnswer } from './error-answer.ts';
import type { Answer, AwsRequest } from './request.ts';
import { parsedJson, withInput } from './request.ts';
import type { Forward, Stage, Times } from './stage.ts';

/** The kinds of Batch resource that take time to change. */
export type BatchKind = 'compute-environment' | 'job-queue';

type Phase = 'CREATING' | 'UPDATING' | 'DELETING' | 'DELETED';

interface Life {
  readonly phase: Phase;
  readonly until: number;
  /** The delete that the store gets at the end. */
  readonly ending: AwsRequest | undefined;
}

interface Effect {
  readonly kind: BatchKind;
  readonly verb: 'create' | 'update' | 'delete';
  readonly identifier: string;
}

type Item = Record<string, unknown>;

const EFFECTS: Readonly<Record<string, Effect>> = {
  CreateComputeEnvironment: { kind: 'compute-environment', verb: 'create', identifier: 'computeEnvironmentName' },
  UpdateComputeEnvironment: { kind: 'compute-environment', verb: 'update', identifier: 'computeEnvironment' },
  DeleteComputeEnvironment: { kind: 'compute-environment', verb: 'delete', identifier: 'computeEnvironment' },
  CreateJobQueue: { kind: 'job-queue', verb: 'create', identifier: 'jobQueueName' },
  UpdateJobQueue: { kind: 'job-queue', verb: 'update', identifier: 'jobQueue' },
  DeleteJobQueue: { kind: 'job-queue', verb: 'delete', identifier: 'jobQueue' },
};

const LISTS: Readonly<Record<string, { readonly kind: BatchKind; readonly items: string; readonly name: string }>> = {
  DescribeComputeEnvironments: {
    kind: 'compute-environment',
    items: 'computeEnvironments',
    name: 'computeEnvironmentName',
  },
  DescribeJobQueues: { kind: 'job-queue', items: 'jobQueues', name: 'jobQueueName' },
};

const NOT_ATTACHABLE = 'Compute Environments must be created and valid before attaching them to a job queue';
const NOT_PROPAGATED =
  'CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: a role that changed a moment ago';

/** Compute environments and job queues that are CREATING, UPDATING and DELETING, and break by themselves. */
export class BatchResources implements Stage {
  readonly #times: Times;
  readonly #now: () => number;
  readonly #forward: Forward;
  readonly #lives = new Map<string, Life>();
  readonly #shown = new Map<string, { readonly patch: Item; readonly healedByUpdate: boolean }>();
  readonly #relatedUntil = new Map<string, number>();
  readonly #identityChangedAt = new Map<string, number>();

  constructor(times: Times, now: () => number, forward: Forward) {
    this.#times = times;
    this.#now = now;
    this.#forward = forward;
  }

  /** Shows these members of a resource instead of the stored ones, such as `desiredvCpus`, until `{}` is shown. */
  show(kind: BatchKind, name: string, patch: Item): void {
    this.#shown.set(`${kind}/${name}`, { patch, healedByUpdate: false });
  }

  /** Makes a resource INVALID until an update changes more than its state. */
  invalidate(kind: BatchKind, name: string, statusReason: string): void {
    this.#shown.set(`${kind}/${name}`, { patch: { status: 'INVALID', statusReason }, healedByUpdate: true });
  }

  async before(request: AwsRequest, account: string): Promise<Answer | undefined> {
    if (request.service !== 'batch') return undefined;
    await this.#settle(account);
    const refusal = this.#refusal(request, account);
    if (refusal === undefined) await this.#rememberRelations(request, account);
    return refusal === undefined ? undefined : refused(request, refusal);
  }

  headers(request: AwsRequest): Readonly<Record<string, string>> {
    const deferred = effectOf(request)?.verb === 'delete' && this.#deferral() > 0;
    return deferred ? { 'x-emulator-check-only': 'true' } : {};
  }

  after(request: AwsRequest, account: string, answer: Answer): Answer {
    if (answer.status !== 200) return answer;
    if (request.service === 'iam') this.#noteIdentity(request, account);
    if (request.service !== 'batch') return answer;
    const effect = effectOf(request);
    if (effect !== undefined) this.#begin(request, account, effect);
    const list = LISTS[request.operation];
    return list === undefined ? answer : this.#described(request, account, answer, list);
  }

  #deferral(): number {
    return this.#times.deleteMs + this.#times.deletedMs;
  }

  /** Ends every phase whose time has come. Nothing runs between calls, so that a stepped clock decides everything. */
  async #settle(account: string): Promise<void> {
    const now = this.#now();
    for (const [key, life] of this.#lives) {
      if (life.until > now) continue;
      this.#lives.delete(key);
      if (life.phase === 'DELETING' && life.until + this.#times.deletedMs > now) {
        this.#lives.set(key, { ...life, phase: 'DELETED', until: life.until + this.#times.deletedMs });
      } else if (life.ending !== undefined) {
        await this.#forward(life.ending, key.split(' ')[0] ?? account);
      }
    }
  }

  #refusal(request: AwsRequest, account: string): string | undefined {
    const effect = effectOf(request);
    if (effect === undefined) return undefined;
    const name = nameOf(request.input[effect.identifier]);
    const life = this.#lives.get(key(request, account, effect.kind, name));
    if (life?.phase === 'DELETED' && effect.verb === 'update') return `${effect.kind}/${name} does not exist`;
    if (life !== undefined && effect.verb !== 'create') return `Cannot ${effect.verb}, resource is being modified`;
    if (orderOf(request.input).some(arn => this.#isUnattachable(request, account, arn))) return NOT_ATTACHABLE;
    const related = this.#relatedUntil.get(key(request, account, 'compute-environment', name)) ?? 0;
    if (request.operation === 'DeleteComputeEnvironment' && related > this.#now()) {
      return 'Cannot delete, found existing JobQueue relationship';
    }
    return undefined;
  }

  #isUnattachable(request: AwsRequest, account: string, computeEnvironment: string): boolean {
    const name = nameOf(computeEnvironment);
    const shown = this.#shown.get(`compute-environment/${name}`);
    return this.#lives.has(key(request, account, 'compute-environment', name)) || shown?.patch['status'] === 'INVALID';
  }

  async #rememberRelations(request: AwsRequest, account: string): Promise<void> {
    const effect = effectOf(request);
    if (this.#times.relationMs === 0 || effect?.kind !== 'job-queue' || effect.verb === 'create') return;
    if (effect.verb === 'update' && orderOf(request.input).length === 0) return;
    const asked = { jobQueues: [request.input['jobQueue']] };
    const answer = await this.#forward(otherOperation(request, 'DescribeJobQueues', asked), account);
    for (const queue of itemsOf(parsedJson(answer.body), 'jobQueues')) {
      for (const arn of orderOf(queue)) {
        const related = key(request, account, 'compute-environment', nameOf(arn));
        this.#relatedUntil.set(related, this.#now() + this.#times.relationMs);
      }
    }
  }

  #begin(request: AwsRequest, account: string, effect: Effect): void {
    const name = nameOf(request.input[effect.identifier]);
    const life = key(request, account, effect.kind, name);
    const now = this.#now();
    if (effect.kind === 'compute-environment') this.#judgeIdentity(request, account, name, effect.verb);
    if (effect.verb === 'delete') this.#beginDelete(request, life, now);
    else if (effect.verb === 'create') this.#enter(life, 'CREATING', now + this.#times.createMs);
    else this.#enter(life, 'UPDATING', now + this.#times.updateMs);
  }

  #beginDelete(request: AwsRequest, life: string, now: number): void {
    if (this.#deferral() > 0) {
      this.#lives.set(life, { phase: 'DELETING', until: now + this.#times.deleteMs, ending: request });
    }
  }

  #enter(life: string, phase: Phase, until: number): void {
    if (until > this.#now()) this.#lives.set(life, { phase, until, ending: undefined });
  }

  #noteIdentity(request: AwsRequest, account: string): void {
    if (/^(Describe|List|Get)/.test(request.operation)) return;
    for (const member of ['RoleName', 'InstanceProfileName']) {
      const name = request.input[member];
      if (typeof name === 'string') this.#identityChangedAt.set(`${account}/${name}`, this.#now());
    }
  }

  #judgeIdentity(request: AwsRequest, account: string, name: string, verb: Effect['verb']): void {
    const shown = this.#shown.get(`compute-environment/${name}`);
    const beyondState = Object.keys(request.input).some(member => !['computeEnvironment', 'state'].includes(member));
    if (verb === 'update' && beyondState && shown?.healedByUpdate === true) {
      this.#shown.delete(`compute-environment/${name}`);
    }
    const resources = request.input['computeResources'];
    const identities = [request.input['serviceRole'], isItem(resources) ? resources['instanceRole'] : undefined];
    if (verb === 'delete' || !identities.some(identity => this.#isPropagating(account, identity))) return;
    this.invalidate('compute-environment', name, NOT_PROPAGATED);
  }

  #isPropagating(account: string, identity: unknown): boolean {
    const changedAt = this.#identityChangedAt.get(`${account}/${nameOf(identity)}`);
    return changedAt !== undefined && this.#now() < changedAt + this.#times.iamPropagationMs;
  }

  #described(
    request: AwsRequest,
    account: string,
    answer: Answer,
    { kind, items, name }: { readonly kind: BatchKind; readonly items: string; readonly name: string },
  ): Answer {
    if (this.#lives.size === 0 && this.#shown.size === 0) return answer;
    const parsed = parsedJson(answer.body);
    const described = itemsOf(parsed, items).map(item => {
      const life = this.#lives.get(key(request, account, kind, String(item[name])));
      const shown = merged(item, this.#shown.get(`${kind}/${String(item[name])}`)?.patch ?? {});
      if (life === undefined) return shown;
      const statusReason = life.phase === 'CREATING' ? undefined : shown['statusReason'];
      return { ...shown, status: life.phase, statusReason };
    });
    return { ...answer, body: JSON.stringify({ ...parsed, [items]: described }) };
  }
}

function effectOf(request: AwsRequest): Effect | undefined {
  return request.service === 'batch' ? EFFECTS[request.operation] : undefined;
}

function refused(request: AwsRequest, message: string): Answer {
  const text = `Error executing request, Exception : ${message}, RequestId: 0`;
  return errorAnswer(request, { status: 400, code: 'ClientException', message: text });
}

function otherOperation(request: AwsRequest, operation: string, input: Item): AwsRequest {
  const path = `/v1/${operation.toLowerCase()}`;
  return withInput({ ...request, method: 'POST', path, operation, input: {} }, input);
}

function key(request: AwsRequest, account: string, kind: BatchKind, name: string): string {
  return `${account} ${request.region} ${kind}/${name}`;
}

function nameOf(nameOrArn: unknown): string {
  return typeof nameOrArn === 'string' ? (nameOrArn.split('/').at(-1) ?? '') : '';
}

function orderOf(queue: Readonly<Item>): readonly string[] {
  return itemsOf(queue, 'computeEnvironmentOrder').map(entry => String(entry['computeEnvironment']));
}

function itemsOf(answer: Readonly<Item>, member: string): readonly Item[] {
  const items = answer[member];
  return Array.isArray(items) ? items.filter(isItem) : [];
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(item: Item, patch: Item): Item {
  const entries = Object.entries(patch).map(([member, value]) => {
    const stored = item[member];
    return [member, isItem(stored) && isItem(value) ? merged(stored, value) : value];
  });
  return { ...item, ...Object.fromEntries(entries) };
}
