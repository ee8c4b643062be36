/** Chromium as the distribution packages it, kept from everything that is not the page. */
import type { LaunchOptions } from '@playwright/test';

export const CHROMIUM: LaunchOptions = {
  ...(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {}),
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A machine without a graphics card draws WebGL by its processor.
    '--enable-unsafe-swiftshader',
  ],
};
