import type { Command } from './command.ts';
import { desired, problemText } from './desired.ts';
import { UsageError } from './options.ts';

/** Checks directories offline: every error at once, with file, line, column and field. */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'Check a directory offline: every error, with file, line and column.',
  options: ['dir', 'output'],
  run: async ({ dir = [], output }, { out }) => {
    if (dir.length === 0) throw new UsageError('validate needs at least one --dir');
    const { objects, problems } = await desired(dir);
    if (output === 'json') out(`${JSON.stringify({ objects: objects.map(({ ref }) => ref), problems }, null, 2)}\n`);
    else
      out(
        `${problemText(problems)}${problems.length === 0 ? `${objects.length} objects are valid` : `${problems.length} problems`}\n`,
      );
    return problems.length === 0 ? 0 : 1;
  },
};
