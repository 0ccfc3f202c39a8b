import { isObject } from '../../model/json.ts';
import type { SecretValue } from '../../model/secret-value.ts';

const hidden = 'the message quotes the value of the secret and is not shown';

/**
 * The answer of a call that carries a secret. An error that quotes it, or its password, comes without its words and its
 * stack: whatever is thrown here ends up in logs, events and statuses.
 */
export async function unquoted<Answer>(value: SecretValue | undefined, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    if (value === undefined || !telling(value.reveal()).some(text => told.includes(text))) throw error;
    throw error instanceof Error ? Object.assign(error, { message: hidden, stack: hidden }) : new Error(hidden);
  }
}

/** The text itself, as it is and as it looks inside another JSON text, and the password in it. */
function telling(text: string): readonly string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  return [text, escaped, ...passwords(text)].filter(piece => piece.length > 0);
}

function passwords(text: string): readonly string[] {
  try {
    const document: unknown = JSON.parse(text);
    const password = isObject(document) ? document['password'] : undefined;
    return typeof password === 'string' ? [password, JSON.stringify(password).slice(1, -1)] : [];
  } catch {
    return [];
  }
}
