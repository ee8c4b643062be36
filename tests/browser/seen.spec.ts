/** Without a network and without the district taken along: what was seen stays, and nothing more is promised. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

const bar = (page: Page) => page.locator('.incident');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Tiles that a page has been sent whole. */
function sent(page: Page): Set<string> {
  const tiles = new Set<string>();
  page.on('requestfinished', (request) => /\/tiles\/\w+\/\d/.test(request.url()) && tiles.add(new URL(request.url()).pathname));
  return tiles;
}

/** Those of the view in which the map comes to rest; on the way there it asks for coarser ones, and drops them. */
function atRest(tiles: ReadonlySet<string>): string[] {
  const zoom = (path: string) => Number(path.split('/')[3]);
  const deepest = Math.max(...[...tiles].map(zoom));
  return [...tiles].filter((path) => zoom(path) === deepest);
}

/** The program, what the map is drawn with, and the tiles of the view are kept. */
async function settled(page: Page, tiles: ReadonlySet<string>): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  const missing = () =>
    page.evaluate(async (tiles) => {
      const paths = async (name: string) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
      const kept = new Set([...(await paths('geokontor-tiles')), ...(await paths('geokontor-map'))]);
      return [...tiles, '/tiles/base', '/tiles/firewater', '/map/styles/day.json'].filter((path) => !kept.has(path));
    }, atRest(tiles));
  await expect.poll(missing).toEqual([]);
}

test('the last alarm, its list and the tiles stay, a reload included, and a tap gives what is known', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  const tiles = sent(page);
  await crew.open(`?at=${lat + 0.001},${lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toBeVisible();
  await crew.drawn();
  await crew.still();
  await settled(page, tiles);
  const entries = await crew.sources.allTextContents();
  const place = await bar(page).innerText();

  await crew.network(false);
  const failed: string[] = [];
  page.on('requestfailed', (lost) => /\/tiles\/\w+\/\d/.test(lost.url()) && lost.failure()?.errorText !== 'net::ERR_ABORTED' && failed.push(lost.url()));
  await page.reload();
  await expect(page.getByText(/^KEINE VERBINDUNG seit/)).toBeVisible();
  await expect(page.getByText('Die Karte zeigt, was zuletzt geladen war.', { exact: false })).toBeVisible();
  await expect(crew.sources.first()).toBeVisible();
  expect(await crew.sources.allTextContents()).toEqual(entries);
  await expect(page.getByText('zuletzt geladen', { exact: true })).toBeVisible();
  expect(await bar(page).innerText()).toBe(place);
  await crew.drawn();
  await crew.still();
  await page.screenshot({ path: info.outputPath('again.png') });
  expect(failed, 'tiles around the incident').toEqual([]);

  // A tap gives its coordinate and what was seen near it, and does not say that there is no more.
  const box = await crew.map.boundingBox();
  if (!box) throw new Error('the map has no size');
  await crew.map.click({ position: { x: box.width / 2 + 70, y: 40 } });
  await expect(bar(page)).toContainText(/32U [A-Z]{2} \d{5} \d{5}/);
  await button(page, 'Verlegen').click();
  await expect(page.getByText('Ohne Netz: nur Wasser, das dieses Gerät zuletzt gezeigt hat.', { exact: false })).toBeVisible();
  await expect(page.locator(`.sources`).first()).toContainText(ref);
  await expect(crew.sources.first()).toContainText('Luftlinie');
  await page.screenshot({ path: info.outputPath('tapped.png') });

  // Where nothing was seen there may be water all the same; a coordinate needs nobody to be read.
  await crew.search.fill('53.70001, 11.40001');
  await page.getByRole('option').first().click();
  await expect(page.getByText('Die Liste ist leer, weil die Verbindung fehlt, nicht weil es kein Wasser gibt.')).toBeVisible();
  await expect(bar(page)).toContainText('32U');
  await crew.search.fill('Hauptstraße 1');
  await expect(page.getByText('Die Suche ist nicht erreichbar.', { exact: false })).toBeVisible();

  await crew.network(true);
  await expect(page.getByText('zuletzt geladen', { exact: true })).toBeHidden();
});

test('the sheets of the last list open without a network, a reload included, and what was never seen is not promised', async ({ crew, request, page }, info) => {
  const { lon, lat } = await readyHydrant(request, '13074012');
  await crew.open(`?at=${lat + 0.001},${lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toBeVisible();
  await crew.drawn();
  await settled(page, new Set());
  const listed = await page.locator('.sources button').count();
  const kept = () => page.evaluate(() => (JSON.parse(localStorage.getItem('geokontor.details') ?? '[]') as unknown[]).length);
  await expect.poll(kept).toBe(listed);
  await crew.sources.nth(3).click();
  const facts = page.locator('dl.facts');
  await expect(facts.locator('dt').first()).toBeVisible();
  const shown = await facts.innerText();
  await page.keyboard.press('Escape');

  await crew.network(false);
  await page.reload();
  await expect(crew.sources.first()).toBeVisible();
  await crew.sources.nth(3).click();
  await expect(page.getByRole('heading', { name: 'Alle Angaben zuletzt geladen' })).toBeVisible();
  expect(await facts.innerText()).toBe(shown);
  await page.screenshot({ path: info.outputPath('sheet.png') });
  await page.keyboard.press('Escape');
  await page.evaluate(() => localStorage.setItem('geokontor.details', '[]'));
  await page.reload();
  await expect(crew.sources.first()).toBeVisible();
  await crew.sources.nth(3).click();
  await expect(page.getByText('Die übrigen Angaben sind gerade nicht erreichbar.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^UTMREF/ }), 'what the list knew').toBeVisible();
});

test('a page that is opened anew without a network offers the last incident', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toContainText(ref);
  await crew.drawn();
  await settled(page, new Set());
  await crew.network(false);
  await page.goto('/map', { waitUntil: 'domcontentloaded' });
  await page.getByRole('button', { name: /^Letzter Einsatzort: B3 Scheune/ }).click();
  await expect(crew.sources.first()).toContainText(ref);
  await expect(bar(page)).toContainText('B3 Scheune');
  await page.screenshot({ path: info.outputPath('last.png') });
});

test('an incident that was moved is where it was moved to when the page is loaded again', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074012');
  const other = await readyHydrant(request, '13074005');
  await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toBeVisible();
  await crew.search.fill(`${other.lat.toFixed(6)}, ${other.lon.toFixed(6)}`);
  await page.getByRole('option').first().click();
  await expect(crew.sources.first()).toContainText(other.ref);
  await page.reload();
  await expect(crew.sources.first()).toContainText(other.ref);
});
