import { expect } from 'vitest';

/** Expects a call to be refused with one of some error names, and with a piece of text in any letter case. */
export async function refused(call: Promise<unknown>, name: string | readonly string[], piece = ''): Promise<void> {
  const error = await call.then(
    () => new Error('was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error(`was refused with something that is no error: ${String(error)}`);
  const told = `${error.name}: ${error.message}`;
  expect([name].flat(), told).toContain(error.name);
  expect(told.toLowerCase(), told).toContain(piece.toLowerCase());
}
