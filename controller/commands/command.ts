import type { OptionName, Options } from './options.ts';

/** The outside of the process, as commands see it. */
export interface Outside {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  /** Aborts at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

/** One command: what it is for, the options it knows, and what it does. Answers the exit code. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionName[];
  readonly run: (options: Options, outside: Outside) => Promise<number>;
}
