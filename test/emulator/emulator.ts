import { randomInt } from 'node:crypto';
import type { Clock } from '../../controller/model/clock.ts';
import type { ReadLag } from './answer-memory.ts';
import { AwsProxy } from './aws-proxy.ts';
import { BatchResources } from './batch-resources.ts';
import type { CallLog } from './call-log.ts';
import type { Faults } from './faults.ts';
import { JobRuns } from './job-runs.ts';
import { startMoto } from './moto.ts';
import type { Paging } from './paging.ts';
import { SecretNames } from './secret-names.ts';
import { IMMEDIATE, type Times } from './stage.ts';
import { Upstream } from './upstream.ts';

const LOWEST_ACCOUNT = 100_000_000_000;
const REGION = 'us-east-1';

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  timer: (delayMs, run) => {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
};

/** How an emulated AWS differs from one that is immediate, correct and empty. */
export interface EmulatorOptions {
  /** A moto that runs already and that others may use too; one of its own is started when left out. */
  readonly motoEndpoint?: string | undefined;
  /** The account that all calls are made in; one that nobody else uses when left out. */
  readonly account?: string;
  readonly region?: string;
  readonly clock?: Clock;
  readonly times?: Partial<Times>;
  readonly readLag?: ReadLag;
  readonly paging?: Paging;
}

/** An emulated AWS: a store (moto) behind a proxy that adds time, faults, limits and a log of calls. */
export interface Emulator {
  readonly endpoint: string;
  readonly motoEndpoint: string;
  readonly account: string;
  readonly region: string;
  /** For AWS SDK clients in this process. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** For another process that finds its AWS through environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** Durations; may be changed at any time and hold for what begins afterwards. */
  readonly times: Times;
  readonly resources: BatchResources;
  readonly jobs: JobRuns;
  cutIdleConnections(): void;
  /** Ends the proxy, and moto when it was started for this emulator. */
  stop(): Promise<void>;
}

/** Starts an emulated AWS on free loopback ports. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const moto = options.motoEndpoint === undefined ? await startMoto() : undefined;
  const motoEndpoint = options.motoEndpoint ?? moto?.endpoint ?? '';
  const account = options.account ?? String(randomInt(LOWEST_ACCOUNT, 10 * LOWEST_ACCOUNT));
  const region = options.region ?? REGION;
  const clock = options.clock ?? SYSTEM_CLOCK;
  const times: Times = { ...IMMEDIATE, ...options.times };
  const upstream = new Upstream(motoEndpoint);
  const resources = new BatchResources(
    times,
    () => clock.now(),
    (...asked) => upstream.answer(...asked),
  );
  const jobs = new JobRuns(times, () => clock.now());
  const proxy = new AwsProxy({
    upstream,
    clock,
    account,
    stages: [resources, jobs, new SecretNames(times, () => clock.now())],
    readLag: options.readLag ?? {},
    paging: options.paging ?? {},
  });
  const endpoint = await proxy.listen();
  const credentials = { accessKeyId: 'AKIAEMULATOREMULATOR', secretAccessKey: 'not-a-secret' };
  return {
    endpoint,
    motoEndpoint,
    account,
    region,
    client: { endpoint, region, credentials },
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    calls: proxy.calls,
    faults: proxy.faults,
    times,
    resources,
    jobs,
    cutIdleConnections: () => proxy.cutIdleConnections(),
    stop: async () => {
      await proxy.close();
      await moto?.stop();
    },
  };
}
