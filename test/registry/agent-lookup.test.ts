import { describe, expect, it } from 'vitest';
import { agentLookup } from '../../controller/registry/agent-lookup.ts';
import { orders } from './orders.ts';

/** What the agent can answer for these keys, over all orders of its map. */
function answers(image: string, keys: readonly string[]): ReadonlySet<string | undefined> {
  return new Set(orders(keys).map(order => agentLookup(image, order)));
}

describe('agentLookup', () => {
  const hub = 'https://index.docker.io/v1/';

  it.each([
    { image: 'org/img', keys: [hub], want: [hub] },
    { image: 'nginx', keys: [hub], want: [hub] },
    { image: 'nginx:1', keys: ['index.docker.io/v1/'], want: ['index.docker.io/v1/'] },
    { image: 'registry-1.docker.io/org/img', keys: [hub, 'registry-1.docker.io'], want: [hub] },
    { image: 'org/img', keys: ['docker.io'], want: [undefined] },
    { image: 'org/img', keys: ['https://index.docker.io/v1'], want: [undefined] },
    { image: 'org/img', keys: ['registry-1.docker.io'], want: [undefined] },
    { image: 'ghcr.io/o/i', keys: ['ghcr.io'], want: ['ghcr.io'] },
    { image: 'ghcr.io/o/i', keys: ['https://ghcr.io'], want: ['https://ghcr.io'] },
    { image: 'ghcr.io/o/i', keys: ['ghcr.io/'], want: ['ghcr.io/'] },
    { image: 'ghcr.io/o/i', keys: ['https://ghcr.io/v1/'], want: ['https://ghcr.io/v1/'] },
    { image: 'reg.io:5000/a/i:t', keys: ['reg.io:5000'], want: ['reg.io:5000'] },
    { image: 'reg.io:5000/a/i', keys: ['reg.io:5000'], want: ['reg.io:5000'] },
    { image: 'reg.io:5000/a/i:t', keys: ['reg.io'], want: [undefined] },
    { image: 'reg.io/a/i', keys: ['reg.io/a', 'reg.io/bbb'], want: ['reg.io/a', 'reg.io/bbb'] },
    { image: 'reg.io/c/i', keys: ['reg.io/a', 'reg.io/bbb'], want: ['reg.io/a', 'reg.io/bbb'] },
    { image: 'reg.io/abc/i', keys: ['reg.io', 'reg.io/ab'], want: ['reg.io/ab'] },
    { image: 'reg.io/abc/i', keys: ['reg.io', 'reg.io/ab/'], want: ['reg.io'] },
    { image: 'REG.io/a/i', keys: ['reg.io'], want: [undefined] },
    { image: 'myhost/i', keys: ['myhost'], want: [undefined] },
    { image: 'localhost/i', keys: ['localhost'], want: ['localhost'] },
    { image: `reg.io/a@sha256:${'0'.repeat(64)}`, keys: ['reg.io', 'reg.io/a@'], want: ['reg.io/a@'] },
    { image: 'reg.io/a:t', keys: ['reg.io', 'reg.io/a/'], want: ['reg.io'] },
  ])('$image with $keys gives $want', ({ image, keys, want }) => {
    expect(answers(image, keys)).toEqual(new Set(want));
  });
});
