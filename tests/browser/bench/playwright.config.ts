import { defineConfig } from '@playwright/test';

/** How fast the crew map is: run by scripts/bench-browser, alone on the machine. Ends with rows of a table. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../artefacts/bench',
  workers: 1,
  retries: 0,
  timeout: 20 * 60_000,
  reporter: [['line']],
});
