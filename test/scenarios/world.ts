import { Accounts } from '../../controller/aws/accounts.ts';
import { Claims } from '../../controller/engine/claims.ts';
import { Controller, ObjectIndex } from '../../controller/engine/controller.ts';
import type { Environment, Log } from '../../controller/engine/environment.ts';
import { Events } from '../../controller/engine/events.ts';
import { Fights } from '../../controller/engine/fights.ts';
import { Intents } from '../../controller/engine/intents.ts';
import { kinds as allKinds } from '../../controller/kinds/index.ts';
import type { CredentialValue } from '../../controller/kinds/kind.ts';
import { conditionOf } from '../../controller/model/conditions.ts';
import { Failure } from '../../controller/model/failure.ts';
import { type ApiObject, apiVersion, type Draft } from '../../controller/model/object.ts';
import { fingerprint, SecretValue } from '../../controller/model/secret-value.ts';
import { resources } from '../../controller/resources/index.ts';
import { MemoryJournal, memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import { SimulatedAws, type SimulatedAwsOptions } from '../simulated-aws/simulated-aws.ts';

/** The password that must never be seen anywhere but in calls that write the secret. */
export const canary = 'c4n4ry-p4ssw0rd-7731';

const second = 1_000;
const minute = 60 * second;
export const resyncMs = 10 * minute;

interface Line {
  readonly level: string;
  readonly data: object;
  readonly message: string;
}

/** A whole Batchwright on a simulated AWS and a clock that only tests move. */
export class World {
  readonly clock: FakeClock;
  readonly aws: SimulatedAws;
  readonly lines: Line[] = [];
  /** Logins by the path of their password file. */
  readonly logins = new Map<string, { username: string; password: string }>([
    ['/login', { username: 'robot', password: canary }],
  ]);
  /** The disk. Replacing it is losing the data directory. */
  journal: MemoryJournal;
  store: ReturnType<typeof memoryStore>;
  controller: Controller;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #ids = 0;
  #key = Buffer.from('key of this installation');

  constructor(options: Omit<Partial<SimulatedAwsOptions>, 'clock'> = {}) {
    this.clock = new FakeClock();
    this.aws = new SimulatedAws({ clock: this.clock, ...options });
    this.journal = new MemoryJournal(1);
    this.store = this.#openStore();
    this.controller = this.#start();
  }

  #openStore(): ReturnType<typeof memoryStore> {
    return memoryStore({ clock: this.clock, ids: () => `uid-${++this.#ids}`, journal: this.journal });
  }

  #start(): Controller {
    const kinds = new Map(allKinds.map(kind => [kind.kind, kind]));
    const objects = new ObjectIndex(kinds);
    const now = () => this.clock.now();
    const region = this.aws.account.region;
    const env: Environment = {
      controllerId: 'test',
      store: this.store,
      clock: this.clock,
      log: this.#log(),
      accounts: new Accounts({
        factory: async () => ({ clients: this.aws.clients, region }),
        now,
        fingerprintKey: this.#key,
      }),
      defaultAccount: {},
      readCredential: async from => this.#login(from.files?.passwordPath ?? ''),
      fingerprint: secret => fingerprint(this.#key, secret),
      kinds,
      resources: resources(),
      events: new Events(this.store, this.clock),
      intents: new Intents(this.store, this.clock),
      claims: new Claims(),
      fights: new Fights(now),
      objects,
      dryRun: false,
    };
    this.#stop = new AbortController();
    const controller = new Controller(
      env,
      objects,
      { resyncMs, workers: 4, passTimeoutMs: 10 * minute },
      () => 0.5,
      () => undefined,
    );
    this.#running = controller.run(this.#stop.signal);
    return controller;
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

  async delete(kind: string, name: string): Promise<void> {
    await this.store.delete({ kind, namespace: 'default', name });
  }

  async get(kind: string, name: string): Promise<ApiObject | undefined> {
    return this.store.get({ kind, namespace: 'default', name });
  }

  /** Lets time pass until nothing is due within the next few seconds, at most `maxMs`. */
  async settle(maxMs = 30 * minute): Promise<void> {
    const end = this.clock.now() + maxMs;
    await this.clock.advance(0);
    while (this.clock.now() < end && !this.controller.queue.idleUntil(this.clock.now() + 25 * second))
      await this.clock.advance(second);
  }

  /** One resync, with everything that follows from it. */
  async resync(): Promise<void> {
    this.controller.resync();
    await this.settle();
  }

  /** Ends the process and starts another one on the same disk. */
  async restart({ loseData = false }: { readonly loseData?: boolean } = {}): Promise<void> {
    this.#stop.abort();
    await this.clock.advance(0);
    await this.#running;
    await this.store.close();
    const objects = this.journal.load().objects;
    if (loseData) this.journal = new MemoryJournal(1);
    if (loseData) this.#key = Buffer.from('key of the next installation');
    this.store = this.#openStore();
    if (loseData)
      for (const { apiVersion: v, kind, metadata, spec } of objects)
        if (v === apiVersion && kind !== 'Intent')
          await this.store.create({
            apiVersion: v,
            kind,
            metadata: {
              name: metadata.name,
              namespace: metadata.namespace ?? 'default',
              ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
            },
            ...(spec ? { spec } : {}),
          });
    this.controller = this.#start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.clock.advance(0);
    await this.#running;
    await this.store.close();
  }

  /** `Ready` condition as `status reason: message`. */
  async ready(kind: string, name: string): Promise<string> {
    const ready = conditionOf((await this.get(kind, name))?.status, 'Ready');
    return ready ? `${ready.status} ${ready.reason}: ${ready.message}` : 'no condition';
  }
}

/** An object of ours in namespace default. */
export function object(
  kind: string,
  name: string,
  spec: object,
  annotations?: Readonly<Record<string, string>>,
): Draft {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'default', ...(annotations ? { annotations } : {}) },
    spec: JSON.parse(JSON.stringify(spec)),
  };
}

export const credentialSpec = {
  registry: 'ghcr.io/acme',
  source: { files: { username: 'robot', passwordPath: '/login' } },
};

export const environmentSpec = {
  registryCredentials: [{ name: 'ghcr' }],
  agentRegistryAuth: { registryCredentials: [{ name: 'ghcr' }] },
  computeEnvironments: [
    {
      name: 'main',
      computeResources: { type: 'EC2', maxvCpus: 16, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
    },
  ],
  jobQueues: [{ name: 'main', priority: 10, computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'main' }] }],
};

export const definitionSpec = {
  environment: { name: 'blog' },
  containerProperties: {
    image: 'ghcr.io/acme/job:1',
    registryCredential: { name: 'ghcr' },
    command: ['echo', 'hello'],
    resourceRequirements: [
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '512' },
    ],
  },
};

/** The walk of the private registry example: credential, environment, job definition. */
export function example(): readonly Draft[] {
  return [
    object('RegistryCredential', 'ghcr', credentialSpec),
    object('BatchEnvironment', 'blog', environmentSpec),
    object('JobDefinition', 'hello', definitionSpec),
  ];
}
