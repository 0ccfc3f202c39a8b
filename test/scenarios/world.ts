import type { AccountConfig } from '../../controller/aws/accounts.ts';
import type { Row } from '../../controller/aws/rate-limits.ts';
import { objectText } from '../../controller/commands/plan-text.ts';
import type { Log } from '../../controller/engine/environment.ts';
import type { CredentialValue } from '../../controller/kinds/kind.ts';
import { conditionOf } from '../../controller/model/conditions.ts';
import { Failure } from '../../controller/model/failure.ts';
import { type ApiObject, apiVersion, type Draft, describeRef, refOf } from '../../controller/model/object.ts';
import { SecretValue } from '../../controller/model/secret-value.ts';
import type { Store } from '../../controller/store/contract.ts';
import { MemoryJournal } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import type { CallRecord } from '../simulated-aws/calls.ts';
import { SimulatedAws, type SimulatedAwsOptions } from '../simulated-aws/simulated-aws.ts';
import { foreignWrite } from './foreign-writes.ts';
import { type Death, Process } from './process.ts';
import { statusProblems } from './status-rules.ts';
import { lacking } from './truth.ts';

/** The password that must never be seen anywhere but in calls that write the secret. */
export const canary = 'c4n4ry-p4ssw0rd-7731';

export const second = 1_000;
export const minute = 60 * second;
const resyncMs = 10 * minute;

const freely: readonly Row[] = [{ operation: /./, perSecond: 1_000_000, burst: 1_000_000 }];

interface Line {
  readonly level: string;
  readonly data: object;
  readonly message: string;
}

interface WorldOptions {
  readonly simulated?: Omit<Partial<SimulatedAwsOptions>, 'clock'>;
  readonly controllerId?: string;
  /** Shares AWS and clock with another Batchwright. */
  readonly beside?: World;
  readonly death?: Death;
  /** How much AWS is asked at most; left out, as good as anything. */
  readonly rates?: readonly Row[];
  /** Left out, as good as any. */
  readonly callsPerHour?: number;
}

/**
 * A whole Batchwright on a simulated AWS and a clock that only tests move. What must hold in every scenario is watched
 * all along; `stop` fails when it did not: the rules of conditions, Ready only when AWS really is as declared, nothing
 * foreign changed, no password anywhere.
 */
export class World {
  readonly clock: FakeClock;
  readonly aws: SimulatedAws;
  readonly lines: Line[] = [];
  /** Logins by the path of their password file. */
  readonly logins = new Map<string, { username: string; password: string }>([
    ['/login', { username: 'robot', password: canary }],
  ]);
  /** AWS accounts by the ARN of the role that leads there, or by Region. */
  readonly accounts = new Map<string, SimulatedAws>();
  /** What did not hold. */
  readonly violations: string[] = [];
  /** The test lets the controller tag what is not its own: adoption, or tags that got lost. */
  mayTagForeign = false;
  /** Objects of the test live in other accounts, of which the checks know nothing. */
  mayLookElsewhere = false;
  readonly #rates: readonly Row[];
  readonly #callsPerHour: number;
  passes = 0;
  /** The disk. Replacing it is losing the data directory. */
  journal = new MemoryJournal(1);
  process: Process;
  readonly #controllerId: string;
  #key: Uint8Array = Buffer.from('key of this installation');
  #ids = 0;

  constructor({
    simulated,
    controllerId = 'test',
    beside,
    death,
    rates = freely,
    callsPerHour = 1e9,
  }: WorldOptions = {}) {
    this.#rates = rates;
    this.#callsPerHour = callsPerHour;
    this.clock = beside?.clock ?? new FakeClock();
    this.aws = beside?.aws ?? new SimulatedAws({ clock: this.clock, ...simulated });
    this.#controllerId = controllerId;
    this.aws.onCall(call => this.#watch(call));
    this.process = this.#start(death);
  }

  get store(): Store {
    return this.process.store;
  }

  #start(death?: Death): Process {
    const around = {
      clock: this.clock,
      journal: this.journal,
      controllerId: this.#controllerId,
      key: this.#key,
      accountOf: (config: AccountConfig) => this.#accountOf(config),
      readCredential: async (from: { files?: { passwordPath: string } | undefined }) =>
        this.#login(from.files?.passwordPath ?? ''),
      log: this.#log(),
      resyncMs,
      rates: this.#rates,
      callsPerHour: this.#callsPerHour,
      ids: () => `uid-${++this.#ids}`,
      passed: () => void this.passes++,
      statusWritten: (before: ApiObject | undefined, after: ApiObject) => this.#judge(before, after),
    };
    return new Process(around, death);
  }

  #accountOf({ assumeRole, region }: AccountConfig): SimulatedAws {
    const named = assumeRole?.roleArn ?? region;
    return (named === undefined ? undefined : this.accounts.get(named)) ?? this.aws;
  }

  #log(): Log {
    const at = (level: string) => (data: object, message: string) => void this.lines.push({ level, data, message });
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }

  #login(path: string): CredentialValue {
    const login = this.logins.get(path);
    if (!login) throw new Failure('retry', 'SourceUnreadable', `spec.source: file ${path} cannot be read: ENOENT`);
    return { username: new SecretValue(login.username), password: new SecretValue(login.password) };
  }

  #watch(call: CallRecord): void {
    if (call.outcome.phase !== 'open' || !this.process.alive) return;
    const problem = foreignWrite(this.aws, call, this.#controllerId, this.mayTagForeign);
    if (problem) this.violations.push(problem);
  }

  #judge(before: ApiObject | undefined, after: ApiObject): void {
    const note = (problem: string) =>
      void this.violations.push(
        `${new Date(this.clock.now()).toISOString().slice(11, 19)} ${describeRef(refOf(after))}: ${problem}; conditions: ${JSON.stringify(after.status?.['conditions'])}`,
      );
    for (const problem of statusProblems(before, after, this.clock.now())) note(problem);
    const ready = conditionOf(after.status, 'Ready');
    if (ready?.status !== 'True' || ready.reason !== 'Reconciled' || this.mayLookElsewhere) return;
    if (ready.observedGeneration !== after.metadata.generation) return;
    const stored = this.journal.load().objects;
    const find = (kind: string, namespace: string, name: string) =>
      stored.find(o => o.kind === kind && o.metadata.name === name && (o.metadata.namespace ?? '') === namespace);
    const around = { aws: this.aws, logins: this.logins, find };
    for (const problem of lacking(after, around)) note(`Ready, but ${problem}`);
  }

  /** Creates an object, or replaces its spec, labels and annotations. */
  async apply(draft: Draft): Promise<ApiObject> {
    const ref = { kind: draft.kind, namespace: draft.metadata.namespace ?? '', name: draft.metadata.name };
    const existing = await this.store.get(ref);
    if (!existing) return this.store.create(draft);
    const { labels, annotations } = draft.metadata;
    const { labels: _l, annotations: _a, ...metadata } = existing.metadata;
    return this.store.update({
      ...draft,
      metadata: { ...metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
    });
  }

  /** What `plan` would print of an object if it were declared like that. */
  async plan({ kind, metadata: { name }, spec }: Draft): Promise<string> {
    const stored = await this.get(kind, name);
    if (!stored || !spec) throw new Error(`no ${kind} ${name} to plan a change of`);
    const generation = stored.metadata.generation + 1;
    const outcome = await this.process.plan({ ...stored, metadata: { ...stored.metadata, generation }, spec });
    return outcome ? objectText(outcome) : '';
  }

  async applyAll(drafts: readonly Draft[]): Promise<void> {
    for (const draft of drafts) await this.apply(draft);
  }

  async delete(kind: string, name: string): Promise<void> {
    await this.store.delete({ kind, namespace: 'default', name });
  }

  async get(kind: string, name: string): Promise<ApiObject | undefined> {
    return this.store.get({ kind, namespace: 'default', name });
  }

  /** Lets time pass until nothing is due within the next few seconds, at most `maxMs`; answers whether that came about. */
  async settle(maxMs = 45 * minute): Promise<boolean> {
    const end = this.clock.now() + maxMs;
    await this.clock.advance(0);
    while (this.process.alive && !this.process.controller.queue.idleUntil(this.clock.now() + 25 * second)) {
      const next = this.clock.pending[0] ?? end;
      if (next > end) return false;
      await this.clock.advanceTo(next);
    }
    return this.process.alive;
  }

  /** One resync, with everything that follows from it. */
  async resync(): Promise<void> {
    this.process.controller.resync();
    await this.settle();
  }

  /** Ends the process and starts another one on the same disk. */
  async restart({
    loseData = false,
    loseKey = loseData,
  }: {
    loseData?: boolean;
    loseKey?: boolean;
  } = {}): Promise<void> {
    if (this.process.alive) await this.process.stop();
    const { objects } = this.journal.load();
    if (loseKey) this.#key = Buffer.from('key of the next installation');
    if (loseData) this.journal = new MemoryJournal(1);
    this.process = this.#start();
    if (loseData) await this.#declareAgain(objects);
  }

  async #declareAgain(objects: readonly ApiObject[]): Promise<void> {
    for (const { apiVersion: version, kind, metadata, spec } of objects) {
      if (version !== apiVersion || kind === 'Intent') continue;
      const { name, namespace = 'default', annotations } = metadata;
      await this.store.create({
        apiVersion: version,
        kind,
        metadata: { name, namespace, ...(annotations ? { annotations } : {}) },
        ...(spec ? { spec } : {}),
      });
    }
  }

  /** Stops everything; throws when something that must hold in every scenario did not. */
  async stop(): Promise<void> {
    if (this.process.alive) await this.process.stop();
    const problems = [...this.violations, ...this.#leaks()];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  /** Where passwords were seen that should not be there. */
  #leaks(): readonly string[] {
    const calls = [...this.aws.calls].filter(
      ({ operation }) => !['CreateSecret', 'PutSecretValue'].includes(operation),
    );
    const passwords = [canary, ...[...this.logins.values()].map(({ password }) => password)];
    const places = {
      log: this.lines,
      store: this.journal.load(),
      'changes in the store': this.journal.changes(1, 1e6),
      calls,
    };
    return Object.entries(places).flatMap(([place, content]) => {
      const text = JSON.stringify(content);
      return passwords.some(password => text.includes(password)) ? [`a password stands in the ${place}`] : [];
    });
  }

  /** `Ready` condition as `status reason: message`. */
  async ready(kind: string, name: string): Promise<string> {
    const ready = conditionOf((await this.get(kind, name))?.status, 'Ready');
    return ready ? `${ready.status} ${ready.reason}: ${ready.message}` : 'no condition';
  }

  /** Messages of the events about an object, oldest first. */
  async events(name: string): Promise<readonly string[]> {
    const { items } = await this.store.list('Event');
    return items
      .filter(event => (event['involvedObject'] as { name: string }).name === name)
      .map(event => `${String(event['reason'])}: ${String(event['message'])}`);
  }

  /** Operations that changed AWS, or may have, from a call number on. */
  changesSince(call: number): readonly string[] {
    return this.aws.calls.mutating(call).map(({ operation }) => operation);
  }
}
