import { startVitest } from 'vitest/node';

/** Runs every test and closes with the line that says how many there were; a run without tests is a failure. */
async function main(): Promise<number> {
  const vitest = await startVitest('test', [], { watch: false });
  const tests = vitest.state.getTestModules().flatMap(module => [...module.children.allTests()]);
  const count = (state: string) => tests.filter(test => test.result().state === state).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  const broken =
    vitest.state.getUnhandledErrors().length +
    vitest.state.getTestModules().filter(module => module.state() === 'failed' && module.errors().length > 0).length;
  await vitest.close();
  process.stdout.write(`\n${passed} passed, ${failed + broken} failed, ${skipped} skipped\n`);
  return failed + broken === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main();
