/** Parts of the map that never answer keep no crew from its water. */
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

const never = () => new Promise<void>(() => undefined);

test('a ground that does not answer leaves water, taps and list as they are', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  await page.route(/\/tiles\/base\//, never);
  await crew.open('', { lon, lat, zoom: 18 });
  await crew.drawn();
  await page.screenshot({ path: info.outputPath('no ground.png') });
  await crew.map.click();
  await expect(page.getByRole('heading', { level: 2 }), 'the symbol is on the map').toContainText(ref);
  await page.keyboard.press('Escape');
  await expect(crew.sources.first()).toContainText(ref);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a style that does not answer is drawn without, said so, and taken when it comes', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  let answers = false;
  await page.route(/\/map\/styles\//, (route) => (answers ? route.continue() : never()));
  await crew.open('', { lon, lat, zoom: 17 });
  await crew.drawn();
  await expect(page.getByText('Die Grundkarte ist nicht erreichbar.', { exact: false })).toBeVisible();
  await page.screenshot({ path: info.outputPath('no style.png') });
  await crew.map.click();
  await expect(crew.sources.first()).toContainText(ref);

  answers = true;
  await expect(page.getByText('Die Grundkarte ist nicht erreichbar.', { exact: false })).toBeHidden();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('before the map has come its picture is tapped', async ({ crew, request, page }) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  await page.route(/\/assets\/maplibre-/, never);
  await crew.open('', { lon, lat, zoom: 17 });
  await expect(page.locator('#first-map')).toBeVisible();
  await page.locator('.map-area').click();
  await expect(crew.sources.first()).toContainText(ref);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
