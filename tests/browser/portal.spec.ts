/** The portal: found at the root, read in both languages, by day and by night, with large letters and by keyboard. */
import { expect, test } from '@playwright/test';
import { faults } from './support/axe.ts';
import { complaints } from './support/complaints.ts';

for (const [locale, heading, data] of [
  ['de-DE', /^Geodaten: /, 'Hydranten'],
  ['en-GB', /^Spatial data: /, 'Hydrants'],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });

      test('the portal says what there is, and axe finds nothing', async ({ page }, info) => {
        const complained = complaints(page);
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto('/');
          await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
          await expect(page.getByRole('link', { name: data, exact: true })).toBeVisible();
          expect(await faults(page), String(width)).toEqual([]);
          await page.screenshot({ path: info.outputPath(`portal ${width}.png`), fullPage: true });
        }
        expect(complained).toEqual([]);
      });
    });
  }
}

test('its language is changed and stays', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Spatial data: /);
  await page.goto('/?lang=de');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Geodaten: /);
});

test('the first Tab leads to the content, and nothing lies beside it with letters of 200 %', async ({ page }) => {
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%')));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Hydranten', exact: true })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Zum Inhalt' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('a tablet keeps the files of the crew map and of no other page', async ({ page, request }) => {
  const kept = await (await request.get('/sw.js')).text();
  const scripts = async (path: string) => {
    await page.goto(path);
    return page.locator('script[src]').evaluateAll((all) => all.map((each) => new URL((each as HTMLScriptElement).src).pathname));
  };
  for (const script of await scripts('/map')) expect(kept).toContain(`"${script}"`);
  for (const script of await scripts('/')) expect(kept).not.toContain(`"${script}"`);
});
