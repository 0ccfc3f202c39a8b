import type { Call, CallFilter } from './call-log.ts';
import { isMeant } from './call-log.ts';
import type { CommonError, ServiceError } from './error-answer.ts';
import type { Answer } from './request.ts';

/**
 * What happens to a call: one of the errors that every service has, a given error or answer, a gateway's HTML page, the
 * connection cut before or after the effect, no answer at all, the answer given to the same question before, or nothing.
 */
export type Fault =
  | CommonError
  | 'html'
  | 'cutBefore'
  | 'cutAfter'
  | 'hang'
  | 'stale'
  | 'none'
  | { readonly error: ServiceError }
  | { readonly answer: Answer };

/** Which calls meet which fault. The first rule that matches a call is the only one applied to it. */
export interface Rule extends CallFilter {
  readonly do: Fault;
  /** A part of the body, or a question about the call. */
  readonly match?: string | ((call: Call) => boolean);
  /** How many matching calls pass unharmed first; 0 when left out. */
  readonly skip?: number;
  /** How many calls meet the fault after that; without end when left out. */
  readonly times?: number;
  /** How long the call waits before the fault, or before the store when there is none. */
  readonly delayMs?: number;
}

/** A rule in force. */
export interface ActiveRule {
  readonly hits: number;
  remove(): void;
}

/** A token bucket for all calls that it means together. */
export interface Rate extends CallFilter {
  readonly perSecond: number;
  /** How many calls may come at once; `perSecond` when left out. */
  readonly burst?: number;
}

/** Faults drawn at random, the same ones for the same seed and order of calls. */
export interface Storm extends CallFilter {
  readonly seed: number;
  /** The share of calls that meet a fault, between 0 and 1. */
  readonly share: number;
  readonly faults: readonly Fault[];
}

/** What befalls one call. */
export interface Decision {
  readonly fault: Fault;
  readonly delayMs: number;
}

const UNHARMED: Decision = { fault: 'none', delayMs: 0 };

/** The rules, rates and storms in force. Without any of them nothing happens to a call. */
export class Faults {
  readonly #now: () => number;
  #rules: { rule: Rule; seen: number; hits: number }[] = [];
  #rates: { rate: Rate; tokens: number; at: number }[] = [];
  #storms: { storm: Storm; random: () => number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Puts a rule behind those in force. */
  add(rule: Rule): ActiveRule {
    const entry = { rule, seen: 0, hits: 0 };
    this.#rules.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#rules = this.#rules.filter(other => other !== entry);
      },
    };
  }

  /** Throttles the calls that the rate means once its bucket is empty. */
  limit(rate: Rate): void {
    this.#rates.push({ rate, tokens: rate.burst ?? rate.perSecond, at: this.#now() });
  }

  /** Lets faults befall a share of the calls. */
  storm(storm: Storm): void {
    this.#storms.push({ storm, random: generator(storm.seed) });
  }

  clear(): void {
    this.#rules = [];
    this.#rates = [];
    this.#storms = [];
  }

  /** Decides about one call, and uses up what that costs. */
  decide(call: Call): Decision {
    return this.#byRule(call) ?? this.#byRate(call) ?? this.#byStorm(call) ?? UNHARMED;
  }

  #byRule(call: Call): Decision | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (!isMeant(call, rule) || !matches(call, rule.match)) continue;
      if (entry.hits >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      entry.seen += 1;
      if (entry.seen <= (rule.skip ?? 0)) continue;
      entry.hits += 1;
      return { fault: rule.do, delayMs: rule.delayMs ?? 0 };
    }
    return undefined;
  }

  #byRate(call: Call): Decision | undefined {
    const now = this.#now();
    for (const bucket of this.#rates) {
      const { rate } = bucket;
      if (!isMeant(call, rate)) continue;
      const refill = ((now - bucket.at) / 1000) * rate.perSecond;
      bucket.tokens = Math.min(rate.burst ?? rate.perSecond, bucket.tokens + refill);
      bucket.at = now;
      if (bucket.tokens < 1) return { fault: 'throttle', delayMs: 0 };
      bucket.tokens -= 1;
    }
    return undefined;
  }

  #byStorm(call: Call): Decision | undefined {
    for (const { storm, random } of this.#storms) {
      if (!isMeant(call, storm)) continue;
      const [chance, pick] = [random(), random()];
      const fault = storm.faults[Math.floor(pick * storm.faults.length)];
      if (chance < storm.share && fault !== undefined) return { fault, delayMs: 0 };
    }
    return undefined;
  }
}

function matches(call: Call, match: Rule['match']): boolean {
  if (typeof match === 'string') return call.body.includes(match);
  return match === undefined || match(call);
}

/** Numbers in [0, 1) from a 32-bit state (the mulberry32 generator). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
