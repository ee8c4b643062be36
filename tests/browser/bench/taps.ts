/** Taps on the map, timed within the page: from the browser's own time of the tap to the frame that shows the list. */
import type { Page } from '@playwright/test';
import { Phone } from './phone.ts';

export interface Taps {
  readonly taps: number[];
  /** Of the same browser: until it has painted after a tap, and with a network the way to the server and back. */
  readonly floors: number[];
}

declare global {
  interface Window {
    /** Milliseconds from the last tap until the list of its place was painted. */
    listed: Promise<number>;
  }
}

/** Where the tests tap: in a town, so that there is much to be listed. */
const VIEW = { lon: 11.4489, lat: 53.8352, zoom: 15.2 };

async function opened(): Promise<Phone> {
  const phone = await Phone.on();
  const { page } = phone;
  await page.addInitScript((view) => {
    localStorage.setItem('geokontor.view', JSON.stringify(view));
    localStorage.setItem('geokontor.crew', JSON.stringify({ theme: 'day' }));
    addEventListener(
      'click',
      ({ timeStamp }) => {
        const old = new Set(document.querySelectorAll('[data-source]'));
        window.listed = new Promise((resolve) => {
          const look = () => {
            if (![...document.querySelectorAll('[data-source]')].some((entry) => !old.has(entry))) return;
            watch.disconnect();
            // After the frame that shows it.
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - timeStamp)));
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { childList: true, subtree: true });
        });
      },
      { capture: true },
    );
  }, VIEW);
  await page.goto('/map');
  await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 60_000 });
  return phone;
}

/** Milliseconds that a finger rests. */
const FINGER = 80;
/** Until the map has stopped and drawn what a tap made it draw. */
const REST = 2_500;

/** Taps where nothing lies but ground, each some metres from the last. */
async function tap(page: Page, count: number): Promise<number[]> {
  const canvas = page.locator('#map canvas');
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the map has no size');
  const times: number[] = [];
  for (let nth = 0; times.length < count && nth < count * 4; nth++) {
    // Back to where the first tap was, at rest.
    await page.waitForTimeout(REST);
    const at = { x: box.width / 2 + ((nth * 37) % 90) - 45, y: box.height / 2 + ((nth * 53) % 90) - 45 };
    const free = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.tagName === 'CANVAS', {
      x: box.x + at.x,
      y: box.y + at.y,
    });
    if (!free) continue;
    await page.mouse.click(box.x + at.x, box.y + at.y, { delay: FINGER });
    // A tap on a symbol opens its sheet instead.
    const time = await page.evaluate(() => Promise.race([window.listed, new Promise<null>((done) => setTimeout(done, 4_000, null))]));
    if (time !== null) times.push(time);
    await page.keyboard.press('Escape');
  }
  if (times.length < count) throw new Error(`only ${times.length} of ${count} taps met ground`);
  return times;
}

/** What the browser takes to show anything at all, and the line for the shortest answer. */
async function floors(page: Page, count: number, asks: boolean): Promise<number[]> {
  return page.evaluate(
    async ([count, asks]) => {
      const times: number[] = [];
      for (let nth = 0; nth < count; nth++) {
        const begun = performance.now();
        if (asks) await (await fetch('/health/live', { cache: 'no-store' })).text();
        await new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push(performance.now() - begun);
      }
      return times;
    },
    [count, asks] as const,
  );
}

export async function onlineTaps(count: number, how: { line: boolean; slower: number }): Promise<Taps> {
  const phone = await opened();
  await phone.slow(how);
  const taps = await tap(phone.page, count);
  await phone.page.waitForTimeout(REST);
  const found = { taps, floors: await floors(phone.page, count, true) };
  await phone.off();
  return found;
}

/** With the district taken along, and the network off. */
export async function offlineTaps(count: number, slower: number): Promise<Taps> {
  const phone = await opened();
  const { page } = phone;
  await page.getByRole('button', { name: 'Ebenen, Legende, Einstellungen' }).click();
  await page.getByRole('button', { name: 'Mitnehmen', exact: true }).click();
  await page.getByRole('button', { name: 'Karte auf neuen Stand bringen' }).waitFor({ timeout: 180_000 });
  await page.keyboard.press('Escape');
  await page.context().setOffline(true);
  await page.getByText('KEINE VERBINDUNG', { exact: false }).waitFor();
  await phone.slow({ line: false, slower });
  const taps = await tap(page, count);
  await page.waitForTimeout(REST);
  const found = { taps, floors: await floors(page, count, false) };
  await phone.off();
  return found;
}
