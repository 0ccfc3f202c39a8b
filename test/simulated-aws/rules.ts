/** One thing a service refuses, and what it says. */
export interface Rule<Subject> {
  readonly refuses: (subject: Subject) => boolean;
  readonly message: string | ((subject: Subject) => string);
}

/** What the first rule that refuses says. */
export function refusal<Subject>(rules: readonly Rule<Subject>[], subject: Subject): string | undefined {
  const rule = rules.find(({ refuses }) => refuses(subject));
  return typeof rule?.message === 'function' ? rule.message(subject) : rule?.message;
}
