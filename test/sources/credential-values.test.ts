import { expect, it } from 'vitest';
import { Failure } from '../../controller/model/failure.ts';
import { type LoginSource, readLogin } from '../../controller/sources/credential-values.ts';

const canary = 'c4n4ry-password';
const signal = new AbortController().signal;

const files: Readonly<Record<string, string>> = {
  '/user': 'robot\n',
  '/token': `${canary}\n`,
  '/spaced': ` ${canary} \n\n`,
  '/config.json': JSON.stringify({
    auths: {
      'https://index.docker.io/v1/': { auth: Buffer.from(`hub:${canary}`).toString('base64') },
      'ghcr.io': { username: 'octo', password: canary },
      'quay.io': {},
      'azure.example': { identitytoken: canary, auth: '' },
      'broken.example': { auth: Buffer.from(canary).toString('base64') },
    },
  }),
  '/kubernetes': JSON.stringify({ 'ghcr.io': { username: 'octo', password: canary } }),
  '/not-json': `{"auths": ${canary}`,
  '/empty.json': '{"credsStore": "desktop", "auths": 1}',
};

const ports = {
  readFile: async (path: string) => {
    if (path === '/latin1') return Buffer.from([0xff, 0xfe, 0x41]);
    if (path === '/huge') return Buffer.alloc(70_000);
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(`no ${canary}`), { code: 'ENOENT' });
    return Buffer.from(text);
  },
  environment: { REGISTRY_USER: 'env-robot', REGISTRY_TOKEN: canary, EMPTY: '' },
  scope: (registry: string) => (/docker\.io/.test(registry) ? 'docker.io' : registry.toLowerCase()),
};

interface Good {
  readonly name: string;
  readonly source: LoginSource;
  readonly registry?: string;
  readonly username: string;
  readonly password?: string;
}

const good: readonly Good[] = [
  { name: 'both from files', source: { files: { usernamePath: '/user', passwordPath: '/token' } }, username: 'robot' },
  { name: 'user name from the spec', source: { files: { username: 'me', passwordPath: '/token' } }, username: 'me' },
  {
    name: 'one line end goes, no other white space',
    source: { files: { username: 'me', passwordPath: '/spaced' } },
    username: 'me',
    password: ` ${canary} \n`,
  },
  {
    name: 'environment',
    source: { environment: { usernameVariable: 'REGISTRY_USER', passwordVariable: 'REGISTRY_TOKEN' } },
    username: 'env-robot',
  },
  {
    name: 'Docker Hub in another spelling',
    source: { dockerConfig: { path: '/config.json' } },
    registry: 'docker.io',
    username: 'hub',
  },
  {
    name: 'an entry by its exact name',
    source: { dockerConfig: { path: '/config.json', registry: 'ghcr.io' } },
    username: 'octo',
  },
  {
    name: 'a config without the auths wrapper',
    source: { dockerConfig: { path: '/kubernetes' } },
    registry: 'ghcr.io',
    username: 'octo',
  },
];

it.each(good)('reads $name', async ({ source, registry = 'docker.io', username, password = canary }) => {
  const login = await readLogin(ports, source, registry, signal);

  expect([login.username.reveal(), login.password.reveal()]).toEqual([username, password]);
  expect(JSON.stringify(login)).not.toContain(canary);
});

interface Bad {
  readonly name: string;
  readonly source: LoginSource;
  readonly message: RegExp;
}

const bad: readonly Bad[] = [
  {
    name: 'a missing file',
    source: { files: { username: 'me', passwordPath: '/gone' } },
    message: /file \/gone \(passwordPath\) cannot be read: ENOENT/,
  },
  {
    name: 'a file that is not text',
    source: { files: { username: 'me', passwordPath: '/latin1' } },
    message: /not UTF-8/,
  },
  { name: 'a huge file', source: { files: { username: 'me', passwordPath: '/huge' } }, message: /70000 bytes/ },
  {
    name: 'a missing variable',
    source: { environment: { username: 'me', passwordVariable: 'NOPE' } },
    message: /variable NOPE is not set/,
  },
  {
    name: 'an empty variable',
    source: { environment: { username: 'me', passwordVariable: 'EMPTY' } },
    message: /variable EMPTY is not set/,
  },
  { name: 'JSON that is none', source: { dockerConfig: { path: '/not-json' } }, message: /\/not-json is not JSON/ },
  { name: 'a config without auths', source: { dockerConfig: { path: '/empty.json' } }, message: /no auths/ },
  {
    name: 'a missing entry',
    source: { dockerConfig: { path: '/config.json', registry: 'nowhere.example' } },
    message: /no entry for nowhere.example/,
  },
  {
    name: 'an entry of a credential helper',
    source: { dockerConfig: { path: '/config.json', registry: 'quay.io' } },
    message: /credential helper/,
  },
  {
    name: 'an identity token',
    source: { dockerConfig: { path: '/config.json', registry: 'azure.example' } },
    message: /identity token/,
  },
  {
    name: 'auth without a colon',
    source: { dockerConfig: { path: '/config.json', registry: 'broken.example' } },
    message: /not base64 of user:password/,
  },
];

it.each(bad)('refuses $name, and says nothing of its content', async ({ source, message }) => {
  const error = await readLogin(ports, source, 'docker.io', signal).catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(Failure);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain(canary);
});
