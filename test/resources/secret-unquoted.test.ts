import { expect, it } from 'vitest';
import { SecretValue } from '../../controller/model/secret-value.ts';
import { unquoted } from '../../controller/resources/secret/unquoted.ts';

const password = 'c4n4ry"quoted\\';
const value = new SecretValue(JSON.stringify({ password, username: 'robot' }));
const thrown = async (message: string) =>
  unquoted(value, Promise.reject(Object.assign(new Error(message), { name: 'InvalidRequestException' }))).catch(
    (error: unknown) => error as Error,
  );

it.each([
  ['the whole text', `bad value ${value.reveal()}`],
  ['the text inside JSON', `bad request {"SecretString":"${JSON.stringify(value.reveal()).slice(1, -1)}"}`],
  ['the password alone', `bad password ${password}`],
  ['the password inside JSON', `bad password ${JSON.stringify(password)}`],
])('hides an error that quotes %s, and keeps its name', async (_, message) => {
  const error = await thrown(message);

  expect([error.name, error.message]).toEqual([
    'InvalidRequestException',
    'the message quotes the value of the secret and is not shown',
  ]);
  expect(error.stack).not.toContain('c4n4ry');
});

it('leaves other errors as they are', async () => {
  expect((await thrown('the name is taken')).message).toBe('the name is taken');
});

it('hands on the answer', async () => {
  expect(await unquoted(value, Promise.resolve(7))).toBe(7);
});
