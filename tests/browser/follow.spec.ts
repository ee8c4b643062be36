/** The map goes with the crew: by its position, turned the way it drives, until a hand moves it. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

test.use({ permissions: ['geolocation'] });

/** Where the middle of the map came to rest. */
const middle = (page: Page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem('geokontor.view') ?? '{}') as { lon: number; lat: number });

/**
 * Drives there; the heading is the direction of travel. Before each new fix the browser reports that there is none, as in a
 * tunnel, which must not end the following.
 */
async function driver(page: Page) {
  const tools = await page.context().newCDPSession(page);
  return (lon: number, lat: number, heading: number) =>
    tools.send('Emulation.setGeolocationOverride', { longitude: lon, latitude: lat, accuracy: 5, heading, speed: 10 });
}

test('following keeps the crew in the middle until a hand moves the map', async ({ crew, request, page }) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  const drive = await driver(page);
  await drive(lon, lat, 0);
  await crew.open();
  await crew.drawn();
  const follow = page.getByRole('button', { name: 'Mitfahren', exact: true });
  await follow.click();
  await expect.poll(async () => (await middle(page)).lon).toBeCloseTo(lon, 4);
  await drive(lon + 0.01, lat + 0.002, 80);
  await expect.poll(async () => (await middle(page)).lon).toBeCloseTo(lon + 0.01, 4);
  await expect(page.locator('.mark-position')).toBeVisible();

  // Where the crew is becomes the incident.
  await drive(lon, lat, 80);
  await expect.poll(async () => (await middle(page)).lon).toBeCloseTo(lon, 4);
  await page.getByRole('button', { name: 'Standort als Einsatzort' }).first().click();
  await expect(crew.sources.first()).toContainText(ref);

  const box = await crew.map.boundingBox();
  if (!box) throw new Error('the map has no size');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 3];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 60, y + 40, { steps: 6 });
  await page.mouse.up();
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const left = await crew.still().then(() => middle(page));
  await drive(lon + 0.02, lat, 80);
  await expect(page.locator('.mark-position')).toHaveCount(1);
  expect(await crew.still().then(() => middle(page)), 'the map stays where the hand has left it').toEqual(left);
});

test('heading-up turns the map the way the crew drives, and north comes back', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074012');
  const drive = await driver(page);
  await drive(lon, lat, 90);
  await crew.open();
  await crew.drawn();
  await page.getByRole('button', { name: 'Mitfahren', exact: true }).click();
  await page.getByRole('button', { name: 'Fahrtrichtung oben' }).click();
  await drive(lon + 0.001, lat, 90);
  const north = page.getByRole('button', { name: 'Nach Norden ausrichten' });
  await expect(north).toBeVisible();
  await expect(north.locator('span')).toHaveCSS('rotate', /^-?(90|270)/);
  // The view of an incident does not turn the map back under a crew that drives.
  await page.getByRole('button', { name: 'Standort als Einsatzort' }).first().click();
  await expect(crew.sources.first()).toBeVisible();
  await crew.still();
  await expect(north.locator('span')).toHaveCSS('rotate', /^-?(90|270)/);
  await north.click();
  await expect(north).toBeHidden();
});

test('a position that is not given is said, with the way out', async ({ crew, context, page }) => {
  await context.clearPermissions();
  await crew.open();
  await crew.drawn();
  await page.getByRole('button', { name: 'Mitfahren', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Standort nicht freigegeben' })).toBeVisible();
});
