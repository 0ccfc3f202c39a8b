import { Accounts, type ClientFactory } from '../../controller/aws/accounts.ts';
import type { Clients } from '../../controller/aws/aws.ts';
import { CallBudget } from '../../controller/aws/call-budget.ts';
import { RateLimits, type Row } from '../../controller/aws/rate-limits.ts';
import { Claims } from '../../controller/engine/claims.ts';
import { Controller, type PassObserver } from '../../controller/engine/controller.ts';
import type { Environment, Log, ReadCredential } from '../../controller/engine/environment.ts';
import { Events } from '../../controller/engine/events.ts';
import { Fights } from '../../controller/engine/fights.ts';
import { Intents } from '../../controller/engine/intents.ts';
import { ObjectIndex } from '../../controller/engine/object-index.ts';
import { Observations } from '../../controller/engine/observations.ts';
import { type Outcome, pass } from '../../controller/engine/pass.ts';
import { Revivals } from '../../controller/engine/revivals.ts';
import { kinds as allKinds } from '../../controller/kinds/index.ts';
import type { Cancel, Clock } from '../../controller/model/clock.ts';
import { type ApiObject, type Draft, keyOf, refOf } from '../../controller/model/object.ts';
import { fingerprint } from '../../controller/model/secret-value.ts';
import { resources } from '../../controller/resources/index.ts';
import type { Store, WriteOptions } from '../../controller/store/contract.ts';
import { type MemoryJournal, memoryStore } from '../../controller/store/memory.ts';
import type { FakeClock } from '../clock.ts';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';

/** What a process that was killed waits for. */
const never = new Promise<void>(() => undefined);

/** What one process lives in. */
export interface Surroundings {
  readonly clock: FakeClock;
  readonly journal: MemoryJournal;
  readonly controllerId: string;
  /** Key of the fingerprints. */
  readonly key: Uint8Array;
  readonly accountOf: (config: Parameters<ClientFactory>[0]) => SimulatedAws;
  readonly readCredential: ReadCredential;
  readonly log: Log;
  /** How much AWS is asked at most; as good as unlimited unless a scenario is about it. */
  readonly rates: readonly Row[];
  readonly callsPerHour: number;
  readonly resyncMs: number;
  readonly ids: () => string;
  readonly passed: PassObserver;
  /** Hears of every status that was written and differs from the one before. */
  readonly statusWritten: (before: ApiObject | undefined, after: ApiObject) => void;
}

/** When a process is to die: at the call of this number in the log, before it is sent or before its answer arrives. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** A whole Batchwright as one operating system process: it can be asked to stop, and it can be killed at any call. */
export class Process {
  readonly store: Store;
  readonly controller: Controller;
  #alive = true;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #around: Surroundings;
  readonly #timers = new Set<Cancel>();
  #death: Death | undefined;
  /** Where the store of a process that was killed would have gone on writing. */
  readonly #ownStore: ReturnType<typeof memoryStore>;

  constructor(around: Surroundings, death: Death | undefined) {
    this.#around = around;
    this.#death = death;
    this.#ownStore = memoryStore({ clock: around.clock, ids: around.ids, journal: this.#journal() });
    this.store = this.#store();
    const env = this.#environment();
    const rhythm = { resyncMs: around.resyncMs, workers: 4, passTimeoutMs: 90_000 };
    this.controller = new Controller(env, env.objects as ObjectIndex, rhythm, () => 0.5, around.passed);
    this.#running = this.controller.run(this.#stop.signal);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Makes it die at a call to come. */
  dieAt(death: Death): void {
    this.#death = death;
  }

  /** What a pass would do for an object if it were like that; changes nothing. */
  async plan(object: ApiObject): Promise<Outcome | undefined> {
    const env = this.#environment();
    const index = env.objects as ObjectIndex;
    for (const kind of env.kinds.keys()) for (const item of (await this.store.list(kind)).items) index.set(item);
    index.set(object);
    const store: Store = Object.assign(Object.create(this.store) as Store, { get: async () => object });
    const signal = new AbortController().signal;
    return pass({ ...env, store, dryRun: true }, keyOf(refOf(object)), this.#around.clock.now(), signal);
  }

  /** SIGTERM: what is in flight may end. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#around.clock.advance(0);
    await this.#running;
    await this.#ownStore.close();
    this.kill();
  }

  /** SIGKILL: from now on nothing that this process does has any effect. */
  kill(): void {
    this.#alive = false;
    for (const cancel of this.#timers) cancel();
  }

  #environment(): Environment {
    const { controllerId, log, key, readCredential } = this.#around;
    const clock = this.#clock();
    const now = () => clock.now();
    const budget = new CallBudget(now, this.#around.callsPerHour);
    const kinds = new Map(allKinds.map(kind => [kind.kind, kind]));
    const factory: ClientFactory = async config => {
      const aws = this.#around.accountOf(config);
      return { clients: this.#clients(aws), region: aws.account.region };
    };
    return {
      controllerId,
      store: this.store,
      clock,
      log,
      accounts: new Accounts({
        factory,
        clock,
        fingerprintKey: key,
        budget,
        limits: new RateLimits(clock, this.#around.rates),
      }),
      budget,
      defaultAccount: {},
      readCredential,
      fingerprint: secret => fingerprint(key, secret),
      kinds,
      resources: resources(),
      events: new Events(this.store, clock),
      intents: new Intents(this.store, clock),
      claims: new Claims(),
      fights: new Fights(now),
      observations: new Observations(),
      revivals: new Revivals(now),
      objects: new ObjectIndex(kinds),
      dryRun: false,
    };
  }

  #clock(): Clock {
    const { clock } = this.#around;
    return {
      now: () => clock.now(),
      timer: (delayMs, run) => {
        if (!this.#alive) return () => undefined;
        const cancel = clock.timer(delayMs, () => {
          this.#timers.delete(cancel);
          run();
        });
        this.#timers.add(cancel);
        return () => {
          this.#timers.delete(cancel);
          cancel();
        };
      },
    };
  }

  #journal(): MemoryJournal {
    const { journal } = this.#around;
    const commit: MemoryJournal['commit'] = entries => {
      if (this.#alive) journal.commit(entries);
    };
    return new Proxy(journal, {
      get: (target, member) => {
        if (member === 'commit') return commit;
        const value: unknown = Reflect.get(target, member);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #store(): Store {
    const own = this.#ownStore;
    const living =
      <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        if (!this.#alive) await never;
        const answer = await call(...args);
        if (!this.#alive) await never;
        return answer;
      };
    return {
      list: living(own.list.bind(own)),
      get: living(own.get.bind(own)),
      create: living(own.create.bind(own)),
      update: living(own.update.bind(own)),
      delete: living(own.delete.bind(own)),
      updateStatus: living(async (draft: Draft, options?: WriteOptions) => {
        const { kind, metadata } = draft;
        const before = await own.get({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
        const after = await own.updateStatus(draft, options);
        if (after.metadata.resourceVersion !== before?.metadata.resourceVersion && this.#alive)
          this.#around.statusWritten(before, after);
        return after;
      }),
      watch: own.watch.bind(own),
      close: own.close.bind(own),
    };
  }

  #clients(aws: SimulatedAws): Clients {
    const living = (client: { send: (...args: never[]) => Promise<unknown> }) => ({
      send: async (...args: never[]) => {
        const number = aws.calls.length;
        this.#dieAt(number, 'before');
        if (!this.#alive) await never;
        try {
          return await client.send(...args);
        } finally {
          this.#dieAt(number, 'after');
          if (!this.#alive) await never;
        }
      },
    });
    return Object.fromEntries(
      Object.entries(aws.clients).map(([service, client]) => [service, living(client as never)]),
    ) as unknown as Clients;
  }

  #dieAt(call: number, when: Death['when']): void {
    if (this.#death?.call === call && this.#death.when === when) this.kill();
  }
}
