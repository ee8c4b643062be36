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
        // Distances change with every tap, even where all sources stay the same.
        const listed = () => [...document.querySelectorAll('[data-source]')].map((entry) => entry.textContent).join();
        const old = listed();
        window.listed = new Promise((resolve) => {
          const look = () => {
            const now = listed();
            if (now === '' || now === old) return;
            watch.disconnect();
            // After the frame that shows it.
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - timeStamp)));
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { childList: true, subtree: true, characterData: true });
        });
      },
      { capture: true },
    );
  }, VIEW);
  await drawn(page, () => page.goto('/map'));
  return phone;
}

/** Milliseconds that a finger rests. */
const FINGER = 80;
/** Until nothing of the loading goes on any more. */
const REST = 2_500;

/** Pixels around a tap in which no symbol may lie: a finger's, and half of the largest symbol. */
const CLEAR = 40;
/** Pixels from the middle of the map in which taps lie. */
const REACH = 130;

/** Places of the canvas, from its middle, where no water lies: a tap on a symbol opens its sheet. */
async function ground(page: Page): Promise<{ x: number; y: number }[]> {
  const scale = (512 * 2 ** VIEW.zoom) / 360;
  const across = Math.cos((VIEW.lat * Math.PI) / 180);
  const margin = (2 * REACH) / scale;
  const bbox = [VIEW.lon - margin, VIEW.lat - margin * across, VIEW.lon + margin, VIEW.lat + margin * across].join(',');
  const symbols: { x: number; y: number }[] = [];
  for (const collection of ['hydrants', 'water_sources', 'suction_points']) {
    const answer = await page.request.get(`/ogc/collections/${collection}/items`, { params: { bbox, limit: '10000' } });
    const { features } = (await answer.json()) as { features: { geometry: { type: string; coordinates: [number, number] } }[] };
    for (const { geometry } of features) {
      if (geometry.type !== 'Point') continue;
      const [lon, lat] = geometry.coordinates;
      symbols.push({ x: (lon - VIEW.lon) * scale, y: ((VIEW.lat - lat) * scale) / across });
    }
  }
  const places: { x: number; y: number }[] = [];
  for (let y = -REACH; y <= REACH; y += 10) for (let x = -REACH; x <= REACH; x += 10) places.push({ x, y });
  return places
    .filter((place) => symbols.every((symbol) => Math.hypot(place.x - symbol.x, place.y - symbol.y) > CLEAR))
    .sort((one, other) => Math.hypot(one.x, one.y) - Math.hypot(other.x, other.y));
}

/** Loads the map anew, which begins at the same view: a list that is shown moves the map to what it lists. */
async function drawn(page: Page, load: () => Promise<unknown>): Promise<void> {
  await load();
  await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 60_000 });
}

/** Taps where nothing lies but ground, each on a map that is at rest. */
async function tap(page: Page, places: readonly { x: number; y: number }[], count: number): Promise<number[]> {
  const times: number[] = [];
  const step = Math.max(1, Math.floor(places.length / (count * 2)));
  for (const place of places.filter((_, nth) => nth % step === 0)) {
    if (times.length === count) break;
    await drawn(page, () => page.reload());
    await page.waitForTimeout(REST);
    const box = await page.locator('#map canvas').boundingBox();
    if (!box) throw new Error('the map has no size');
    const at = { x: box.x + box.width / 2 + place.x, y: box.y + box.height / 2 + place.y };
    const free = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.tagName === 'CANVAS', at);
    if (!free) continue;
    await page.mouse.click(at.x, at.y, { delay: FINGER });
    const time = await page.evaluate(() => Promise.race([window.listed, new Promise<null>((done) => setTimeout(done, 4_000, null))]));
    if (time !== null) times.push(time);
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
  const places = await ground(phone.page);
  await phone.slow(how);
  const taps = await tap(phone.page, places, count);
  await phone.page.waitForTimeout(REST);
  const found = { taps, floors: await floors(phone.page, count, true) };
  await phone.off();
  return found;
}

/** With the district taken along, and the network off. */
export async function offlineTaps(count: number, slower: number): Promise<Taps> {
  const phone = await opened();
  const { page } = phone;
  const places = await ground(page);
  await page.getByRole('button', { name: 'Ebenen, Legende, Einstellungen' }).click();
  await page.getByRole('button', { name: 'Mitnehmen', exact: true }).click();
  await page.getByRole('button', { name: 'Karte auf neuen Stand bringen' }).waitFor({ timeout: 180_000 });
  await page.keyboard.press('Escape');
  await page.context().setOffline(true);
  await page.getByText('KEINE VERBINDUNG', { exact: false }).waitFor();
  await phone.slow({ line: false, slower });
  const taps = await tap(page, places, count);
  await page.waitForTimeout(REST);
  const found = { taps, floors: await floors(page, count, false) };
  await phone.off();
  return found;
}
