import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './support/chromium.ts';

/**
 * Chromium as the distribution packages it, on a server that scripts/browser has started. Every test has a browser
 * context of its own; the register is shared, so a test that edits takes a place where no other looks.
 */
export default defineConfig({
  testDir: '.',
  outputDir: 'artefacts/tests',
  // Maps are drawn by the processor here: more pages at a time only wait for one another.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.SERVER_URL,
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    viewport: { width: 412, height: 915 },
    screenshot: 'on',
    trace: 'retain-on-failure',
    launchOptions: CHROMIUM,
  },
});
