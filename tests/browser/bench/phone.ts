/** A phone of a crew: a small screen, a slow processor, a weak line. Every visit is the first: nothing is cached. */
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { CHROMIUM } from '../support/chromium.ts';

/** How much slower than this machine its processor is. */
export const SLOWER = 4;
/** "Fast 3G" as browsers' tools had it: bytes a second and milliseconds. */
const FAST_3G = { downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8, latency: 150, offline: false };

export class Phone {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    private readonly tools: CDPSession,
  ) {}

  /** Switches a new one on. */
  static async on(): Promise<Phone> {
    const browser = await chromium.launch(CHROMIUM);
    const context = await browser.newContext({
      baseURL: process.env.SERVER_URL ?? '',
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
      colorScheme: 'light',
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
    });
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send('Network.enable');
    return new Phone(browser, page, tools);
  }

  /** From now on the processor is so many times slower; with `line`, the line is slow as well. */
  async slow({ line, slower = SLOWER }: { line: boolean; slower?: number }): Promise<void> {
    await this.tools.send('Emulation.setCPUThrottlingRate', { rate: slower });
    if (line) await this.tools.send('Network.emulateNetworkConditions', FAST_3G);
  }

  async off(): Promise<void> {
    await this.browser.close();
  }
}

/** Milliseconds until these addresses have come, one group after the other, with nothing else on the line. */
export async function fetched(groups: readonly (readonly string[])[]): Promise<number> {
  const phone = await Phone.on();
  // A page of the server that asks for nothing more.
  await phone.page.goto('/health/live');
  await phone.slow({ line: true });
  const time = await phone.page.evaluate(async (groups) => {
    const begun = performance.now();
    for (const group of groups) {
      await Promise.all(group.map(async (address) => (await fetch(address, { cache: 'no-store' })).arrayBuffer()));
    }
    return performance.now() - begun;
  }, groups);
  await phone.off();
  return time;
}
