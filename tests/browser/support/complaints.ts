/** What a page complains about to its developers: nothing, if it is well. */
import type { Page } from '@playwright/test';

/** Said by a browser that draws by its processor, which is this machine's fault and not the page's. */
const OF_THE_MACHINE = /GPU stall due to ReadPixels|Automatic fallback to software WebGL|GroupMarkerNotSet/;
/** What the network does while a test takes it away. */
export const NETWORK = /net::ERR_|Failed to load resource|Failed to fetch|NetworkError|AJAXError|the server responded with a status|: status 5\d\d|: no answer/;

/** Collects errors, warnings and what MapLibre says (src/crew/map/map.ts passes it on) from now on. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('console', (message) => {
    const isOne = ['error', 'warning', 'assert'].includes(message.type()) || message.text().startsWith('map:');
    if (isOne && !OF_THE_MACHINE.test(message.text())) found.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  return found;
}
