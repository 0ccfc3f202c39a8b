import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentKeys, isAgentKey, registryUrl, type ScopedCredential } from '../../controller/registry/agent-key.ts';
import { agentLookup } from '../../controller/registry/agent-lookup.ts';
import { credentialsFor } from '../../controller/registry/credential-match.ts';
import { imageReference } from '../../controller/registry/image-reference.ts';
import { registryScope, scopeText } from '../../controller/registry/registry-scope.ts';
import { orders } from './orders.ts';

function credential(name: string, ...registries: readonly string[]): ScopedCredential {
  const scopes = registries.map(text => {
    const scope = registryScope(text);
    if (!scope.ok) throw new Error(scope.problem);
    return scope.value;
  });
  return { name, scopes };
}

const namespaceKeys = (text: string) => [`${text}/`, `${text}:`, `${text}@`];

describe('agentKeys', () => {
  it.each([
    {
      name: 'Docker Hub has one fixed key',
      given: [credential('hub', 'docker.io')],
      want: { hub: ['https://index.docker.io/v1/'] },
    },
    {
      name: 'a Docker Hub namespace has the same key',
      given: [credential('hub', 'docker.io/org')],
      want: { hub: ['https://index.docker.io/v1/'] },
    },
    { name: 'a registry is its host', given: [credential('a', 'https://GHCR.io/v1/')], want: { a: ['ghcr.io'] } },
    { name: 'a port belongs to the host', given: [credential('a', 'reg.io:5000')], want: { a: ['reg.io:5000'] } },
    {
      name: 'a lone namespace also serves the bare host',
      given: [credential('a', 'ghcr.io/org')],
      want: { a: [...namespaceKeys('ghcr.io/org'), 'ghcr.io'] },
      fallbacks: { 'ghcr.io': 'a' },
    },
    {
      name: 'the most general namespace serves the bare host',
      given: [credential('a', 'ghcr.io/org/deep'), credential('b', 'ghcr.io/zzz')],
      want: { a: namespaceKeys('ghcr.io/org/deep'), b: [...namespaceKeys('ghcr.io/zzz'), 'ghcr.io'] },
      fallbacks: { 'ghcr.io': 'b' },
    },
    {
      name: 'equally general namespaces: the first by name, whatever the order',
      given: [credential('b', 'ghcr.io/b'), credential('a', 'ghcr.io/a')],
      want: { b: namespaceKeys('ghcr.io/b'), a: [...namespaceKeys('ghcr.io/a'), 'ghcr.io'] },
      fallbacks: { 'ghcr.io': 'a' },
    },
    {
      name: 'a declared whole-registry login stays the bare host',
      given: [credential('a', 'ghcr.io/org'), credential('b', 'ghcr.io')],
      want: { a: namespaceKeys('ghcr.io/org'), b: ['ghcr.io'] },
    },
    {
      name: 'one credential for several registries',
      given: [credential('a', 'docker.io', 'ghcr.io', 'reg.io/x')],
      want: { a: ['https://index.docker.io/v1/', 'ghcr.io', ...namespaceKeys('reg.io/x'), 'reg.io'] },
      fallbacks: { 'reg.io': 'a' },
    },
  ])('$name', ({ given, want, fallbacks = {} }) => {
    const result = agentKeys(given);

    expect(result.problems).toEqual([]);
    expect(Object.fromEntries(result.keys)).toEqual(want);
    expect(Object.fromEntries(result.fallbacks)).toEqual(fallbacks);
    expect([...result.keys.values()].flat().filter(key => !isAgentKey(key))).toEqual([]);
  });

  it.each([
    {
      name: 'two Docker Hub logins',
      given: [credential('a', 'docker.io'), credential('b', 'https://index.docker.io/v1/')],
      problems: [/"a" and "b" are both for Docker Hub: the ECS agent keeps one/],
    },
    {
      name: 'two Docker Hub namespaces',
      given: [credential('a', 'docker.io/x'), credential('b', 'docker.io/y')],
      problems: [/"a" and "b" are both for Docker Hub/],
    },
    {
      name: 'one registry in two spellings',
      given: [credential('a', 'https://ghcr.io/'), credential('b', 'GHCR.io')],
      problems: [/"a" and "b" are both for ghcr.io: keep one/],
    },
    {
      name: 'one namespace twice',
      given: [credential('a', 'ghcr.io/o'), credential('b', 'ghcr.io/o/')],
      problems: [/both for ghcr.io\/o/],
    },
    {
      name: 'one credential that names a registry twice',
      given: [credential('a', 'docker.io', 'index.docker.io')],
      problems: [/"a" names docker.io twice/],
    },
    { name: 'a credential without registry', given: [credential('a')], problems: [/"a" names no registry/] },
    {
      name: 'a credential listed twice',
      given: [credential('a', 'ghcr.io'), credential('a', 'reg.io')],
      problems: [/"a" is listed twice/],
    },
  ])('refuses $name', ({ given, problems }) => {
    const result = agentKeys(given);

    expect(result.problems).toEqual(problems.map(problem => expect.stringMatching(problem)));
    expect(result.keys.size).toBe(0);
  });

  it('gives the agent the meant credential for every image, in all orders of its map', () => {
    const credentials = [
      credential('hub', 'docker.io/org'),
      credential('team', 'reg.io/ab'),
      credential('app', 'reg.io/ab/app'),
      credential('other', 'ghcr.io'),
    ];
    const { keys } = agentKeys(credentials);
    const owners = new Map([...keys].flatMap(([name, own]) => own.map(key => [key, name] as const)));
    const want = {
      'org/img': 'hub',
      'reg.io/ab/i': 'team',
      'reg.io/ab/i:t': 'team',
      'reg.io/abc/i': 'team', // no namespace covers it: the bare host's login
      'reg.io/ab/app:1': 'app',
      'reg.io/ab/app/sub': 'app',
      'reg.io/ab/apple:1': 'team',
      'ghcr.io/x/y': 'other',
      'quay.io/x': undefined,
    };

    // 9 keys have 362,880 orders; the Hub key and other hosts' keys never compete, so each host's keys are ordered alone.
    for (const [image, name] of Object.entries(want)) {
      const host = image.split('/')[0] ?? '';
      const rivals = [...owners.keys()].filter(key => key.startsWith(host) || key.startsWith('https:'));
      const chosen = new Set(orders(rivals).map(order => owners.get(agentLookup(image, order) ?? '')));
      expect({ image, chosen: [...chosen] }).toEqual({ image, chosen: [name] });
    }
  });

  it('gives the agent the credential with the longest namespace, for any credentials, image and order', () => {
    const namespace = fc
      .array(fc.constantFrom('a', 'ab', 'abc', 'b'), { minLength: 0, maxLength: 3 })
      .map(parts => parts.join('/'));
    const scope = fc.record({ host: fc.constantFrom('reg.io', 'reg.io:5000', 'localhost'), namespace });
    const scopes = fc.uniqueArray(scope, { minLength: 1, maxLength: 4, selector: scopeText });
    const suffix = fc.constantFrom(':t', `@sha256:${'0'.repeat(64)}`, '/x', '/abc:t');

    fc.assert(
      fc.property(scopes, scope, suffix, fc.infiniteStream(fc.nat()), (declared, place, end, random) => {
        const credentials = declared.map(each => ({ name: scopeText(each), scopes: [each] }));
        const { keys, problems } = agentKeys(credentials);
        const text = `${scopeText({ ...place, namespace: place.namespace || 'c' })}${end}`;
        const image = imageReference(text);
        if (!image.ok) throw new Error(image.problem);
        const meant = credentialsFor(image.value, credentials)[0]?.name;
        const owners = new Map([...keys].flatMap(([name, own]) => own.map(key => [key, name] as const)));
        const shuffled = [...owners.keys()]
          .map(key => ({ key, rank: random.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ key }) => key);

        expect(problems).toEqual([]);
        if (meant !== undefined) expect(owners.get(agentLookup(text, shuffled) ?? '')).toBe(meant);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isAgentKey', () => {
  it.each([
    'docker.io/',
    'ghcr.io/',
    'ghcr.io/o',
    'GHCR.io',
    'myhost',
    'https://ghcr.io',
    'https://index.docker.io/v1',
    'a b.io',
    'ghcr.io/o"/',
    'ghcr.io\n',
    '',
    'ghcr.io/O/',
    'ghcr.io:0',
  ])('refuses "%s"', key => {
    expect(isAgentKey(key)).toBe(false);
  });
});

describe('registryUrl', () => {
  it.each([
    [{ host: 'docker.io', namespace: 'org' }, 'https://index.docker.io/v1/'],
    [{ host: 'ghcr.io', namespace: '' }, 'ghcr.io'],
    [{ host: 'ghcr.io', namespace: 'a/b' }, 'ghcr.io/a/b/'],
  ])('%o', (scope, want) => {
    expect(registryUrl(scope)).toBe(want);
  });
});
