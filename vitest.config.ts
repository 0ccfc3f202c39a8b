import { defineConfig } from 'vitest/config';

/** Tests that need the AWS emulator; it is started once for all of them, and only when one of them runs. */
const emulated = ['test/emulator/**/*.test.ts', 'test/system/**/*.test.ts', 'test/contract/emulated.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: emulated } },
      { extends: true, test: { name: 'emulated', include: emulated, globalSetup: ['test/emulator/global-setup.ts'] } },
    ],
  },
});
