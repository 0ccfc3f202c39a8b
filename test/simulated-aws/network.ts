/** Never answers; fails as the SDK does once the caller gives up. */
export function silence(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal?.aborted) reject(aborted());
  else signal?.addEventListener('abort', () => reject(aborted()), { once: true });
  return promise;
}

/** What the SDK says of a call that its caller gave up. */
export function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

/** Gives an error of AWS what the SDK adds on arrival; other errors stay as they are. */
export function marked(error: unknown, requestId: string): unknown {
  const metadata =
    error instanceof Error ? (error as { $metadata?: { httpStatusCode?: number } }).$metadata : undefined;
  if (metadata === undefined) return error;
  const answered = metadata.httpStatusCode === undefined ? {} : { requestId };
  return Object.assign(error as Error, { $metadata: { ...metadata, ...answered, attempts: 1, totalRetryDelay: 0 } });
}
