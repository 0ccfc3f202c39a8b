import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

const masked = '***';

/**
 * A secret text on its short way from its source to AWS. Printing, inspecting, concatenating or serialising it gives
 * `***`; only `reveal` gives the text, and only the operation that sends it calls `reveal`.
 */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return masked;
  }

  toJSON(): string {
    return masked;
  }

  [inspect.custom](): string {
    return masked;
  }
}

/**
 * Keyed fingerprint of a secret: HMAC-SHA-256, 32 hexadecimal digits, after 8 that name the key. Without the key nothing
 * about the secret follows from it, not even by guessing; under one key, equal fingerprints mean equal secrets.
 */
export function fingerprint(key: Uint8Array, secret: SecretValue): string {
  const digits = (text: string, length: number) =>
    createHmac('sha256', key).update(text).digest('hex').slice(0, length);
  return `${digits('the name of this key', 8)}-${digits(secret.reveal(), 32)}`;
}

/** Whether two fingerprints were made with one key, so that they can be compared at all. */
export function haveOneKey(one: string, other: string): boolean {
  return one.split('-')[0] === other.split('-')[0];
}
