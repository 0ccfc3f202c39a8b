import type { Account, Clients } from '../../controller/aws/aws.ts';
import type { Network } from './network.ts';

/** What not every account can offer: images from the internet for jobs that run, a second Region for replicas. */
export const needs = ['images', 'secondRegion'] as const;

/** One of `needs`. */
export type Need = (typeof needs)[number];

/** One AWS as one assertion sees it. */
export interface ContractWorld {
  readonly clients: Clients;
  readonly account: Account;
  readonly network: Network;
  /** A name that no other assertion and nobody else has, for a thing that is created here. */
  name(thing: string): string;
  /** Looks again and again as time passes until there is an answer; fails when there is none within the world's patience. */
  until<T>(look: () => Promise<T | undefined | false>, what: string): Promise<T>;
  /** Lets time pass for what cannot be looked at, such as the propagation of a role. */
  pause(seconds: number): Promise<void>;
  /** Has something removed when the assertion has ended, however it ends; the newest goes first. */
  afterwards(remove: () => Promise<void>): void;
}

/** One thing about AWS that Batchwright relies on. It cleans up after itself and holds in every account. */
export interface Assertion {
  /** A sentence, unique in the suite. */
  readonly name: string;
  readonly needs?: readonly Need[];
  readonly run: (world: ContractWorld) => Promise<void>;
}

/** One row of a table of requests that AWS refuses. */
export interface Refusal<Input> {
  readonly name: string;
  readonly input: (world: ContractWorld) => Input;
  /** The part of the message that AWS is known for; left out where only the refusal is known. */
  readonly says?: string;
}
