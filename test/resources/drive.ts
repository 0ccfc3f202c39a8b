import type { Aws } from '../../controller/aws/aws.ts';
import { isObject } from '../../controller/model/json.ts';
import { managedTags, type Owner, ownerTags, type Tags } from '../../controller/model/ownership.ts';
import { creation, type Plan, repairs } from '../../controller/model/plan.ts';
import type { Leaving, Memo, Operation, Resource, Sought, View } from '../../controller/resources/resource.ts';

/** Whose the resources of these tests are. */
export const owner: Owner = { controller: 'test', object: 'BatchEnvironment/default/blog' };

/** The ownership tags of a resource of these tests, with others. */
export function tags(id: string, others: Tags = {}): Tags {
  return { ...ownerTags(owner, id), ...others };
}

/** Everything that used it goes too. */
export const goingNow: Leaving = { manner: 'now', memo: undefined, heir: undefined, now: 0 };

interface Driven {
  readonly resource: Resource;
  readonly aws: Aws;
  readonly id: string;
  readonly name: string;
  /** Lets time pass; left out, a wait is an error. */
  readonly advance?: (ms: number) => Promise<void>;
}

const mostRounds = 30;

/** One resource, driven as the engine would: read, plan, carry out one wave, read again. */
export class Drive {
  readonly #driven: Driven;
  readonly #signal = new AbortController().signal;
  /** What the resource asked to be remembered. Tests may forget it, as a lost store would. */
  memo: Memo | undefined;
  #tagKeys: readonly string[] = [];

  constructor(driven: Driven) {
    this.#driven = driven;
  }

  /** What AWS has. */
  async read(want?: unknown, exact = true): Promise<unknown> {
    return this.#read(this.#sought(want), exact);
  }

  async #read(sought: Sought, exact: boolean): Promise<unknown> {
    const { resource, aws, id } = this.#driven;
    const found = await resource.read(aws, [sought], exact, this.#signal);
    return found.get(id);
  }

  /** What everybody else may know of it; undefined while it is absent. */
  async view(want?: unknown, exact = true): Promise<View | undefined> {
    const seen = await this.read(want, exact);
    return seen === undefined ? undefined : this.#driven.resource.view(seen, want);
  }

  /** What a pass would do next; `exact` false goes by the shared snapshot. */
  async plan(want: unknown, exact = true): Promise<Plan> {
    return (await this.#look(want, exact)).plan;
  }

  /** One pass: carries out the next wave, and answers the operations that ran. */
  async pass(want: unknown): Promise<readonly string[]> {
    const { plan, observed } = await this.#look(want, true);
    if (plan.action === 'block') throw new Error(`blocked: ${plan.message}`);
    if (plan.action === 'wait') await this.#wait(plan.afterMs, plan.message);
    if (plan.action !== 'apply') return [];
    const run: string[] = [];
    for (const step of plan.steps) {
      await this.#run(step.op, { want, observed, step });
      run.push(step.op);
      if (this.#driven.resource.asynchronous?.includes(step.op)) break;
    }
    if (isObject(want) && isObject(want['tags'])) this.#tagKeys = Object.keys(want['tags']);
    return run;
  }

  /** Passes until nothing differs and AWS is at rest; answers every operation that ran, in order. */
  async settle(want: unknown): Promise<readonly string[]> {
    const run: string[] = [];
    for (let round = 0; round < mostRounds; round++) {
      const { plan } = await this.#look(want, true);
      if (plan.action === 'none') return run;
      run.push(...(await this.pass(want)));
    }
    throw new Error(`not settled after ${mostRounds} rounds: ${run.join(', ')}`);
  }

  /** Steps towards absence until nothing is left; answers every operation that ran, in order. */
  async remove(): Promise<readonly string[]> {
    const { resource } = this.#driven;
    const run: string[] = [];
    for (let round = 0; round < mostRounds; round++) {
      const observed = await this.#read({ ...this.#sought(undefined), manner: 'now' }, true);
      const leaving = { ...goingNow, memo: this.memo, now: this.#driven.aws.now() };
      const next = observed === undefined ? 'gone' : resource.teardown(observed, leaving);
      if (next === 'gone') return run;
      if (next === 'wait') await this.#wait(undefined, 'on its way out');
      else if (typeof next !== 'string' && 'wait' in next) await this.#wait(next.afterMs, next.wait);
      else {
        const op = typeof next === 'string' ? next : next.again;
        await this.#run(op, { want: undefined, observed, step: { op, changes: [] } });
        run.push(op);
      }
    }
    throw new Error(`not gone after ${mostRounds} rounds: ${run.join(', ')}`);
  }

  async #look(want: unknown, exact: boolean): Promise<{ readonly plan: Plan; readonly observed: unknown }> {
    const { resource, name } = this.#driven;
    const seen = await this.read(want, exact);
    if (seen === undefined)
      return { plan: { action: 'apply', steps: [creation(resource.fields, want)] }, observed: undefined };
    this.memo = resource.memo?.(seen, want, this.memo) ?? this.memo;
    const view = resource.view(seen, want);
    if (view.phase === 'busy') {
      const message = view.message ?? `${resource.noun} ${name} is busy`;
      const plan: Plan = { action: 'wait', reason: 'ResourceBusy', message, afterMs: view.busyForMs ?? 5_000 };
      return { plan, observed: seen };
    }
    const observed = this.#comparable(seen, want, view.tags);
    return { plan: repairs(resource.fields, Object.keys(resource.operations), want, observed), observed };
  }

  #comparable(seen: unknown, want: unknown, have: Tags): unknown {
    const facing = this.#driven.resource.facing?.(seen, want) ?? seen;
    if (!isObject(facing)) return facing;
    const wanted = isObject(want) && isObject(want['tags']) ? (want['tags'] as Tags) : {};
    return { ...facing, tags: managedTags(have, wanted, this.#tagKeys) };
  }

  async #run(op: string, call: Pick<Parameters<Operation<unknown, unknown>>[1], 'want' | 'observed' | 'step'>) {
    const operation: unknown = this.#driven.resource.operations[op];
    if (typeof operation !== 'function') throw new Error(`${this.#driven.resource.resource} has no operation ${op}`);
    const run = operation as Operation<unknown, unknown>;
    this.memo = (await run(this.#driven.aws, { ...this.#sought(call.want), ...call }, this.#signal)) ?? this.memo;
  }

  async #wait(ms: number | undefined, why: string): Promise<void> {
    if (!this.#driven.advance) throw new Error(`nothing lets time pass, but the plan is to wait: ${why}`);
    await this.#driven.advance(ms ?? 5_000);
  }

  #sought(want: unknown): Sought {
    const { id, name } = this.#driven;
    return { owner, id, name, want, memo: this.memo };
  }
}
