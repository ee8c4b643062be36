/** A place that is honest: how sure it is, what is asked before it becomes the incident, and how it is taken back. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/crew.ts';
import { address, nearest, readyHydrant, twiceNamedStreet } from './support/register.ts';

const bar = (page: Page) => page.locator('.incident');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('an alarm that names a street only is amber, counts no hoses and asks for the house number', async ({ crew, request, page }, info) => {
  const { street, post_town } = await address(request);
  await crew.open();
  await crew.drawn();
  await crew.search.fill(`${street}, ${post_town}`);
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.getByRole('option').filter({ hasText: street }).first().click();
  await expect(bar(page)).toContainText(street);
  await expect(bar(page)).toContainText('Nur Straße bekannt');
  await expect(bar(page)).toContainText(/± \d/);
  await expect(bar(page), 'no coordinate to the metre').not.toContainText(/\d{5} \d{5}/);
  await expect(crew.sources.first()).toContainText(/ca\. |bis /);
  await expect(crew.sources.first()).toContainText(/[–m]/);
  await expect(page.locator('.sources')).not.toContainText('B-Schl');
  await page.screenshot({ path: info.outputPath('street only.png') });

  await crew.sources.first().click();
  await expect(page.getByRole('heading', { name: 'Alle Angaben' })).toBeVisible();
  await expect(page.locator('.detail .key-facts')).not.toContainText('B-Schl');
  await button(page, 'Hausnummer?').click();
  await expect(crew.search).toBeFocused();
  await expect(crew.search).toHaveValue(new RegExp(`^${street} ,`));
});

test('Enter on a text that leaves open what is meant keeps the choice open', async ({ crew, request, page }, info) => {
  const { street } = await twiceNamedStreet(request);
  await crew.open();
  crew.networkFails = true; // The browser tells its console of every refusal.
  await crew.search.fill(street);
  await crew.search.press('Enter');
  await expect(page.getByText('Nicht eindeutig.', { exact: false })).toBeVisible();
  expect(await page.getByRole('option').count()).toBeGreaterThan(1);
  await expect(bar(page), 'nothing was taken').toHaveCount(0);
  await page.screenshot({ path: info.outputPath('not clear.png') });
  await crew.search.press('ArrowDown');
  await crew.search.press('ArrowDown');
  await crew.search.press('Enter');
  await expect(bar(page)).toContainText(street);
});

/** Gauss-Krüger without its datum: two places, 590 m apart. */
const TWO_PLACES = '4464624 5974134';

test('an alarm that may be meant for two places offers both, by keyboard too', async ({ crew, page }, info) => {
  crew.networkFails = true; // The browser tells its console of every refusal.
  await crew.open(`?at=${encodeURIComponent(TWO_PLACES)}&text=B3 Scheune`);
  await expect(page.getByRole('alert').filter({ hasText: 'nicht eindeutig' })).toBeVisible();
  const choices = page.getByRole('button', { name: /EPSG:(31468|2398)/ });
  await expect(choices).toHaveCount(2);
  await expect(bar(page)).toContainText('B3 Scheune');
  await page.screenshot({ path: info.outputPath('which datum.png') });
  await choices.nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(bar(page)).toContainText('32U PE 61655 74265');
  await expect(bar(page)).toContainText('B3 Scheune');
});

test('Enter on metres that may be two places keeps the choice open, and the arrow keys choose', async ({ crew, page }, info) => {
  await crew.open();
  crew.networkFails = true;
  await crew.search.fill(TWO_PLACES);
  await crew.search.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Nicht eindeutig' })).toBeVisible();
  await expect(page.getByRole('option')).toHaveCount(2);
  await expect(page.getByRole('option').first(), 'neither is approximate').not.toContainText('ungefähr');
  await page.screenshot({ path: info.outputPath('which datum.png') });
  await crew.search.press('ArrowDown');
  await crew.search.press('ArrowDown');
  await expect(page.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
  await crew.search.press('Enter');
  await expect(bar(page)).toContainText('32U PE 61655 74265');
});

test('Enter goes where an alarm with the same words would go', async ({ crew, page, request }) => {
  const { street, house_number, post_town } = await address(request);
  await crew.open();
  await crew.search.fill(`${street} ${house_number} ${post_town}`);
  await crew.search.press('Enter');
  await expect(bar(page)).toContainText(`${street} ${house_number}`);
});

test('a hydrant that was searched opens its own sheet and leaves the incident alone', async ({ crew, request, page }, info) => {
  const incident = await readyHydrant(request, '13074005');
  const other = await readyHydrant(request, '13074012');
  await crew.open(`?at=${incident.lat},${incident.lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toBeVisible();
  const before = await bar(page).innerText();
  await crew.search.fill(other.ref);
  await page.getByRole('option', { name: other.ref }).first().click();
  await expect(page.getByRole('heading', { level: 2 })).toContainText(other.ref);
  await expect(page.getByText('Luftlinie', { exact: false }).first(), 'how far it is from the incident').toBeVisible();
  expect(await bar(page).innerText()).toBe(before);
  await page.screenshot({ path: info.outputPath('searched.png') });
  await page.keyboard.press('Escape');
  await expect(crew.sources.first()).toContainText(incident.ref);
});

test('a tap while an alarm is open asks, and one tap takes it back', async ({ crew, request, page }, info) => {
  const { lon, lat } = await readyHydrant(request, '13074005');
  await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
  await expect(crew.sources.first()).toBeVisible();
  await crew.drawn();
  await crew.still();
  const before = await bar(page).innerText();
  const box = await crew.map.boundingBox();
  if (!box) throw new Error('the map has no size');
  const beside = { position: { x: 40, y: box.height - 40 } };
  await crew.map.click(beside);
  await expect(page.getByText('Einsatzort hierher verlegen?')).toBeVisible();
  await expect(bar(page)).toContainText(/32U [A-Z]{2} \d{5} \d{5}/);
  await page.screenshot({ path: info.outputPath('asked.png') });
  await button(page, 'Nicht verlegen').click();
  expect(await bar(page).innerText()).toBe(before);

  await crew.map.click(beside);
  await button(page, 'Verlegen').click();
  await expect(bar(page)).toContainText('B3 Scheune');
  await expect(button(page, 'Rückgängig')).toBeVisible();
  expect(await bar(page).innerText()).not.toContain(before.match(/\d{5} \d{5}/)?.[0]);
  await button(page, 'Rückgängig').click();
  await expect.poll(() => bar(page).innerText()).toBe(before);
});

test('a tap with the whole district in view is no place to the metre', async ({ crew, page }) => {
  await crew.open();
  await crew.drawn();
  await crew.map.click();
  await expect(bar(page)).toContainText('Nur ungefähr bekannt');
  await expect(bar(page)).not.toContainText(/\d{5} \d{5}/);
});

test.describe('where the device is', () => {
  test.use({ permissions: ['geolocation'] });

  test('a fix that may be off by 900 m is asked about, and amber when it is taken', async ({ crew, context, request, page }, info) => {
    const { lon, lat } = await readyHydrant(request, '13074012');
    await context.setGeolocation({ longitude: lon, latitude: lat, accuracy: 900 });
    await crew.open();
    await button(page, 'Standort als Einsatzort').first().click();
    await expect(page.getByText('Standort nur auf ±900 m genau – trotzdem verwenden?')).toBeVisible();
    await expect(crew.sources).toHaveCount(0);
    await page.screenshot({ path: info.outputPath('inaccurate.png') });
    await button(page, 'Trotzdem verwenden').click();
    await expect(bar(page)).toContainText('Standort ungenau');
    await expect(crew.sources.first()).toContainText('bis ');
    await expect(page.locator('.sources')).not.toContainText('B-Schl');
    await expect(bar(page)).not.toContainText(/\d{5} \d{5}/);
    await crew.drawn();
    await page.screenshot({ path: info.outputPath('taken.png') });
  });

  test('a good fix is taken without a word, and says how good it is', async ({ crew, context, request, page }) => {
    const { lon, lat, ref } = await readyHydrant(request, '13074012');
    await context.setGeolocation({ longitude: lon, latitude: lat, accuracy: 8 });
    await crew.open();
    await button(page, 'Standort als Einsatzort').first().click();
    await expect(crew.sources.first()).toContainText(ref);
    await expect(bar(page)).toContainText('± 8 m');
  });
});

test('every place names the nearest address and its municipality', async ({ crew, request, page }) => {
  const { street, house_number, lon, lat } = await address(request);
  const { municipality } = await nearest(request, lon, lat);
  await crew.open(`?at=${lat},${lon}&text=B2 Zimmerbrand`);
  await expect(bar(page), 'behind the words of the alarm').toContainText('B2 Zimmerbrand');
  await expect(bar(page)).toContainText(`bei ${street} ${house_number}`);
  await expect(bar(page)).toContainText(municipality);
  await crew.sources.first().click();
  await expect(page.locator('.detail')).toContainText(/bei |von /);
});
