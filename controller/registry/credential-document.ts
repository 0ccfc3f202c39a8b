import { canonical } from '../model/json.ts';
import { SecretValue } from '../model/secret-value.ts';
import { registryUrl } from './agent-key.ts';
import type { RegistryScope } from './registry-scope.ts';

/** A registry login before it is written to AWS. */
export interface Login {
  readonly username: SecretValue;
  readonly password: SecretValue;
  readonly scope: RegistryScope;
}

/** The text for Secrets Manager, or why there is none. Neither problems nor warnings ever hold a piece of a value. */
export interface CredentialDocument {
  /** Present exactly when there are no problems. */
  readonly document?: SecretValue;
  readonly problems: readonly string[];
  /** What would work but is probably a slip, such as a line end after the password. */
  readonly warnings: readonly string[];
}

/** Largest secret value of Secrets Manager, in bytes. */
const maximumBytes = 65_536;

/** Each rule is a sentence and the test that makes it true, so that a message cannot come to hold what it is about. */
interface Rule {
  readonly problem: string;
  broken(text: string): boolean;
}

const controlCharacters = /\p{Cc}/u;

const anyField: readonly Rule[] = [
  { problem: 'is empty', broken: text => text === '' },
  { problem: 'is not valid Unicode (half of a surrogate pair)', broken: text => !text.isWellFormed() },
];

const usernameRules: readonly Rule[] = [
  ...anyField,
  { problem: 'contains ":", where registry logins end the user name', broken: text => text.includes(':') },
  { problem: 'contains a control character, such as a line end', broken: text => controlCharacters.test(text) },
];

const passwordRules: readonly Rule[] = [
  ...anyField,
  { problem: 'contains a NUL character, which Docker cuts off', broken: text => text.includes('\0') },
];

const whitespaceRules: readonly Rule[] = [
  { problem: 'ends with a line end (was it written with echo?)', broken: text => /[\r\n]$/.test(text) },
  {
    problem: 'starts or ends with white space',
    broken: text => text !== text.trim() && !/[\r\n]$/.test(text),
  },
];

function broken(field: string, text: string, rules: readonly Rule[]): readonly string[] {
  return rules.filter(rule => rule.broken(text)).map(rule => `${field} ${rule.problem}`);
}

/**
 * The canonical secret text for a login: one JSON object with sorted keys `password`, `registry_url` and `username`, no
 * white space and no line end, so that equal logins give equal texts. It serves `repositoryCredentials` and the boot
 * program alike.
 */
export function credentialDocument({ username, password, scope }: Login): CredentialDocument {
  const user = username.reveal();
  const secret = password.reveal();
  const problems = [...broken('username', user, usernameRules), ...broken('password', secret, passwordRules)];
  const warnings = [...broken('username', user, whitespaceRules), ...broken('password', secret, whitespaceRules)];
  if (problems.length > 0) return { problems, warnings };

  const text = canonical({ username: user, password: secret, registry_url: registryUrl(scope) });
  const bytes = Buffer.byteLength(text);
  if (bytes > maximumBytes) {
    return { problems: [`the login takes ${bytes} bytes, Secrets Manager holds ${maximumBytes}`], warnings };
  }
  return { document: new SecretValue(text), problems, warnings };
}
