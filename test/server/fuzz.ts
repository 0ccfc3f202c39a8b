/** A number of runs, or of milliseconds for them: as it is, and BATCHWRIGHT_FUZZ times as many for a long search. */
export function fuzz(usual: number): number {
  return usual * Number(process.env['BATCHWRIGHT_FUZZ'] ?? 1);
}
