import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../system/until.ts';
import { type Kubectl, oldestAndNewest, started } from './kubectl.ts';
import { job, merge, ready } from './operations/step.ts';
import { Served } from './served.ts';

const tried = oldestAndNewest();
if (tried.length < 2)
  it('two versions of kubectl', ({ skip }) => skip(`${tried.length} kubectl versions on this machine`));

const path = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';

let served: Served;
const running: Watching[] = [];
beforeEach(async () => {
  served = await Served.start();
});
afterEach(async () => {
  for (const one of running.splice(0)) one.stop();
  await served.remove();
});

/** A kubectl that goes on, and what it has said so far. */
class Watching {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  output = '';

  constructor(kubectl: Kubectl, args: readonly string[]) {
    this.#child = started(kubectl, args, served.call());
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    running.push(this);
  }

  stop(): void {
    this.#child.kill();
  }

  async shows(...parts: readonly (string | RegExp)[]): Promise<void> {
    const shown = (part: string | RegExp) => new RegExp(part, 'm').test(this.output);
    await until(
      parts.join(', '),
      () => parts.every(shown),
      () => this.output,
    );
  }

  /** Exit code, when it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}

async function told(kubectl: Kubectl, args: readonly string[], input?: object): Promise<string> {
  const call = input === undefined ? {} : { input: JSON.stringify(input) };
  const { code, stdout, stderr } = await served.kubectl(kubectl, args, call);
  expect([args, code, code === 0 ? '' : stderr]).toEqual([args, 0, '']);
  return stdout;
}

describe.each(tried)('kubectl $version', { timeout: 60_000 }, kubectl => {
  const say = (...args: readonly string[]) => told(kubectl, args);
  const create = (name: string) => told(kubectl, ['create', '-f', '-'], job(name));

  it('sees every change, before a restart and across it', async () => {
    await create('old');
    const watching = new Watching(kubectl, ['get', 'jdef', '-w', '--output-watch-events']);
    await watching.shows('^ADDED +old ');
    await create('a');
    await say('label', 'jdef', 'a', 'step=1');
    const version = await say('get', 'jdef', 'a', '-o', 'jsonpath={.metadata.resourceVersion}');
    await say('delete', 'jdef', 'a');
    await watching.shows('^EVENT +NAME +READY', '^ADDED +a ', '^MODIFIED +a ', '^DELETED +a ');
    await create('b');
    await served.stop('SIGKILL');
    await watching.ended();

    await served.open();
    await say('label', 'jdef', 'b', 'step=2');
    await say('delete', 'jdef', 'b');

    const since = await say('get', '--raw', `${path}?watch=true&timeoutSeconds=1&resourceVersion=${version}`);
    const events = since
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Event);
    expect(
      events.map(({ type, object: { metadata } }) => `${type} ${metadata.name} ${metadata.labels?.step ?? ''}`),
    ).toEqual(['DELETED a 1', 'ADDED b ', 'MODIFIED b 2', 'DELETED b 2']);
  });

  it('waits on across a restart', async () => {
    await create('a');
    const watching = new Watching(kubectl, ['wait', 'jdef/a', '--for=condition=Ready', '--timeout=40s', '-v=6']);
    await watching.shows(/watch=true.*200/);
    await served.stop('SIGKILL');

    await served.open();
    await say(...merge('a', { status: ready }, '--subresource=status'));

    expect([await watching.ended(), watching.output]).toEqual([0, expect.stringContaining('condition met')]);
  });

  it('ends a watch in order when the server stops', async () => {
    await create('a');
    const watching = new Watching(kubectl, ['get', 'jdef', '-w']);
    await watching.shows('^a ');
    await served.stop();
    expect(await watching.ended()).toBe(0);
    expect(watching.output).not.toMatch(/rror/);
  });

  it('tells what comes into a selector and what leaves it', async () => {
    await create('a');
    await create('b');
    await say('label', 'jdef', 'b', 'in=1');
    const watching = new Watching(kubectl, ['get', 'jdef', '-l', 'in=1', '-w', '--output-watch-events']);
    await watching.shows('^ADDED +b ');
    await say('label', 'jdef', 'a', 'in=1');
    await say('label', 'jdef', 'a', 'in-');
    await watching.shows('^ADDED +a ', '^DELETED +a ');
  });

  it('waits for deletion', async () => {
    await told(kubectl, ['create', '-f', '-'], job('a', { finalizers: ['test.example/hold'] }));
    const watching = new Watching(kubectl, ['delete', 'jdef', 'a', '--timeout=40s']);
    await watching.shows('"a" deleted');
    await say(...merge('a', { metadata: { finalizers: null } }));
    expect(await watching.ended()).toBe(0);
  });
});

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name: string; readonly labels?: { readonly step?: string } } };
}
