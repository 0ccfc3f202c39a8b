import type { Cancel, Clock } from '../model/clock.ts';

/** Calls per second that are sent at most, and how many may be sent at once after a rest. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A rate and the operations that it is for. */
export interface Row extends Rate {
  /** Service as the clients are called; left out, any. */
  readonly service?: string;
  readonly operation: RegExp;
}

/**
 * What is asked of AWS at most, first match wins, per account, Region and operation. AWS publishes few of these figures;
 * these stay well below what people report and leave room for them (aws-batch reference §8, registry-auth reference §1.4).
 */
// biome-ignore format: a table reads best in columns
export const usualRates: readonly Row[] = [
  { service: 'batch',           operation: /^SubmitJob$/,                perSecond: 25, burst: 25 },
  { service: 'batch',           operation: /^RegisterJobDefinition$/,    perSecond: 10, burst: 10 },
  { service: 'batch',           operation: /^(Describe|List)/,           perSecond: 10, burst: 20 },
  { service: 'batch',           operation: /./,                          perSecond: 5,  burst: 10 },
  { service: 'secretsManager',  operation: /^(Describe|Get|List)/,       perSecond: 50, burst: 50 },
  { service: 'secretsManager',  operation: /./,                          perSecond: 10, burst: 10 },
  { service: 'iam',             operation: /^(Get|List)/,                perSecond: 15, burst: 30 },
  { service: 'iam',             operation: /./,                          perSecond: 5,  burst: 10 },
  { service: 'ec2',             operation: /^Describe/,                  perSecond: 20, burst: 40 },
  {                             operation: /./,                          perSecond: 5,  burst: 10 },
];

interface Waiter {
  readonly admit: () => void;
}

/** How a throttled operation comes back: 5 % faster every second. */
const growthPerSecond = 1.05;
const slowest = 0.2;
/** Answers that were under way when the first throttle came say nothing new. Milliseconds. */
const calmMs = 1_000;

class Bucket {
  readonly #clock: Clock;
  readonly #full: Rate;
  readonly #urgent: Waiter[] = [];
  readonly #routine: Waiter[] = [];
  #perSecond: number;
  #tokens: number;
  #at: number;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#full = rate;
    this.#perSecond = rate.perSecond;
    this.#tokens = rate.burst;
    this.#at = clock.now();
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  get waiting(): number {
    return this.#urgent.length + this.#routine.length;
  }

  enter(urgent: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const line = urgent ? this.#urgent : this.#routine;
      const leave = () => {
        line.splice(line.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter = {
        admit: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      line.push(waiter);
      this.#serve();
    });
  }

  throttled(): void {
    const now = this.#clock.now();
    this.#refill();
    if (now - this.#throttledAt < calmMs) return;
    this.#throttledAt = now;
    this.#perSecond = Math.max(slowest, this.#perSecond / 2);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  #refill(): void {
    const now = this.#clock.now();
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    const before = this.#perSecond;
    const recovered = before * growthPerSecond ** seconds;
    this.#perSecond = Math.min(this.#full.perSecond, recovered);
    this.#tokens = Math.min(this.#full.burst, this.#tokens + (seconds * (before + this.#perSecond)) / 2);
  }

  #serve(): void {
    this.#refill();
    while (this.#tokens >= 1 && this.waiting > 0) {
      this.#tokens -= 1;
      (this.#urgent.shift() ?? this.#routine.shift())?.admit();
    }
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.waiting === 0) return;
    const ms = Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
    // The rate rises meanwhile: a look every second finds the token when it is there.
    this.#cancel = this.#clock.timer(Math.min(Math.max(1, ms), 1_000), () => this.#serve());
  }
}

/**
 * Token buckets for AWS calls, one per account, Region, service and operation.
 *
 * Guarantees: no more calls than the rate and its burst; what a person waits for goes before what a resync asks; a
 * throttled operation is halved at once and comes back slowly; nobody waits for a bucket that is not theirs.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #rates: readonly Row[];
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rates: readonly Row[] = usualRates) {
    this.#clock = clock;
    this.#rates = rates;
  }

  /** Resolves when the call may be sent. Rejects with the signal's reason when it aborts first. */
  enter(scope: string, service: string, operation: string, urgent: boolean, signal: AbortSignal): Promise<void> {
    return this.#bucket(scope, service, operation).enter(urgent, signal);
  }

  /** AWS has said that it was too much. */
  throttled(scope: string, service: string, operation: string): void {
    this.#bucket(scope, service, operation).throttled();
  }

  /** What is let through now, by operation; for metrics. */
  get state(): readonly { readonly bucket: string; readonly perSecond: number; readonly waiting: number }[] {
    return [...this.#buckets].map(([bucket, { perSecond, waiting }]) => ({ bucket, perSecond, waiting }));
  }

  #bucket(scope: string, service: string, operation: string): Bucket {
    const name = `${scope}/${service}/${operation}`;
    const known = this.#buckets.get(name);
    if (known) return known;
    const row = this.#rates.find(
      ({ service: s, operation: pattern }) => (s === undefined || s === service) && pattern.test(operation),
    );
    const bucket = new Bucket(this.#clock, row ?? { perSecond: 5, burst: 10 });
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
