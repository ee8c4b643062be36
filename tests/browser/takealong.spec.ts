/** The district is taken along on a device, and serves a crew where there is no network. */
import type { Page } from '@playwright/test';
import { type CrewPage, expect, test } from './support/crew.ts';
import { address, edit, nearest, readyHydrant } from './support/register.ts';

/** The map is made by the server when it is first asked for, and a test build takes its time. */
const MADE = 480_000;
const MAP = /\/tiles\/base\.pmtiles$/;

const said = (page: Page, text: string) => page.getByText(text, { exact: false });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** What the button says when everything is on the device. */
const whole = (page: Page) => button(page, 'Karte auf neuen Stand bringen');

async function taken(crew: CrewPage): Promise<void> {
  await crew.openMenu();
  await button(crew.page, 'Mitnehmen').click();
  await expect(whole(crew.page)).toBeVisible({ timeout: MADE });
}

/** The page opens without a network only when the service worker has it. */
const installed = (page: Page) => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);

test.describe('the district taken along', () => {
  test.setTimeout(MADE + 60_000);

  test('serves a crew without a network from the start to the sheet, and follows when it is back', async ({ crew, request, page }, info) => {
    const place = await address(request);
    const { refs } = await nearest(request, place.lon, place.lat);
    const hydrant = await readyHydrant(request, '13074022');
    await crew.open();
    await crew.drawn();
    await crew.openMenu();
    await expect(said(page, 'Größe:')).toBeVisible();
    await button(page, 'Mitnehmen').click();
    await expect(whole(page)).toBeVisible({ timeout: MADE });
    await expect(said(page, 'Entnahmestellen auf diesem Gerät')).toBeVisible();
    await installed(page);

    await crew.network(false);
    await page.reload();
    await expect(page.getByText(/^KEINE VERBINDUNG seit/)).toBeVisible();
    await crew.drawn();
    await page.screenshot({ path: info.outputPath('without a network.png') });

    // By its address.
    await crew.search.pressSequentially(place.text);
    await page.getByRole('option').first().click();
    await expect(crew.sources.first()).toContainText(refs[0] ?? '');
    await expect(said(page, 'aus dem Gerät')).toBeVisible();
    await page.screenshot({ path: info.outputPath('list without a network.png') });
    await crew.sources.first().click();
    await expect(page.getByRole('heading', { level: 2 })).toContainText(refs[0] ?? '');
    await expect(page.getByRole('heading', { name: 'Alle Angaben' })).toBeVisible();
    await expect(said(page, 'Bauart').first()).toBeVisible();
    await page.keyboard.press('Escape');

    // By a tap.
    const box = await crew.map.boundingBox();
    if (!box) throw new Error('the map has no size');
    await expect.poll(() => incidentOf(page)).toContain('32U');
    const before = await incidentOf(page);
    await crew.map.click({ position: { x: box.width / 2 - 90, y: box.height / 2 + 60 } });
    await button(page, 'Verlegen').click();
    await expect.poll(() => incidentOf(page)).not.toBe(before);
    await page.keyboard.press('Escape');
    await expect(crew.sources.first()).toBeVisible();

    // Somebody else closes a hydrant meanwhile: the device cannot know, and hears of it as soon as it can.
    await edit(request, hydrant.id, { operational_status: 'out_of_service', status_reason: 'Eisgang' });
    await crew.search.fill(`${hydrant.lat.toFixed(6)}, ${hydrant.lon.toFixed(6)}`);
    await crew.search.press('Enter');
    await expect(crew.sources.first()).toContainText(hydrant.ref);
    const delta = page.waitForResponse((answer) => answer.url().includes('/api/device/changes?since='));
    await crew.network(true);
    const told = (await (await delta).json()) as { collections: { id: string[] }[] };
    expect(told.collections.flatMap(({ id }) => id)).toContain(hydrant.id);

    // What the delta brought is on the device: it says so without a network.
    await crew.network(false);
    await page.reload();
    await crew.search.fill(`${hydrant.lat.toFixed(6)}, ${hydrant.lon.toFixed(6)}`);
    await crew.search.press('Enter');
    await expect(page.locator(`[data-source="${hydrant.id}"]`)).toContainText('Eisgang');
    await expect(said(page, 'aus dem Gerät')).toBeVisible();

    // What the line was to blame for is over with it.
    await crew.openMenu();
    await whole(page).click();
    await expect(said(page, 'Unterbrochen: keine Verbindung zum Server.')).toBeVisible();
    await crew.network(true);
    await expect(said(page, 'Unterbrochen: keine Verbindung zum Server.')).toBeHidden();
    await edit(request, hydrant.id, { operational_status: 'ready', status_reason: null });
  });

  test('goes on where it was interrupted or halted, and fetches no piece twice', async ({ crew, page }) => {
    const pieces: string[] = [];
    let answered = 0;
    let mode: 'all' | 'three' | 'slowly' = 'three';
    await page.route(MAP, async (route) => {
      if (mode === 'three' && answered >= 3) return route.abort('connectionreset');
      if (mode === 'slowly') await new Promise((resolve) => setTimeout(resolve, 400));
      answered++;
      pieces.push(route.request().headers().range ?? '');
      return route.continue();
    });
    await crew.open();
    await crew.openMenu();
    await button(page, 'Mitnehmen').click();
    await expect(said(page, 'Unterbrochen: keine Verbindung zum Server.')).toBeVisible({ timeout: MADE });
    await expect(said(page, 'Was schon auf dem Gerät ist, bleibt vollständig und nutzbar.')).toBeVisible();
    await expect(said(page, 'Die Grundkarte fehlt noch.')).toBeVisible();
    crew.networkFails = true;

    mode = 'slowly';
    await button(page, 'Weiter laden').click();
    await expect(page.getByRole('progressbar')).toBeVisible();
    await button(page, 'Anhalten').click();
    await expect(button(page, 'Weiter laden')).toBeVisible();

    mode = 'all';
    await button(page, 'Weiter laden').click();
    await expect(whole(page)).toBeVisible({ timeout: MADE });
    expect(pieces.length).toBeGreaterThan(3);
    // The one that was under way when it was halted may come again.
    expect(pieces.length - new Set(pieces).size).toBeLessThanOrEqual(1);
  });

  test('is refused by a device that has no room, which says so and keeps nothing half', async ({ crew, context, page }, info) => {
    await crew.open();
    await crew.drawn();
    await installed(page);
    const tools = await context.newCDPSession(page);
    const { origin } = new URL(page.url());
    const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    const allow = (bytes: number) => tools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: used + bytes });

    await allow(200_000);
    await crew.openMenu();
    await button(page, 'Mitnehmen').click();
    await expect(said(page, 'Kein Platz: Dieses Gerät nimmt nicht mehr auf.')).toBeVisible({ timeout: MADE });
    await expect(said(page, 'Es wurde nichts gespeichert.')).toBeVisible();
    await page.screenshot({ path: info.outputPath('no room.png') });
    expect(await kept(page)).toEqual({ files: 0, kept: 0, pieces: 0, rows: 0 });
    await page.reload();
    await crew.openMenu();
    await expect(button(page, 'Mitnehmen')).toBeVisible();

    // Room for the register, and for some of the map.
    await allow(8_000_000);
    await button(page, 'Mitnehmen').click();
    await expect(said(page, 'Kein Platz: Dieses Gerät nimmt nicht mehr auf.')).toBeVisible({ timeout: MADE });
    await expect(said(page, 'Was schon auf dem Gerät ist, bleibt vollständig und nutzbar.')).toBeVisible();
    const { files, pieces } = await kept(page);
    expect(files, 'register, addresses and roads are there').toBe(3);
    expect(pieces).toBeLessThan(12);

    await button(page, 'Vom Gerät entfernen').click();
    await button(page, 'Ja, entfernen').click();
    await expect(button(page, 'Mitnehmen')).toBeVisible();
    expect(await kept(page)).toEqual({ files: 0, kept: 0, pieces: 0, rows: 0 });
  });

  test('is shown by its age although the clock of the device is days off', async ({ crew, request, page }) => {
    const { lon, lat, ref } = await readyHydrant(request, '13074002');
    await page.addInitScript(() => {
      const wall = Date.now.bind(Date);
      // Three days ahead.
      Date.now = () => wall() + 3 * 86_400_000;
    });
    await crew.open(`?at=${lat},${lon}`);
    await expect(said(page, 'Die Uhr dieses Geräts geht falsch.')).toBeVisible();
    await expect(crew.sources.first()).toContainText(ref);
    await expect(said(page, '(gerade eben)')).toBeVisible();
    await taken(crew);
    await expect(page.locator('fieldset.device')).toContainText(/gerade eben|vor \d+ min/);
    await installed(page);

    // The next start has no server to ask: what the device was off by is remembered.
    await expect.poll(() => page.evaluate(() => localStorage.getItem('geokontor.time')), { timeout: 60_000 }).not.toBeNull();
    await crew.network(false);
    await page.reload();
    await expect(page.getByText(/^KEINE VERBINDUNG seit/)).toContainText(/gerade eben|vor \d min/);
    await expect(said(page, 'Zeit vom Gerät, unbestätigt')).toBeVisible();
  });
});

/** The place of the incident as it is said on the radio. */
const incidentOf = async (page: Page) => (await page.locator('.incident .mono').textContent().catch(() => '')) ?? '';

/** How many entries lie in each part of the store. */
function kept(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const base = await answer(indexedDB.open('geokontor-device'));
    const counts: Record<string, number> = {};
    for (const name of base.objectStoreNames) {
      counts[name] = await answer(base.transaction(name).objectStore(name).count());
    }
    base.close();
    return counts;
  });
}
