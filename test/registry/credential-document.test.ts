import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../controller/model/secret-value.ts';
import { type CredentialDocument, credentialDocument } from '../../controller/registry/credential-document.ts';

const ghcr = { host: 'ghcr.io', namespace: '' };

function document(username: string, password: string, scope = ghcr): CredentialDocument {
  return credentialDocument({ username: new SecretValue(username), password: new SecretValue(password), scope });
}

describe('credentialDocument', () => {
  it.each([
    {
      name: 'a plain login',
      given: ['bot', 'pw'] as const,
      want: '{"password":"pw","registry_url":"ghcr.io","username":"bot"}',
    },
    {
      name: 'colons, quotes and lines in a password',
      given: ['_json_key', '{"a":\n"b\\"}'] as const,
      want: '{"password":"{\\"a\\":\\n\\"b\\\\\\"}","registry_url":"ghcr.io","username":"_json_key"}',
    },
    {
      name: 'odd user names of registries',
      given: ['robot$project+name|x', 'p:w'] as const,
      want: '{"password":"p:w","registry_url":"ghcr.io","username":"robot$project+name|x"}',
    },
  ])('writes $name', ({ given, want }) => {
    const [username, password] = given;
    const result = document(username, password);

    expect(result.document?.reveal()).toBe(want);
    expect(result).toMatchObject({ problems: [], warnings: [] });
  });

  it.each([
    [{ host: 'docker.io', namespace: '' }, 'https://index.docker.io/v1/'],
    [{ host: 'ghcr.io', namespace: 'org' }, 'ghcr.io/org/'],
  ])('spells the registry of %o as the agent wants it', (scope, url) => {
    expect(JSON.parse(document('u', 'p', scope).document?.reveal() ?? '')).toMatchObject({ registry_url: url });
  });

  it.each([
    { name: 'an empty user name', given: ['', 'pw'], problems: ['username is empty'] },
    { name: 'an empty password', given: ['bot', ''], problems: ['password is empty'] },
    {
      name: 'a colon in the user name',
      given: ['canary:user', 'canary'],
      problems: ['username contains ":", where registry logins end the user name'],
    },
    {
      name: 'a line end in the user name',
      given: ['canary\n', 'canary'],
      problems: ['username contains a control character, such as a line end'],
    },
    {
      name: 'a C1 control character in the user name',
      given: ['canary\u0085x', 'canary'],
      problems: ['username contains a control character, such as a line end'],
    },
    {
      name: 'a NUL in the password',
      given: ['bot', 'canary\0'],
      problems: ['password contains a NUL character, which Docker cuts off'],
    },
    {
      name: 'half a surrogate pair',
      given: ['bot', 'canary\ud83d'],
      problems: ['password is not valid Unicode (half of a surrogate pair)'],
    },
    {
      name: 'too large a value',
      given: ['bot', 'canary'.repeat(11_000)],
      problems: ['the login takes 66057 bytes, Secrets Manager holds 65536'],
    },
    { name: 'everything wrong at once', given: ['', ''], problems: ['username is empty', 'password is empty'] },
  ])('refuses $name without quoting it', ({ given: [username = '', password = ''], problems }) => {
    const result = document(username, password);

    expect(result.problems).toEqual(problems);
    expect(result.document).toBeUndefined();
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it.each([
    ['bot', 'canary\n', ['password ends with a line end (was it written with echo?)']],
    ['bot', ' canary', ['password starts or ends with white space']],
    ['bot ', 'canary\t', ['username starts or ends with white space', 'password starts or ends with white space']],
  ])('warns about white space around %j / %j and keeps it', (username, password, warnings) => {
    const result = document(username, password);

    expect(result).toMatchObject({ problems: [], warnings });
    expect(JSON.parse(result.document?.reveal() ?? '')).toMatchObject({ username, password });
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});
