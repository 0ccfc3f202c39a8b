import { parseArgs } from 'node:util';

/** One option: a flag, the environment variable behind it, and what it is for. */
interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly default?: string;
  readonly value?: string;
  readonly help: string;
}

/** Every option of every command; flags come before `BATCHWRIGHT_*` variables, those before defaults. */
const options = {
  dir: {
    type: 'string',
    multiple: true,
    value: 'DIR',
    help: 'Directory with desired state; may be given several times.',
  },
  data: { type: 'string', default: './data', value: 'DIR', help: 'Where the store, keys and kubeconfig live.' },
  'aws-endpoint-url': { type: 'string', value: 'URL', help: 'Endpoint for all AWS services, for emulators.' },
  region: { type: 'string', value: 'REGION', help: 'AWS Region; that of the AWS configuration when left out.' },
  'controller-id': {
    type: 'string',
    default: 'batchwright',
    value: 'ID',
    help: 'Goes into ownership tags. Two controllers in one account need different ones.',
  },
  api: {
    type: 'string',
    value: 'ADDR:PORT',
    help: 'Where the Kubernetes-style API is served, over TLS; 127.0.0.1:6480 when left out (with --once: nowhere), loopback when only :PORT is given; off turns it off.',
  },
  host: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'Name or address by which clients reach the API; may be given several times.',
  },
  'tls-certificate': {
    type: 'string',
    value: 'FILE',
    help: 'Certificate of the API instead of one made here; read again when it changes.',
  },
  'tls-key': { type: 'string', value: 'FILE', help: 'Key of --tls-certificate.' },
  'client-ca': {
    type: 'string',
    value: 'FILE',
    help: 'Accept client certificates of this authority: CN is the user, O the groups.',
  },
  'access-list': {
    type: 'string',
    value: 'FILE',
    help: 'Users, roles and token digests instead of those in the data directory; read again when it changes.',
  },
  'editor-source': {
    type: 'string',
    multiple: true,
    value: 'PREFIX',
    help: 'File path or environment variable prefix that editors may name as the source of a login; may be given several times.',
  },
  'requests-per-second': {
    type: 'string',
    default: '500',
    value: 'N',
    help: 'Requests to the API that one user may make a second in the long run; more are told to come back.',
  },
  'request-burst': { type: 'string', default: '1000', value: 'N', help: 'Requests that one user may make at once.' },
  'approve-deletes': {
    type: 'string',
    multiple: true,
    value: 'DIGEST',
    help: 'Let the deletions of the snapshot with this digest through, however many they are; the log names it.',
  },
  user: { type: 'string', value: 'NAME', help: 'Whom the kubeconfig is for.' },
  role: { type: 'string', default: 'viewer', value: 'ROLE', help: 'viewer, editor or admin.' },
  namespace: { type: 'string', multiple: true, value: 'NAME', help: 'Where the role holds; everywhere when left out.' },
  arn: {
    type: 'string',
    multiple: true,
    value: 'PREFIX',
    help: 'Beginning of the ARNs (roles, policies, keys, secrets, …) that an editor may name; none when left out.',
  },
  'valid-for': { type: 'string', value: 'TIME', help: 'How long the token is good; for ever when left out.' },
  server: { type: 'string', value: 'URL', help: 'Address of the API as it stands in the kubeconfig.' },
  rotate: {
    type: 'string',
    value: 'token|certificates',
    help: 'Replace the administrator token, or the certificate authority and with it every kubeconfig.',
  },
  health: {
    type: 'string',
    default: ':8080',
    value: 'ADDR:PORT',
    help: 'Where health and metrics are served; off turns them off.',
  },
  resync: {
    type: 'string',
    default: '10m',
    value: 'TIME',
    help: 'How often everything is looked at again, with jitter.',
  },
  'calls-per-hour': {
    type: 'string',
    default: '10000',
    value: 'N',
    help: 'Calls of AWS an hour, per account and Region, that looking again keeps to; changes are never held back, but count.',
  },
  workers: { type: 'string', default: '8', value: 'N', help: 'Passes at a time.' },
  'iam-propagation': { type: 'string', default: '10s', value: 'TIME', help: 'How long new IAM roles are left alone.' },
  'log-level': { type: 'string', default: 'info', value: 'LEVEL', help: 'debug, info, warn or error.' },
  once: { type: 'boolean', help: 'Converge, print a table, and exit with 0, or 1 if something is not Ready.' },
  output: { type: 'string', default: 'text', value: 'text|json', help: 'Form of the answer.' },
  'exit-code': { type: 'boolean', help: 'Exit with 2 when something differs.' },
  timeout: { type: 'string', default: '30m', value: 'TIME', help: 'With --once: give up after this long.' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof options;

/** Options by name; absent when neither flag, variable nor default gives one. */
export type Options = Readonly<{
  [Name in OptionName]?: (typeof options)[Name] extends { multiple: true }
    ? readonly string[]
    : (typeof options)[Name]['type'] extends 'boolean'
      ? boolean
      : string;
}>;

/** A mistake on the command line: the message is for the user, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const short: Partial<Record<OptionName, string>> = { output: 'o' };
/** Other spellings of a flag. */
const aliases: Readonly<Record<string, OptionName>> = { '--aws-endpoint': 'aws-endpoint-url' };

/** Reads the options that a command knows; an unknown flag is a UsageError. */
export function parseOptions(
  known: readonly OptionName[],
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const flags = Object.fromEntries(
    known.map(name => {
      const option: Option = options[name];
      return [
        name,
        {
          type: option.type,
          ...(option.multiple ? { multiple: true } : {}),
          ...(short[name] ? { short: short[name] } : {}),
        },
      ];
    }),
  );
  const args = argv.map(arg => spelt(arg));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args, options: flags as never, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return Object.fromEntries(
    known.map(name => [name, values[name] ?? fromEnvironment(name, environment) ?? fallback(name)]),
  ) as Options;
}

function spelt(arg: string): string {
  const [flag = '', ...rest] = arg.split('=');
  const name = aliases[flag];
  return name === undefined ? arg : [`--${name}`, ...rest].join('=');
}

function fromEnvironment(
  name: OptionName,
  environment: Readonly<Record<string, string | undefined>>,
): string | boolean | readonly string[] | undefined {
  const value = environment[`BATCHWRIGHT_${name.toUpperCase().replaceAll('-', '_')}`];
  if (value === undefined || value === '') return undefined;
  const option: Option = options[name];
  if (option.type === 'boolean') return value === 'true' || value === '1';
  return option.multiple ? value.split(':') : value;
}

function fallback(name: OptionName): string | undefined {
  const option: Option = options[name];
  return option.default;
}

/** The options of a command as help text. */
export function optionHelp(known: readonly OptionName[]): string {
  const rows = known.map(name => {
    const option: Option = options[name];
    const flag = `${short[name] ? `-${short[name]}, ` : ''}--${name}${option.value ? ` ${option.value}` : ''}`;
    return [flag, `${option.help}${option.default === undefined ? '' : ` (default ${option.default})`}`] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`).join('\n');
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a time such as `90s`, `10m` or `1h30m`. */
export function duration(name: OptionName, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new UsageError(`--${name}: ${text} is not a time such as 90s, 10m or 1h30m`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
}

/** Host and port of an address such as `:8080`, `127.0.0.1:0` or `[::1]:8080`. */
export function address(name: OptionName, text: string): { readonly host: string; readonly port: number } {
  const found = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(found?.['port']);
  if (!found || port > 65_535)
    throw new UsageError(`--${name}: ${text} is not an address such as :8080 or 127.0.0.1:8080`);
  return { host: (found['host'] ?? '').replace(/^\[|\]$/g, '') || '0.0.0.0', port };
}

/** A whole number from 1 to `most`. */
export function count(name: OptionName, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new UsageError(`--${name}: ${text} is not a whole number from 1 to ${most}`);
  return number;
}
