/** A first visit to a page, watched. */
import { Phone } from './phone.ts';

export interface Visit {
  /** Milliseconds from the beginning of the navigation until the picture was painted, and the drawn map. */
  readonly first: number;
  readonly live: number;
  /** Addresses of the picture, and of MapLibre's code. */
  readonly picture: string;
  readonly library: readonly string[];
  /** As they came over the line, until the map was drawn. */
  readonly bytes: number;
}

declare global {
  interface Window {
    firstPainted: number;
  }
}

export async function visit(path: string): Promise<Visit> {
  const phone = await Phone.on();
  const { page } = phone;
  await page.addInitScript(() => {
    window.firstPainted = Number.NaN;
    // The time at which it was on the screen, not that at which it had come.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { element?: Element; renderTime?: number })[]) {
        if (entry.element?.id === 'first-map') window.firstPainted = entry.renderTime || entry.startTime;
      }
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await phone.slow({ line: true });
  await page.goto(path, { waitUntil: 'commit' });
  await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 60_000 });
  const seen = await page.evaluate(() => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const live = performance.getEntriesByName('map-drawn')[0]?.startTime ?? Number.NaN;
    const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const named = (pattern: RegExp) => resources.map(({ name }) => name).filter((name) => pattern.test(name));
    return {
      // Without a picture the drawn map is the first.
      first: Number.isFinite(window.firstPainted) ? window.firstPainted : live,
      live,
      picture: named(/\/map\/image/)[0] ?? location.href,
      library: named(/\/assets\/maplibre[^/]*js$/),
      bytes: resources.reduce((sum, { transferSize }) => sum + transferSize, page?.transferSize ?? 0),
    };
  });
  await phone.off();
  return seen;
}
