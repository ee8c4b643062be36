/** The register changes while the map is open, and the network goes. */
import { expect, test } from './support/crew.ts';
import { edit, readyHydrant } from './support/register.ts';

test('an edit is seen on the map without a reload', async ({ crew, request, page }) => {
  const hydrant = await readyHydrant(request, '13074006');
  await crew.open('', { lon: hydrant.lon, lat: hydrant.lat, zoom: 18 });
  await crew.drawn();
  await expect(page.getByText('Verbunden', { exact: false })).toBeVisible();
  const before = await crew.still();
  await page.evaluate(() => Object.assign(window, { sameLoad: true }));

  const tile = page.waitForResponse((answer) => answer.url().includes('/tiles/firewater/') && answer.status() === 200);
  await edit(request, hydrant.id, { operational_status: 'out_of_service', status_reason: 'Rohrbruch' });
  await tile;
  await expect.poll(async () => (await crew.map.screenshot()).equals(before)).toBe(false);
  expect(await page.evaluate(() => 'sameLoad' in window), 'the page is the one that was opened').toBe(true);
});

test('a hydrant that fails moves to the end of the list at once, and comes back', async ({ crew, request, page }) => {
  const hydrant = await readyHydrant(request, '13074007');
  await crew.open(`?at=${hydrant.lat},${hydrant.lon}`);
  const entry = page.locator(`[data-source="${hydrant.id}"]`);
  await expect(crew.sources.first()).toContainText(hydrant.ref);
  await expect(page.getByText('Verbunden', { exact: false })).toBeVisible();

  await edit(request, hydrant.id, { operational_status: 'out_of_service', status_reason: 'Rohrbruch' });
  await expect(entry).toContainText('AUSSER BETRIEB');
  await expect(entry).toContainText('Rohrbruch');
  await expect(crew.sources.first()).not.toContainText(hydrant.ref);
  await expect(page.getByRole('status').filter({ hasText: 'hat sich geändert' })).toBeAttached();

  await edit(request, hydrant.id, { operational_status: 'ready', status_reason: null });
  await expect(crew.sources.first()).toContainText(hydrant.ref);
});

test('without a network the list stays and says how old it is, and what changed comes when the network is back', async ({
  crew,
  request,
  page,
}) => {
  const hydrant = await readyHydrant(request, '13074008');
  await crew.open(`?at=${hydrant.lat},${hydrant.lon}`);
  await expect(crew.sources.first()).toContainText(hydrant.ref);
  await crew.drawn();
  await expect(page.getByText('Verbunden', { exact: false })).toBeVisible();

  await crew.network(false);
  await expect(crew.sources.first()).toContainText(hydrant.ref);
  await crew.sources.first().click();
  await expect(page.getByRole('heading', { level: 2 })).toContainText(hydrant.ref);
  await page.keyboard.press('Escape');
  await edit(request, hydrant.id, { operational_status: 'out_of_service', status_reason: 'Eingefroren' });

  await crew.network(true);
  await expect(page.locator(`[data-source="${hydrant.id}"]`)).toContainText('Eingefroren');
});
