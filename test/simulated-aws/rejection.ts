/** What a call is refused with, as `Name: message`, without the envelope of Batch's validation. */
export async function rejection(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) return 'not refused';
  const text = error.message.replace(/^Error executing request, Exception : (.*), RequestId: [0-9a-f-]{36}$/s, '$1');
  return `${error.name}: ${text}`;
}
