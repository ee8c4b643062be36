/** Somebody of the district looks where fire water is missing, tries a failure out on the map, and where a tank would help. */
import { writeFile } from 'node:fs/promises';
import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { complaints } from './support/complaints.ts';
import { LOOKS, Person, SIGNING_IN } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    supply: 'Löschwasserversorgung',
    without: 'Wenn das ausfällt',
    end: 'Ausfall zurücknehmen',
    loss: /hätten dann sicher zu wenig|wüsste dann niemand mehr|Kein Gebäude wird dadurch anders/,
    report: 'Bericht (PDF)',
    tanks: 'Neue Behälter',
    rules: 'Wonach bewertet wird',
    show: /^Zeigen/,
    whether: 'Warum dieses Gebäude so bewertet ist',
    verdict: /versorgt|zu wenig|ohne Wasser|ungewiss/,
    supplied: 'versorgt',
  },
  en: {
    ...SIGNING_IN.en,
    supply: 'Fire-water supply',
    without: 'If this one fails',
    end: 'Take the failure back',
    loss: /certainly have too little|nobody would know any more|No building is judged otherwise/,
    report: 'Report (PDF)',
    tanks: 'New tanks',
    rules: 'By what is judged',
    show: /^Show/,
    whether: 'Why this building is judged so',
    verdict: /supplied|too little|no water|unknown/,
    supplied: 'supplied',
  },
} as const;

/** Where no other test edits; nothing is edited here either. */
const AREA = { de: '13074028', en: '13074029' } as const;

/** What the server says of all buildings, by the session of a page. */
const told = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch('/api/supply');
    return (await answer.json()) as { total: { buildings: Record<string, number> } };
  });

interface Found {
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}

async function around(request: APIRequestContext, collection: string, lon: number, lat: number): Promise<readonly Found[]> {
  const bbox = [lon - 0.003, lat - 0.0015, lon + 0.003, lat + 0.0015].join(',');
  const filter: Record<string, string> = collection === 'buildings' ? { filter: "function = 'residential'" } : {};
  const answer = await request.get(`/ogc/collections/${collection}/items`, { params: { bbox, limit: '200', ...filter } });
  return ((await answer.json()) as { features: readonly Found[] }).features;
}

/** A house near a place, and not where a symbol of water is pressed instead. */
async function houseNear(request: APIRequestContext, lon: number, lat: number): Promise<{ lon: number; lat: number }> {
  const waters = (await Promise.all(['hydrants', 'suction_points', 'water_sources'].map((name) => around(request, name, lon, lat)))).flat();
  const points = waters.filter(({ geometry }) => geometry.type === 'Point').map(({ geometry }) => geometry.coordinates as [number, number]);
  const middles = (await around(request, 'buildings', lon, lat)).map(({ geometry }) => {
    const ring = (geometry.coordinates as [number, number][][])[0]?.slice(1) ?? [];
    const middle = (k: 0 | 1) => ring.reduce((sum, corner) => sum + corner[k], 0) / ring.length;
    return { lon: middle(0), lat: middle(1) };
  });
  // Some thirty metres.
  const isApart = (one: { lon: number; lat: number }) => points.every(([x, y]) => Math.hypot((x - one.lon) * 0.6, y - one.lat) > 0.0003);
  const house = middles.find(isApart);
  expect(house, 'a house beside the hydrant').toBeDefined();
  return house as { lon: number; lat: number };
}

/** Presses the map at a place while it shows ±0.004° by ±0.002° around another (see Supply.svelte). */
async function press(page: Page, centre: { lon: number; lat: number }, at: { lon: number; lat: number }) {
  const box = await page.locator('.supply-map').boundingBox();
  if (!box) throw new Error('no map');
  const stretch = Math.cos((centre.lat * Math.PI) / 180);
  // Pixels a degree of longitude: what fits, and no closer than zoom 16.
  const scale = Math.min((box.width - 96) / 0.008, ((box.height - 96) * stretch) / 0.004, (512 * 2 ** 16) / 360);
  const x = box.width / 2 + (at.lon - centre.lon) * scale;
  const y = box.height / 2 - ((at.lat - centre.lat) * scale) / stretch;
  await page.locator('.supply-map canvas').click({ position: { x, y } });
}

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use(LOOKS[language]);

    test('gaps are seen by municipality and on the map, a failure is tried out, and tanks have ranked places', async ({ page, request }, info) => {
      test.slow();
      const hydrant = await readyHydrant(request, AREA[language]);
      const complained = complaints(page);
      const person = new Person(page, words, `supply.${language}@example.org`, info);
      await person.administer(process.env[`SUPPLY_${language.toUpperCase()}`] ?? '');
      await page.goto('/desk');
      await page.getByRole('link', { name: words.supply }).click();
      await expect(page).toHaveURL('/desk/fire-water');
      const map = page.locator('.supply-map[data-ready]');
      await expect(map).toBeVisible();
      const { total } = await told(page);
      const number = (n: number) => new Intl.NumberFormat(language).format(n);
      const supplied = page.locator('dd').filter({ hasText: number(total.buildings.supplied ?? -1) });
      await expect(supplied.first(), 'the page says what the server says').toBeVisible();
      await person.look('the overview');

      const link = page.getByRole('link', { name: words.report });
      const report = await page.request.get((await link.getAttribute('href')) ?? '');
      expect(report.headers()['content-type']).toBe('application/pdf');
      await writeFile(info.outputPath('report.pdf'), await report.body());

      await page.getByRole('tab', { name: words.rules }).click();
      await expect(page.getByText('DVGW', { exact: false }).first()).toBeVisible();
      await page.getByRole('tab', { name: words.tanks }).click();
      await expect(page.getByRole('button', { name: words.show }).first()).toBeVisible();
      await person.look('places for tanks');
      await page.getByRole('button', { name: words.show }).first().click();
      await person.look('a place for a tank');

      await page.goto(`/desk/fire-water/${hydrant.id}`);
      const failure = page.locator('.kern-alert').filter({ hasText: words.without });
      await expect(failure).toContainText(words.loss);
      await expect(failure).toContainText(hydrant.ref);
      await expect(map).toBeVisible();
      await expect.poll(async () => (await page.locator('.supply-map').getAttribute('data-still')) !== null).toBe(true);
      await person.look('a failure');
      await press(page, hydrant, hydrant);
      await expect(failure, 'pressed again it has not failed').toHaveCount(0);
      await press(page, hydrant, hydrant);
      await expect(failure).toContainText(hydrant.ref);
      await press(page, hydrant, await houseNear(request, hydrant.lon, hydrant.lat));
      await expect(page.getByRole('heading', { name: words.whether })).toBeFocused();
      await expect(page.getByRole('status').filter({ hasText: words.verdict }).first()).toBeVisible();
      await person.look('a building');
      await page.getByRole('button', { name: words.end }).first().click();
      await expect(failure).toHaveCount(0);
      expect(complained).toEqual([]);
    });
  });
}
