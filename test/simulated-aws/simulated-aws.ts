import type { Account, Clients } from '../../controller/aws/aws.ts';
import type { Clock } from '../../controller/model/clock.ts';
import { Agenda } from './agenda.ts';
import { SimulatedBatch } from './batch/batch.ts';
import { batchOperations } from './batch/operations.ts';
import type { CallRecord, Outcome } from './calls.ts';
import { Calls } from './calls.ts';
import type { Durations } from './durations.ts';
import { usualDurations } from './durations.ts';
import { SimulatedEc2 } from './ec2/ec2.ts';
import { ec2Operations } from './ec2/operations.ts';
import type { Fault, FaultRule } from './faults.ts';
import { faultError, Script } from './faults.ts';
import { SimulatedIam } from './iam/iam.ts';
import { iamOperations } from './iam/operations.ts';
import { aborted, marked, silence } from './network.ts';
import type { Operation } from './operation.ts';
import type { PageCut } from './page.ts';
import { Random } from './random.ts';
import { Bucket } from './rate.ts';
import { secretsManagerOperations } from './secrets-manager/operations.ts';
import { SimulatedSecretsManager } from './secrets-manager/secrets-manager.ts';
import type { Service } from './service.ts';
import { serviceError, throttleError } from './service.ts';
import { stsOperations } from './sts/operations.ts';
import type { View } from './table.ts';
import { Changes, latest } from './table.ts';
import { wire } from './wire.ts';
import type { World } from './world.ts';

/** What a test may choose about its AWS. */
export interface SimulatedAwsOptions {
  readonly clock: Clock;
  readonly accountId?: string;
  readonly region?: string;
  readonly partition?: string;
  /** The IAM of another Region of the same account: there is one for all. */
  readonly iam?: SimulatedIam;
  /** The same seed gives the same ids. */
  readonly seed?: number;
  readonly durations?: Partial<Durations>;
  /** Whether Describe answers carry the defaults of which nobody knows for sure that AWS fills them in; false when left out. */
  readonly fillsDefaults?: boolean;
  /** Whether answers give lists without a promised order in ever new orders; false when left out. */
  readonly reorders?: boolean;
}

/** What a read misses: the last changes, or everything younger than an age in milliseconds. */
export type Staleness = { readonly changes: number } | { readonly ms: number };

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

const operations: Readonly<Record<Service, readonly Operation[]>> = {
  batch: batchOperations,
  ec2: ec2Operations,
  iam: iamOperations,
  secretsManager: secretsManagerOperations,
  sts: stsOperations,
};

const operationsByCommand: ReadonlyMap<unknown, { service: Service; operation: Operation }> = new Map(
  (Object.keys(operations) as Service[]).flatMap(service =>
    operations[service].map(operation => [operation.command, { service, operation }] as const),
  ),
);

/**
 * One AWS account and Region in memory. It answers the SDK's own commands from its state, does by itself what AWS does
 * by itself as the clock goes on, and fails as a test's script says. The same seed, calls and clock give the same answers.
 */
export class SimulatedAws implements World {
  readonly account: Account;
  readonly agenda: Agenda;
  readonly changes = new Changes();
  readonly random: Random;
  readonly durations: Durations;
  readonly fillsDefaults: boolean;
  readonly reorders: boolean;
  readonly batch: SimulatedBatch;
  readonly ec2: SimulatedEc2;
  readonly iam: SimulatedIam;
  readonly secretsManager: SimulatedSecretsManager;
  readonly clients: Clients;
  /** Every call ever made. */
  readonly calls = new Calls();
  readonly #clock: Clock;
  readonly #faults = new Script<Fault>();
  readonly #staleReads = new Script<Staleness>();
  readonly #lags = new Map<string, number>();
  readonly #buckets: { rule: Pick<FaultRule, 'service' | 'operation'>; bucket: Bucket }[] = [];
  readonly #pageCuts = new Map<string, PageCut>();
  readonly #listeners = new Set<(call: CallRecord) => void>();

  constructor(options: SimulatedAwsOptions) {
    this.#clock = options.clock;
    this.account = {
      accountId: options.accountId ?? '123456789012',
      region: options.region ?? 'eu-west-1',
      partition: options.partition ?? 'aws',
    };
    this.agenda = new Agenda(() => this.#clock.now());
    this.random = new Random(options.seed ?? 1);
    this.durations = { ...usualDurations, ...options.durations };
    this.fillsDefaults = options.fillsDefaults ?? false;
    this.reorders = options.reorders ?? false;
    this.iam = options.iam ?? new SimulatedIam(this);
    this.ec2 = new SimulatedEc2(this);
    this.secretsManager = new SimulatedSecretsManager(this);
    this.batch = new SimulatedBatch(this);
    this.clients = this.#clients();
  }

  /** Makes calls fail; the answer takes the rule back. */
  fail(rule: FaultRule & { readonly with: Fault }): () => void {
    return this.#faults.add(rule, rule.with);
  }

  /** Answers reads from the past; the answer takes the rule back. */
  stale(rule: FaultRule & Staleness): () => void {
    return this.#staleReads.add(rule, 'changes' in rule ? { changes: rule.changes } : { ms: rule.ms });
  }

  /** Makes an operation see nothing younger than this, from now on; 0 takes it back. */
  lag(operation: string, ms: number): void {
    this.#lags.set(operation, ms);
  }

  /** Puts a token bucket in front of an operation, a service, or everything. */
  limit(rule: { service?: Service; operation?: string; perSecond: number; burst: number }): void {
    this.#buckets.push({ rule, bucket: new Bucket(rule.perSecond, rule.burst, this.#clock.now()) });
  }

  /** Makes an operation's pages shorter than AWS's own from now on, and repeat the last items of the page before. */
  shortPages(operation: string, size: number, overlap = 0): void {
    this.#pageCuts.set(operation, { size, overlap });
  }

  /** Makes every page of an operation come after one without items from now on. */
  blankPages(operation: string): void {
    this.#pageCuts.set(operation, { size: Number.POSITIVE_INFINITY, overlap: 0, blank: true });
  }

  /** Tells of each call twice: when it is made, and when it is answered. The answer takes the listener back. */
  onCall(listener: (call: CallRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends all scripted trouble: faults, stale reads, lags, buckets, short pages. */
  calm(): void {
    this.#faults.clear();
    this.#staleReads.clear();
    this.#lags.clear();
    this.#buckets.length = 0;
    this.#pageCuts.clear();
  }

  /** How many scripted faults have not struck yet. */
  get unspentFaults(): number {
    return this.#faults.unspent + this.#staleReads.unspent;
  }

  pages(operation: string, asked: number | undefined, limit: number): PageCut {
    const cut = this.#pageCuts.get(operation);
    return { overlap: 0, ...cut, size: Math.min(asked ?? limit, limit, cut?.size ?? limit) };
  }

  #clients(): Clients {
    const client = (service: Service) => ({
      send: (command: object, options?: SendOptions) => this.#send(service, command, options?.abortSignal),
    });
    // The SDK's `send` is a family of generic overloads that only the SDK's own client can satisfy by name.
    return Object.fromEntries(
      (Object.keys(operations) as Service[]).map(service => [service, client(service)]),
    ) as unknown as Clients;
  }

  async #send(service: Service, command: object, signal: AbortSignal | undefined): Promise<object> {
    const known = operationsByCommand.get(command.constructor);
    if (known === undefined || known.service !== service) {
      throw new Error(`the simulated ${service} does not know ${command.constructor.name}`);
    }
    if (signal?.aborted) throw aborted();
    const { operation } = known;
    const input: unknown = wire((command as { input: unknown }).input ?? {});
    const at = this.#clock.now();
    const call = this.calls.enter({ service, operation: operation.name, mutating: operation.mutating, input, at });
    this.#tell(call.number);
    const run = { applied: false };
    try {
      const answer = await this.#answer(call, operation, run, signal);
      this.#close(call.number, { phase: 'answered', applied: run.applied });
      return answer;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#close(call.number, { phase: 'failed', applied: run.applied, name, message });
      throw error;
    }
  }

  async #answer(
    call: CallRecord,
    operation: Operation,
    run: { applied: boolean },
    signal: AbortSignal | undefined,
  ): Promise<object> {
    const requestId = this.random.uuid();
    const fault = this.#faults.strike(call);
    const view = this.#view(call, operation);
    const apply = (): object => {
      const answer = operation.answer({ world: this, input: call.input as never, view });
      run.applied = operation.mutating;
      return { ...wire(answer), $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 } };
    };
    try {
      if (this.#aboveRate(call)) throw throttleError(call.service);
      return await this.#suffer(fault, call, apply, signal);
    } catch (error) {
      throw marked(error, requestId);
    }
  }

  async #suffer(
    fault: Fault | undefined,
    call: CallRecord,
    apply: () => object,
    signal: AbortSignal | undefined,
  ): Promise<object> {
    if (fault === undefined) return apply();
    if (typeof fault === 'object') {
      if ('name' in fault) throw serviceError(call.service, fault);
      if ('hang' in fault) {
        if (fault.applied) apply();
        return await silence(signal);
      }
      const answer = apply();
      await this.#pause(fault.delayMs, signal);
      return answer;
    }
    if (fault === 'lostAnswer' || fault === 'serverErrorApplied') apply();
    throw faultError(fault, call, this.iam.callerArn);
  }

  #view(call: CallRecord, { behind }: Operation): View {
    if (!behind) return latest;
    this.agenda.settle();
    const stale = this.#staleReads.strike(call);
    const lag = this.#lags.get(call.operation) ?? 0;
    const at = lag > 0 ? this.#clock.now() - lag : latest.at;
    if (stale === undefined) return { ...latest, at };
    if ('changes' in stale) return { change: this.changes.count - stale.changes, at };
    return { ...latest, at: Math.min(at, this.#clock.now() - stale.ms) };
  }

  #aboveRate(call: CallRecord): boolean {
    const buckets = this.#buckets.filter(
      ({ rule }) =>
        (rule.service === undefined || rule.service === call.service) &&
        (rule.operation === undefined || rule.operation === call.operation),
    );
    return buckets.map(({ bucket }) => bucket.take(this.#clock.now())).includes(false);
  }

  async #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const cancel = this.#clock.timer(ms, timer.resolve);
    try {
      await Promise.race([timer.promise, silence(signal)]);
    } finally {
      cancel();
    }
  }

  #close(number: number, outcome: Outcome): void {
    this.calls.close(number, outcome);
    this.#tell(number);
  }

  #tell(number: number): void {
    const call = this.calls.at(number);
    if (call !== undefined) for (const listener of this.#listeners) listener(call);
  }
}
