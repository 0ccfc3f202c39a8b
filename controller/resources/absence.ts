import { isNotFound } from '../aws/errors.ts';

/** The answer of a call, undefined when AWS says that what it is about is not there. Every other error is thrown on. */
export async function unlessAbsent<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
