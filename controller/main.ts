#!/usr/bin/env node
import type { Command, Outside } from './commands/command.ts';
import { kubeconfigCommand } from './commands/kubeconfig.ts';
import { optionHelp, parseOptions, UsageError } from './commands/options.ts';
import { planCommand } from './commands/plan.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { validateCommand } from './commands/validate.ts';
import { packageVersion } from './commands/version.ts';

const commands: readonly Command[] = [runCommand, planCommand, validateCommand, serveCommand, kubeconfigCommand];

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `Batchwright keeps AWS Batch as declared.\n\nUsage: batchwright COMMAND [options]\n\n${list}\n\nbatchwright COMMAND --help shows the options of a command.\n`;
}

/** First signal: stop in order. Second: stop now, which is safe. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Error(name));
    });
  }
  return controller.signal;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  const outside: Outside = { environment: process.env, out: text => process.stdout.write(text), signal: stopSignal() };
  if (name === '--help' || name === '-h' || name === 'help') {
    outside.out(help());
    return 0;
  }
  if (name === '--version' || name === 'version') {
    outside.out(`batchwright ${await packageVersion()} (node ${process.version})\n`);
    return 0;
  }
  const command = commands.find(known => known.name === name);
  if (!command) throw new UsageError(`${name} is not a command; see batchwright --help`);
  if (rest.includes('--help') || rest.includes('-h')) {
    outside.out(`batchwright ${name}: ${command.summary}\n\n${optionHelp(command.options)}\n`);
    return 0;
  }
  return command.run(parseOptions(command.options, rest, process.env), outside);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof UsageError;
  process.stderr.write(
    `batchwright: ${expected || !(error instanceof Error) ? String(expected ? error.message : error) : (error.stack ?? error.message)}\n`,
  );
  process.exitCode = 1;
}
