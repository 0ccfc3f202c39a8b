import type { Account, Clients } from '../../controller/aws/aws.ts';
import type { ContractWorld } from './contract.ts';
import type { Network } from './network.ts';

/** What the worlds of all assertions of one run have in common. */
export interface Ground {
  readonly clients: Clients;
  readonly account: Account;
  readonly network: Network;
  /** How all names of the run begin. */
  readonly prefix: string;
  /** Lets time pass, in milliseconds. */
  readonly pass: (ms: number) => Promise<void>;
  /** How long between two looks, in milliseconds. */
  readonly interval: number;
  /** How long something may take, in milliseconds. */
  readonly patience: number;
  /** Ends what was started for the run. */
  readonly close?: () => Promise<void>;
}

/** An assertion's world, and how to take everything away again that the assertion left to be removed. */
export function worldOf(ground: Ground, number: number): { world: ContractWorld; remove: () => Promise<void> } {
  const { clients, account, network, prefix, pass, interval, patience } = ground;
  const removals: (() => Promise<void>)[] = [];
  const world: ContractWorld = {
    clients,
    account,
    network,
    name: thing => `${prefix}${number}-${thing}`,
    until: async (look, what) => {
      for (let waited = 0; waited <= patience; waited += interval) {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        await pass(interval);
      }
      throw new Error(`waited ${patience / 1_000} s in vain: ${what}`);
    },
    pause: seconds => pass(seconds * 1_000),
    afterwards: remove => {
      removals.push(remove);
    },
  };
  const remove = async () => {
    const errors: unknown[] = [];
    for (const one of removals.splice(0).reverse()) await one().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, `could not remove: ${errors.join('; ')}`);
  };
  return { world, remove };
}
