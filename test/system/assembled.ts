import { randomUUID } from 'node:crypto';
import { type Assembly, assemble } from '../../controller/commands/assembly.ts';
import { desired } from '../../controller/commands/desired.ts';
import { Controller } from '../../controller/engine/controller.ts';
import { conditionOf } from '../../controller/model/conditions.ts';
import { type ApiObject, type Draft, refOf } from '../../controller/model/object.ts';
import { MemoryJournal, memoryStore } from '../../controller/store/memory.ts';
import { fastClock } from './fast-clock.ts';
import { type Installation, login } from './installation.ts';
import { until } from './until.ts';

const speed = 20;
const hour = 3_600_000;
/** Nothing of ours is planned between this and the next poll of a credential's source, 27 s at least. */
const quietMs = 10_000;

/**
 * The controller with its real AWS clients in this process, without a directory to watch and on a clock that runs twenty
 * times as fast: for tests that need many convergences. Resyncs come only when asked for.
 */
export class Assembled {
  readonly clock = fastClock(speed);
  readonly lines: { readonly data: object; readonly message: string }[] = [];
  /** The environment in which the example's credential finds its login. */
  readonly environment: Record<string, string> = { ...login };
  readonly #system: Installation;
  readonly #journal = new MemoryJournal(1);
  readonly #stop = new AbortController();
  readonly #store;
  readonly #assembly: Assembly;
  readonly #controller: Controller;
  readonly #running: Promise<void>;

  constructor(system: Installation) {
    this.#system = system;
    const { emulator } = system;
    const { AWS_ENDPOINT_URL: _flag, ...credentials } = emulator.environment;
    // The SDK's clients look for them in the environment of the process.
    Object.assign(process.env, credentials);
    this.#store = memoryStore({ clock: this.clock, ids: randomUUID, journal: this.#journal });
    const hear = (data: object, message: string) => void this.lines.push({ data, message });
    this.#assembly = assemble({
      controllerId: 'batchwright',
      store: this.#store,
      clock: this.clock,
      log: { debug: hear, info: hear, warn: hear, error: hear },
      fingerprintKey: Buffer.from('key of the installation under test'),
      defaultAccount: { region: emulator.region, endpoint: emulator.endpoint },
      observeAttempt: () => undefined,
      iamPropagationMs: 0,
      callsPerHour: 10_000,
      dryRun: false,
      processEnvironment: this.environment,
    });
    const rhythm = { resyncMs: hour, workers: 4, passTimeoutMs: hour };
    const { env, objects } = this.#assembly;
    this.#controller = new Controller(
      env,
      objects,
      rhythm,
      () => 0.5,
      () => undefined,
    );
    this.#running = this.#controller.run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#store.close();
  }

  /** Creates what the manifests declare, or replaces its spec. */
  async apply(): Promise<void> {
    const { objects, problems } = await desired([this.#system.directory]);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    for (const { object, ref } of objects) {
      const draft: Draft = { ...object, metadata: { ...object.metadata, namespace: ref.namespace } };
      const existing = await this.#store.get(ref);
      await (existing ? this.#store.update({ ...draft, metadata: existing.metadata }) : this.#store.create(draft));
    }
  }

  /** Asks for the deletion of everything but the account, all at once. */
  async deleteAll(): Promise<void> {
    for (const object of this.objects.filter(({ kind }) => kind !== 'AwsAccount')) {
      await this.#store.delete(refOf(object));
    }
  }

  /** Objects of our kinds as they are stored. */
  get objects(): readonly ApiObject[] {
    return this.#assembly.objects.all;
  }

  /** Everything in the store and everything that was changed in it, as text. */
  get stored(): string {
    return JSON.stringify([this.#journal.load(), this.#journal.changes(1, 1e6)]);
  }

  /** Waits until nothing is going on, so many objects are left and all of them are Ready. */
  async settled(count: number): Promise<void> {
    const seen = () => JSON.stringify({ objects: this.objects.map(shown), log: this.lines.slice(-20) }, null, 1);
    const still = () => {
      const { queue } = this.#controller;
      if (!this.#controller.listed || !queue.idleUntil(this.clock.now() + quietMs)) return false;
      return this.objects.length === count && this.objects.every(isReady);
    };
    await until(`${count} settled objects`, still, seen);
  }

  /** One resync, with everything that follows from it. */
  async resync(): Promise<void> {
    const { length } = this.objects;
    this.#controller.resync();
    await this.settled(length);
  }

  /** One resync, after which the first object of a kind waits for a person: why. */
  async stalled(kind: string): Promise<string> {
    this.#controller.resync();
    return until(`${kind} Stalled`, () => {
      const object = this.objects.find(found => found.kind === kind);
      const stalled = object && conditionOf(object.status, 'Stalled');
      return stalled?.status === 'True' && stalled.message;
    });
  }

  /** Lets so much of the fast clock's time pass. Milliseconds. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await until(`${ms} ms`, () => this.clock.now() >= end);
  }
}

function isReady({ metadata, status }: ApiObject): boolean {
  return status?.['observedGeneration'] === metadata.generation && conditionOf(status, 'Ready')?.status === 'True';
}

function shown({ kind, metadata, status }: ApiObject): unknown {
  return { kind, name: metadata.name, generation: metadata.generation, conditions: status?.['conditions'] };
}
