import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../model/clock.ts';

/** Numbers that are asked for whenever somebody scrapes. */
export interface Gauges {
  readonly queueDepth: () => number;
  readonly working: () => number;
  /** Objects by kind, namespace, name and state of their Ready condition. */
  readonly objects: () => readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly ready: boolean;
    readonly drifted: boolean;
  }[];
  /** Calls of AWS in the last hour by account and Region, `123456789012/us-east-1`. */
  readonly callsLastHour: () => ReadonlyMap<string, number>;
  /** Files of the directory sources that could not be used, and deletions that are held back. */
  readonly source: () => { readonly invalidFiles: number; readonly heldDeletions: number };
}

/** Every metric, under controller-runtime's names where it has one, so that existing dashboards fit. */
export class Metrics {
  readonly registry = new Registry();
  readonly #reconciles: Counter;
  readonly #reconcileTime: Histogram;
  readonly #awsCalls: Counter;
  readonly #awsTime: Histogram;
  readonly #repairs: Counter;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#reconciles = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Passes over objects, by how they ended.',
      labelNames: ['controller', 'result'],
      registers,
    });
    this.#reconcileTime = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'Length of a pass.',
      labelNames: ['controller'],
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
      registers,
    });
    this.#awsCalls = new Counter({
      name: 'batchwright_aws_calls_total',
      help: 'Attempts of AWS calls, by outcome: success or the error code.',
      labelNames: ['service', 'operation', 'region', 'outcome'],
      registers,
    });
    this.#awsTime = new Histogram({
      name: 'batchwright_aws_call_seconds',
      help: 'Length of AWS calls.',
      labelNames: ['service', 'operation'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
      registers,
    });
    this.#repairs = new Counter({
      name: 'batchwright_drift_repairs_total',
      help: 'Changes made because AWS differed from what had been carried out before.',
      labelNames: ['kind'],
      registers,
    });
  }

  /** Adds the numbers that are asked for at every scrape. To be called once. */
  watch(gauges: Gauges): void {
    measured([this.registry], gauges);
  }

  /** One pass has ended. */
  pass({
    kind,
    result,
    ms,
    repairs,
  }: {
    readonly kind: string;
    readonly result: string;
    readonly ms: number;
    readonly repairs: number;
  }): void {
    const controller = kind.toLowerCase();
    this.#reconciles.inc({ controller, result });
    this.#reconcileTime.observe({ controller }, ms / 1000);
    if (repairs > 0) this.#repairs.inc({ kind }, repairs);
  }

  /** One attempt of an AWS call has ended. */
  attempt({
    service,
    operation,
    region,
    outcome,
    ms,
  }: {
    readonly service: string;
    readonly operation: string;
    readonly region: string;
    readonly outcome: string;
    readonly ms: number;
  }): void {
    this.#awsCalls.inc({ service, operation, region, outcome });
    this.#awsTime.observe({ service, operation }, ms / 1000);
  }
}

function measured(registers: Registry[], gauges: Gauges): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('workqueue_depth', 'Objects that wait to be looked at, now or later.', gauges.queueDepth);
  gauge('controller_runtime_active_workers', 'Passes in progress.', gauges.working);
  gauge(
    'batchwright_source_invalid_files',
    'Files that could not be used; their objects stay as they were.',
    () => gauges.source().invalidFiles,
  );
  gauge(
    'batchwright_source_held_deletions',
    'Deletions that the prune guard holds back.',
    () => gauges.source().heldDeletions,
  );
  new Gauge({
    name: 'batchwright_aws_calls_last_hour',
    help: 'AWS calls of the last hour, what --calls-per-hour is about; repetitions by the SDK not counted.',
    labelNames: ['account', 'region'],
    registers,
    collect() {
      this.reset();
      for (const [scope, calls] of gauges.callsLastHour()) {
        const [account = '', region = ''] = scope.split('/');
        this.set({ account, region }, calls);
      }
    },
  });
  const labelNames = ['kind', 'namespace', 'name'] as const;
  const perObject = (name: string, help: string, value: (object: ReturnType<Gauges['objects']>[number]) => boolean) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const object of gauges.objects())
          this.set({ kind: object.kind, namespace: object.namespace, name: object.name }, value(object) ? 1 : 0);
      },
    });
  perObject('batchwright_object_ready', '1 while the object is Ready.', ({ ready }) => ready);
  perObject(
    'batchwright_object_drifted',
    '1 while AWS differs from what had been carried out.',
    ({ drifted }) => drifted,
  );
}

/** How late timers fire, in milliseconds: above 5 s the event loop is stuck. */
export function loopLag(clock: Clock): () => number {
  let worst = 0;
  let due = clock.now();
  const tick = () => {
    worst = Math.max(0, clock.now() - due);
    due = clock.now() + 1_000;
    clock.timer(1_000, tick);
  };
  tick();
  return () => Math.max(worst, clock.now() - due);
}
