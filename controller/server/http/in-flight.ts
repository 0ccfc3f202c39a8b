/** Counts what is being worked on, with a limit for each class. */
export interface InFlight<Class extends string> {
  /** Enters a request and gives what ends it (harmless to call twice), or undefined when the class is full. */
  enter(of: Class): (() => void) | undefined;
  /** How many are being worked on. */
  count(of: Class): number;
}

/** In-flight limits by class. */
export function inFlight<Class extends string>(limits: Readonly<Record<Class, number>>): InFlight<Class> {
  const counts = new Map<Class, number>();
  const count = (of: Class) => counts.get(of) ?? 0;
  return {
    count,
    enter(of) {
      if (count(of) >= limits[of]) return undefined;
      counts.set(of, count(of) + 1);
      let open = true;
      return () => {
        if (open) counts.set(of, count(of) - 1);
        open = false;
      };
    },
  };
}
