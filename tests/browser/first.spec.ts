/** The first visit: a picture of the map before the map, and nothing on the line twice. */
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

test('a first visit sees the district before the map is drawn', async ({ crew, page }) => {
  // However fast the line and slow the server that draws the picture.
  let came = () => undefined as void;
  const picture = new Promise<void>((resolve) => (came = resolve));
  page.on('requestfinished', (request) => /\/map\/image/.test(request.url()) && came());
  await page.route(/\/tiles\/\w+\/\d/, async (route) => {
    await picture;
    await route.continue();
  });
  await crew.open();
  await crew.drawn();
  const [seen, map, asked] = await page.evaluate(() => [
    performance.getEntriesByName('first-map')[0]?.startTime ?? Number.NaN,
    performance.getEntriesByName('map-drawn')[0]?.startTime ?? Number.NaN,
    performance.getEntriesByType('resource').map(({ name }) => name),
  ] as const);
  expect(seen).toBeLessThan(map);
  expect(asked).toEqual(expect.arrayContaining([expect.stringMatching(/\/map\/image\.jpg\?.*bbox=/)]));
  await expect(page.locator('#first-map')).toHaveCount(0);
});

test('what is asked for before the map has started is not asked for again by the map', async ({ crew, page }) => {
  await crew.open();
  await crew.drawn();
  const sent = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name, transferSize }) => transferSize > 0 && !name.includes('/api/'))
      .map(({ name }) => new URL(name).pathname),
  );
  expect(sent).toEqual(expect.arrayContaining([expect.stringMatching(/\/assets\/maplibre/), '/map/sprites/day.png']));
  expect(sent.filter((name, k) => sent.indexOf(name) !== k)).toEqual([]);
});

test('the picture lies where the map will be, on every screen', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074012');
  await page.route(/\/assets\/maplibre-/, () => new Promise<void>(() => undefined));
  for (const size of [{ width: 390, height: 844 }, { width: 844, height: 390 }, { width: 1024, height: 768 }]) {
    await page.setViewportSize(size);
    await crew.open(`?at=${lat},${lon}`);
    await expect(crew.sources.first()).toBeVisible();
    const [picture, map] = await Promise.all([page.locator('#first-map').boundingBox(), page.locator('.map-region').boundingBox()]);
    for (const edge of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs((picture?.[edge] ?? -99) - (map?.[edge] ?? 0)), `${edge} at ${size.width} × ${size.height}`).toBeLessThanOrEqual(1);
    }
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
