/** What a crew sees on the screens that lie in vehicles: enough of the list, nothing that jumps, and large letters. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/crew.ts';
import { address, readyHydrant } from './support/register.ts';

/** How many entries are in sight from their first line to their last. */
const inSight = (sources: Locator) =>
  sources.evaluateAll((entries) => {
    const panel = document.querySelector('.panel-body')?.getBoundingClientRect();
    const bottom = Math.min(innerHeight, panel?.bottom ?? 0);
    return entries.filter((entry) => {
      const box = entry.getBoundingClientRect();
      return box.top >= (panel?.top ?? 0) && box.bottom <= bottom + 1;
    }).length;
  });

/** What of a text that can be scrolled is not in sight. */
const cutOff = (text: Locator) =>
  text.evaluate((text) => {
    const { top, bottom } = text.getBoundingClientRect();
    const isCut = (part: Element) => [...part.getClientRects()].some((box) => box.top < top - 1 || box.bottom > bottom + 1);
    return [...text.children].filter(isCut).map((part) => part.textContent);
  });

const width = async (locator: Locator) => (await locator.boundingBox())?.width ?? 0;
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const theme of ['day', 'night'] as const) {
  test(`three entries are in sight on a phone, upright and on its side, by ${theme}`, async ({ crew, request, page }, info) => {
    const { lon, lat } = await readyHydrant(request, '13074005');
    await crew.remember('geokontor.crew', { theme, side: theme === 'day' ? 'right' : 'left' });
    for (const size of [{ width: 390, height: 844 }, { width: 844, height: 390 }, { width: 1024, height: 768 }, { width: 1366, height: 768 }]) {
      await page.setViewportSize(size);
      await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
      await expect(crew.sources.first()).toBeVisible();
      expect(await inSight(crew.sources), `${size.width} × ${size.height}`).toBeGreaterThanOrEqual(3);
      expect(await overflow(page), 'nothing lies beside the page').toBeLessThanOrEqual(0);
      await expect(crew.map).toBeInViewport();
      await crew.drawn();
      await page.screenshot({ path: info.outputPath(`${size.width}.png`) });
    }
  });
}

test('three entries are in sight on its side where the place is in doubt, too, in English and by night', async ({ crew, request, page }, info) => {
  const { street, post_town } = await address(request);
  await crew.remember('geokontor.crew', { theme: 'night' });
  for (const size of [{ width: 844, height: 390 }, { width: 390, height: 844 }, { width: 1024, height: 768 }]) {
    await page.setViewportSize(size);
    await page.goto(`/map?lang=en&text=Fire&at=${encodeURIComponent(`${street}, ${post_town}`)}`, { waitUntil: 'domcontentloaded' });
    await expect(page.locator('.incident')).toContainText('Street only');
    const entries = page.getByRole('list', { name: 'Nearest water' }).getByRole('button');
    await expect(entries.first()).toBeVisible();
    expect(await inSight(entries), `${size.width} × ${size.height}`).toBeGreaterThanOrEqual(3);
    expect(await cutOff(page.locator('.incident p')), 'what is not known is read without scrolling').toEqual([]);
    await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0);
    await page.screenshot({ path: info.outputPath(`doubt ${size.width}.png`) });
    await page.getByRole('button', { name: 'House number?' }).click();
    await expect(page.getByRole('combobox')).toBeFocused();
    await expect(page.getByRole('combobox')).toBeVisible();
  }
});

test('three entries are in sight without a network, too, and where the place is in doubt as well', async ({ crew, request, page }, info) => {
  const { street, post_town } = await address(request);
  const { lon, lat } = await readyHydrant(request, '13074005');
  const exact = `?at=${lat},${lon}&text=B3 Scheune`;
  for (const [place, query] of [['exact', exact], ['street', `?text=B2 Dachstuhl&at=${encodeURIComponent(`${street}, ${post_town}`)}`]] as const) {
    for (const size of [{ width: 390, height: 844 }, { width: 844, height: 390 }]) {
      await page.setViewportSize(size);
      await crew.open(query);
      await expect(crew.sources.first()).toBeVisible();
      if (place === 'street') await expect(page.getByRole('button', { name: 'Hausnummer?' })).toBeVisible();
      await page.evaluate(() => navigator.serviceWorker.ready);
      await crew.network(false);
      expect(await inSight(crew.sources), `${place}, ${size.width} × ${size.height}`).toBeGreaterThanOrEqual(3);
      expect(await cutOff(page.locator('.incident p')), `${place}, ${size.width} × ${size.height}`).toEqual([]);
      expect(await overflow(page), 'nothing lies beside the page').toBeLessThanOrEqual(0);
      await page.screenshot({ path: info.outputPath(`offline ${place} ${size.width}.png`) });
      await crew.network(true);
    }
  }
});

test('the search field has the whole width while it is used, upright and on its side', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074005');
  for (const size of [{ width: 390, height: 844 }, { width: 844, height: 390 }]) {
    await page.setViewportSize(size);
    await crew.open(`?at=${lat},${lon}&text=B3`);
    await expect(crew.sources.first()).toBeVisible();
    const panel = page.locator('.panel');
    expect(await width(crew.search)).toBeLessThan(0.7 * (await width(panel)));
    await crew.search.click();
    await crew.search.pressSequentially(ref);
    await expect(page.getByRole('option').first()).toBeVisible();
    expect(await width(crew.search)).toBeGreaterThan(0.92 * (await width(panel)));
    await page.screenshot({ path: info.outputPath(`search ${size.width}.png`) });
    await page.getByRole('option').first().click();
    await expect(page.getByRole('heading', { level: 2 })).toContainText(ref);
    expect(await width(crew.search), 'the tools are back').toBeLessThan(0.7 * (await width(panel)));
  }
});

test('nothing moves while somebody reads, on the first visit and with the typeface of a later one', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074005');
  const typeface = () => page.evaluate(() => document.fonts.check('16px "Fira Sans"') && [...document.fonts].some(({ family }) => family.includes('Fira')));
  for (const visit of ['first', 'later']) {
    await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
    await crew.drawn();
    await expect(crew.sources.first()).toBeVisible();
    await page.waitForFunction(() => performance.now() > 10_000);
    const shifts = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const late = (list.getEntries() as (PerformanceEntry & { value: number })[]).filter(({ startTime }) => startTime > 1_000);
            resolve(late.reduce((sum, { value }) => sum + value, 0));
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(0), 1_000);
        }),
    );
    expect(shifts, `${visit} visit`).toBe(0);
    expect(await typeface(), 'it is worn from the first word on, or not at all').toBe(visit === 'later');
    await page.evaluate(() => navigator.serviceWorker.ready);
  }
});

test('with letters of 200 % everything is read and used', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074005');
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%')));
  for (const size of [{ width: 390, height: 844 }, { width: 844, height: 390 }, { width: 1024, height: 768 }]) {
    await page.setViewportSize(size);
    await crew.open(`?at=${lat},${lon}&text=B3 Scheune`);
    await expect(crew.sources.first()).toBeVisible();
    expect(await overflow(page), 'nothing lies beside the page').toBeLessThanOrEqual(0);
    await page.screenshot({ path: info.outputPath(`large ${size.width}.png`) });
    await crew.sources.nth(2).scrollIntoViewIfNeeded();
    await expect(crew.sources.nth(2)).toBeInViewport({ ratio: 0.5 });
    await crew.search.fill(ref);
    await page.getByRole('option').first().click();
    await expect(page.getByRole('heading', { level: 2 })).toContainText(ref);
    await page.screenshot({ path: info.outputPath(`large sheet ${size.width}.png`) });
  }
});

test('an entry is read aloud by number, state, what it is and where', async ({ crew, request }) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074005');
  await crew.open(`?at=${lat + 0.002},${lon}`);
  const entry = crew.sources.filter({ hasText: ref });
  await expect(entry).toHaveAccessibleName(new RegExp(`^\\d, einsatzbereit, \\S+hydrant ${ref}, \\d+\\sm südlich, .*B-Schl`));
});
