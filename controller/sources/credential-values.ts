import { Failure } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import { SecretValue } from '../model/secret-value.ts';

/** Where a login is to be read; one member is set. The shape of a RegistryCredential's `source`. */
export interface LoginSource {
  readonly files?:
    | {
        readonly usernamePath?: string | undefined;
        readonly username?: string | undefined;
        readonly passwordPath: string;
      }
    | undefined;
  readonly environment?:
    | {
        readonly usernameVariable?: string | undefined;
        readonly username?: string | undefined;
        readonly passwordVariable: string;
      }
    | undefined;
  readonly dockerConfig?: { readonly path: string; readonly registry?: string | undefined } | undefined;
  readonly existingSecret?: { readonly secretId: string } | undefined;
}

/** A login as its source gave it. */
export interface LoginValue {
  readonly username: SecretValue;
  readonly password: SecretValue;
}

/** What the reader needs of the outside. `readFile` answers a file's bytes. */
export interface LoginPorts {
  readonly readFile: (path: string, signal: AbortSignal) => Promise<Buffer>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The scope text of a registry as people write it, by which entries of a Docker config are found. */
  readonly scope: (registry: string) => string | undefined;
}

const largestFile = 64 * 1024;

/**
 * Reads a login from its source. Throws a Failure that says which file, variable or entry is wrong, never what is in it.
 * `registry` is what the login is for: it picks the entry of a Docker config.
 */
export async function readLogin(
  ports: LoginPorts,
  source: LoginSource,
  registry: string,
  signal: AbortSignal,
): Promise<LoginValue> {
  if (source.files) return fromFiles(ports, source.files, signal);
  if (source.environment) return fromEnvironment(ports, source.environment);
  if (source.dockerConfig) return fromDockerConfig(ports, source.dockerConfig, registry, signal);
  throw unreadable('spec.source: no source with a value is set');
}

function unreadable(message: string): Failure {
  return new Failure('retry', 'SourceUnreadable', message);
}

async function fromFiles(
  ports: LoginPorts,
  files: NonNullable<LoginSource['files']>,
  signal: AbortSignal,
): Promise<LoginValue> {
  const { username, usernamePath, passwordPath } = files;
  const user =
    usernamePath === undefined ? (username ?? '') : (await text(ports, usernamePath, 'usernamePath', signal)).trim();
  const password = (await text(ports, passwordPath, 'passwordPath', signal)).replace(/\r?\n$/, '');
  return { username: new SecretValue(user), password: new SecretValue(password) };
}

async function text({ readFile }: LoginPorts, path: string, member: string, signal: AbortSignal): Promise<string> {
  const where = `spec.source: file ${path} (${member})`;
  const bytes = await readFile(path, signal).catch((error: unknown) => {
    const code = isObject(error) && typeof error['code'] === 'string' ? error['code'] : 'an unknown error';
    throw unreadable(`${where} cannot be read: ${code}`);
  });
  if (bytes.length > largestFile)
    throw unreadable(`${where} has ${bytes.length} bytes; a login has ${largestFile} at most`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(`${where} is not UTF-8 text`);
  }
}

function fromEnvironment({ environment }: LoginPorts, names: NonNullable<LoginSource['environment']>): LoginValue {
  const value = (name: string) => {
    const found = environment[name];
    if (found === undefined || found === '') throw unreadable(`spec.source: environment variable ${name} is not set`);
    return found;
  };
  const { username, usernameVariable, passwordVariable } = names;
  const user = usernameVariable === undefined ? (username ?? '') : value(usernameVariable);
  return { username: new SecretValue(user), password: new SecretValue(value(passwordVariable)) };
}

async function fromDockerConfig(
  ports: LoginPorts,
  config: NonNullable<LoginSource['dockerConfig']>,
  registry: string,
  signal: AbortSignal,
): Promise<LoginValue> {
  const where = `spec.source.dockerConfig: ${config.path}`;
  const auths = parsedAuths(await text(ports, config.path, 'path', signal), where);
  const wanted = config.registry ?? registry;
  const key = Object.hasOwn(auths, wanted) ? wanted : Object.keys(auths).find(entry => same(ports, entry, wanted));
  const entry = key === undefined ? undefined : auths[key];
  if (!isObject(entry)) throw unreadable(`${where} has no entry for ${wanted} under auths`);
  return login(entry, `${where}, entry for ${wanted}`);
}

function same({ scope }: LoginPorts, entry: string, wanted: string): boolean {
  const found = scope(entry);
  return found !== undefined && found === scope(wanted);
}

function parsedAuths(json: string, where: string): Readonly<Record<string, unknown>> {
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch {
    // The parser's own message quotes the text, which may be a login.
    throw unreadable(`${where} is not JSON`);
  }
  const auths = isObject(config) ? (config['auths'] ?? config) : undefined;
  if (!isObject(auths)) throw unreadable(`${where} has no auths`);
  return auths;
}

function login(entry: Readonly<Record<string, unknown>>, where: string): LoginValue {
  const { username, password, auth, identitytoken } = entry;
  if (typeof username === 'string' && typeof password === 'string' && username !== '' && password !== '') {
    return { username: new SecretValue(username), password: new SecretValue(password) };
  }
  if (typeof auth === 'string' && auth !== '') {
    const decoded = Buffer.from(auth, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon <= 0) throw unreadable(`${where}: auth is not base64 of user:password`);
    return { username: new SecretValue(decoded.slice(0, colon)), password: new SecretValue(decoded.slice(colon + 1)) };
  }
  if (identitytoken !== undefined)
    throw unreadable(
      `${where} holds an identity token, which Amazon ECS cannot use; log in with a user name and a token`,
    );
  throw unreadable(
    `${where} is empty: is a credential helper (credsStore) in use? It is not run; give the login in another way`,
  );
}
