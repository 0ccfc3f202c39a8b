/** What parsing a text gives: a value, or one sentence that says what is wrong with the text and what to write instead. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** The successful outcome. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** The failed outcome; `problem` never holds more of the text than the piece that is wrong. */
export function unparsed(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
