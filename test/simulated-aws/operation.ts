import type { View } from './table.ts';
import type { World } from './world.ts';

/** One call as the operation that answers it sees it. */
export interface Request<Input> {
  readonly world: World;
  readonly input: Input;
  /** How much of the past a read may see; writes always see all. */
  readonly view: View;
}

interface Command<Input, Output> {
  readonly input: Input;
  resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: Output }>;
}

type CommandClass<Input, Output> = new (...args: never[]) => Command<Input, Output>;

/** What answers one of the SDK's command classes. */
export interface Operation {
  readonly command: CommandClass<unknown, unknown>;
  /** The operation's name, as `CreateJobQueue`. */
  readonly name: string;
  readonly mutating: boolean;
  /** Whether it looks up what it names as reads do: it may lag behind. */
  readonly behind: boolean;
  readonly answer: (request: Request<never>) => object;
}

/** An operation that changes nothing. */
export function read<Input, Output>(
  command: CommandClass<Input, Output>,
  answer: (request: Request<Input>) => Omit<Output, '$metadata'>,
): Operation {
  return { command, name: command.name.replace(/Command$/, ''), mutating: false, behind: true, answer };
}

/** An operation that may change something. */
export function write<Input, Output>(
  command: CommandClass<Input, Output>,
  // biome-ignore lint/suspicious/noConfusingVoidType: many operations have an empty answer
  answer: (request: Request<Input>) => Omit<Output, '$metadata'> | void,
): Operation {
  return {
    command,
    name: command.name.replace(/Command$/, ''),
    mutating: true,
    behind: false,
    answer: (request: Request<Input>) => answer(request) ?? {},
  };
}

/** The same operation, which looks up what it names as reads do. */
export function behind(operation: Operation): Operation {
  return { ...operation, behind: true };
}
