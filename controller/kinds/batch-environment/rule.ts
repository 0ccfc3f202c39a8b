import type { z } from 'zod';

/** One thing that AWS is known to refuse, and that can be known without asking it. */
export interface Rule<Subject> {
  /** Paths of what breaks it, from the subject; none when it is kept. */
  readonly broken: (subject: Subject) => readonly string[];
  /** What follows the path; a function gets the path, too. */
  readonly message: string | ((subject: Subject, path: string) => string);
}

/** The path when the condition holds. */
export function at<Subject>(
  path: string,
  holds: (subject: Subject) => boolean,
): (subject: Subject) => readonly string[] {
  return subject => (holds(subject) ? [path] : []);
}

/** `#.name` with each index for which the condition holds. */
export function atEach<Subject, Item>(
  path: string,
  items: (subject: Subject) => readonly Item[] | undefined,
  holds: (item: Item, subject: Subject, index: number) => boolean,
): (subject: Subject) => readonly string[] {
  return subject =>
    (items(subject) ?? []).flatMap((item, index) =>
      holds(item, subject, index) ? [path.replace('#', String(index))] : [],
    );
}

/** Adds an issue for everything that breaks a rule; `prefix` is where the subject stands. */
export function check<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  prefix: readonly (string | number)[],
  context: z.core.$RefinementCtx,
): void {
  for (const { broken, message } of rules)
    for (const path of broken(subject))
      context.addIssue({
        code: 'custom',
        path: [...prefix, ...steps(path)],
        message: typeof message === 'string' ? message : message(subject, path),
      });
}

function steps(path: string): readonly (string | number)[] {
  return path.split('.').map(step => (/^\d+$/.test(step) ? Number(step) : step));
}
