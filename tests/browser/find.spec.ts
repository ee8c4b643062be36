/** A crew finds water: by address, by what is said on the radio, by a tap, by the alarm's link. */
import { expect, test } from './support/crew.ts';
import { address, nearest, readyHydrant, twiceNamedStreet } from './support/register.ts';

test('water is found from an address while it is typed', async ({ crew, request, page }) => {
  const { text, lon, lat } = await address(request);
  const { refs } = await nearest(request, lon, lat);
  await crew.open();
  await crew.search.pressSequentially(text);
  const hit = page.getByRole('option').first();
  await expect(hit).toContainText(text.split(',')[0] ?? text);
  await hit.click();
  await expect(crew.sources.first()).toContainText(refs[0] ?? '');
  await expect(crew.sources.first()).toContainText(/\d+ B-Schl/);
});

test('water is found from UTMREF and the sheet of the nearest opens in one more tap', async ({ crew, request, page }) => {
  const hydrant = await readyHydrant(request, '13074002');
  const { utmref, refs } = await nearest(request, hydrant.lon, hydrant.lat);
  await crew.open();
  await crew.search.fill(utmref);
  await crew.search.press('Enter');
  await expect(crew.sources.first()).toContainText(refs[0] ?? '');
  await crew.sources.first().click();
  await expect(page.getByRole('heading', { level: 2 })).toContainText(refs[0] ?? '');
  await expect(page.getByRole('heading', { level: 2 })).toBeFocused();
});

test('a coordinate that leaves kilometres open is told what it lacks', async ({ crew, page }) => {
  await crew.open();
  await crew.search.fill('32U PE 6 7');
  await expect(page.getByText('je drei Ziffern', { exact: false })).toBeVisible();
});

test('water is found by a tap on the map', async ({ crew, request }) => {
  const { lon, lat } = await readyHydrant(request, '13074003');
  await crew.open('', { lon, lat, zoom: 17 });
  await crew.drawn();
  const box = await crew.map.boundingBox();
  if (!box) throw new Error('the map has no size');
  // Beside the hydrant in the middle: what is tapped is the place, and the hydrant comes as the nearest.
  await crew.map.click({ position: { x: box.width / 2 - 60, y: box.height / 2 } });
  await expect(crew.sources.first()).toBeVisible();
});

test('a tap on a symbol opens its sheet', async ({ crew, request, page }) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074004');
  await crew.open('', { lon, lat, zoom: 18 });
  await crew.drawn();
  await crew.map.click();
  await expect(page.getByRole('heading', { level: 2 })).toContainText(ref);
});

test('the link of an alarm opens on the incident and says what the alarm said', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074005');
  const { utmref, refs } = await nearest(request, lon, lat);
  await crew.open(`?at=${encodeURIComponent(utmref)}&text=${encodeURIComponent('B3 Scheune')}&einsatz=4711`);
  await expect(page.getByText('B3 Scheune')).toBeVisible();
  await expect(crew.sources.first()).toContainText(refs[0] ?? '');
  await crew.drawn();
});

test('the link of an alarm whose place is in doubt keeps its words and offers what may be meant', async ({ crew, request, page }, info) => {
  // The browser tells of the refusal in its console.
  crew.networkFails = true;
  const { street } = await twiceNamedStreet(request);
  await crew.open(`?at=${encodeURIComponent(street)}&text=${encodeURIComponent('B3 Scheune')}`);
  await expect(page.getByRole('alert').filter({ hasText: `Der Ort aus dem Alarm ist nicht eindeutig: „${street}“` })).toBeVisible();
  await expect(page.getByText('B3 Scheune')).toBeVisible();
  await page.screenshot({ path: info.outputPath('not found.png') });
  await page.getByRole('button', { name: street }).first().click();
  await expect(crew.sources.first()).toBeVisible();
  await expect(page.getByText('B3 Scheune'), 'the words of the alarm stay').toBeVisible();
});

test('the link of an alarm with a coarse coordinate says in words what it lacks', async ({ crew, page }) => {
  crew.networkFails = true;
  await crew.open('?at=53.9,11.4&text=B3');
  await expect(page.getByRole('alert').filter({ hasText: 'mindestens drei Stellen' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Standort als Einsatzort' })).toBeVisible();
});

test('a phone on its side shows map and list beside each other', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074005');
  for (const size of [{ width: 667, height: 375 }, { width: 844, height: 390 }]) {
    await page.setViewportSize(size);
    await crew.open(`?at=${lat},${lon}`);
    await expect(crew.sources.first()).toBeInViewport();
    await expect(crew.map).toBeInViewport();
  }
});

test('a place without water nearby is no all-clear', async ({ crew, page }) => {
  await crew.open('?at=54.501,13.501');
  await expect(page.getByText('Der Ort liegt außerhalb des Kreises.')).toBeVisible();
  await expect(page.getByText('Das heißt nicht, dass es dort keines gibt', { exact: false })).toBeVisible();
});
