import type { Cancel, Clock } from '../model/clock.ts';

/** Account and Region; undefined for objects that are in none, or not yet. */
export type Place = string | undefined;

/** What can wait is put off until the calls of the last hour leave room for it. */
export interface Budget {
  delay(scope: string, askedMs: number, share: number): number;
}

interface Round {
  startedAt: number;
  nextAt: number;
  cancel: Cancel;
}

/** Looking at everything again leaves the rest of the budget to what somebody waits for. */
const share = 0.8;

/**
 * When everything in an account and Region is looked at again: each by itself, so that one that is busy does not slow the
 * others, and as often as its budget of calls allows.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #resyncMs: number;
  readonly #budget: Budget;
  readonly #begin: (place: Place) => void;
  readonly #rounds = new Map<Place, Round>();

  /** `begin` is called at the start of each round but the first of a place. */
  constructor(clock: Clock, random: () => number, resyncMs: number, budget: Budget, begin: (place: Place) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#resyncMs = resyncMs;
    this.#budget = budget;
    this.#begin = begin;
    this.#rounds.set(undefined, { startedAt: clock.now(), nextAt: clock.now(), cancel: () => undefined });
  }

  /** Begins to count the time to the next rounds. */
  start(): void {
    for (const place of this.#rounds.keys()) this.#schedule(place);
  }

  /** A place that has rounds from now on. */
  meet(place: string): void {
    if (this.#rounds.has(place)) return;
    const startedAt = this.startedAt(undefined);
    this.#rounds.set(place, { startedAt, nextAt: startedAt, cancel: () => undefined });
    this.#schedule(place);
  }

  /** When the last round of a place began, in milliseconds since the epoch. */
  startedAt(place: Place): number {
    return this.#round(place).startedAt;
  }

  /** When its next one begins. */
  nextAt(place: Place): number {
    return this.#round(place).nextAt;
  }

  /** What is read from now on counts as read in a new round, everywhere. */
  refresh(): void {
    for (const round of this.#rounds.values()) round.startedAt = this.#clock.now();
  }

  close(): void {
    for (const { cancel } of this.#rounds.values()) cancel();
  }

  #round(place: Place): Round {
    const round = this.#rounds.get(place) ?? this.#rounds.get(undefined);
    if (!round) throw new Error('the round of objects in no place is missing');
    return round;
  }

  #schedule(place: Place): void {
    const asked = this.#resyncMs * (0.9 + this.#random() * 0.2);
    const { startedAt } = this.#round(place);
    const passed = this.#clock.now() - startedAt;
    this.#arm(place, Math.max(0, this.#affordable(place, asked) - passed));
  }

  #affordable(place: Place, askedMs: number): number {
    return place === undefined ? askedMs : this.#budget.delay(place, askedMs, share);
  }

  #arm(place: Place, delayMs: number): void {
    const round = this.#round(place);
    round.cancel();
    round.nextAt = this.#clock.now() + delayMs;
    round.cancel = this.#clock.timer(delayMs, () => this.#due(place));
  }

  #due(place: Place): void {
    const wait = this.#affordable(place, 0);
    if (wait > 0) {
      this.#arm(place, wait);
      return;
    }
    this.#round(place).startedAt = this.#clock.now();
    this.#begin(place);
    this.#schedule(place);
  }
}
