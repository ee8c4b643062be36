/** The first visit: a picture of the map before the map, and nothing on the line twice. */
import { expect, test } from './support/crew.ts';

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
