/** Everything by keyboard alone: no test here touches the page with a pointer. */
import { expect, test } from './support/crew.ts';
import { nearest, readyHydrant } from './support/register.ts';

/** Presses Tab until a place has the focus; every stop on the way must be visible. */
async function tabTo(page: import('@playwright/test').Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stops = 0; stops < 60; stops++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const box = element.getBoundingClientRect();
      return {
        name: element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '',
        visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
    if (focus.name) expect(focus.visible, `${focus.name} is in sight when it has the focus`).toBe(true);
    if (name.test(focus.name)) return;
    passed.push(focus.name);
  }
  throw new Error(`no way to ${name} by Tab; passed ${passed.join(' | ')}`);
}

test('from opening the page to the sheet of the nearest water and back', async ({ crew, request, page }) => {
  const hydrant = await readyHydrant(request, '13074010');
  const { utmref, refs } = await nearest(request, hydrant.lon, hydrant.lat);
  await crew.open();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Zur Liste der Wasserentnahmestellen' })).toBeFocused();

  await page.keyboard.press('/');
  await expect(crew.search).toBeFocused();
  await page.keyboard.type(utmref);
  await page.keyboard.press('Enter');
  await expect(crew.sources.first()).toContainText(refs[0] ?? '');

  await tabTo(page, new RegExp(refs[0] ?? ''));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2 })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(crew.sources.first(), 'back where the eyes were').toBeFocused();

  await page.keyboard.press('2');
  await expect(page.getByRole('heading', { level: 2 })).toContainText(refs[1] ?? '');
});

test('the map is moved by arrows, and Enter makes its middle the incident', async ({ crew, request, page }) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074011');
  await crew.open('', { lon, lat, zoom: 17 });
  await crew.drawn();
  await tabTo(page, /Karte zum Bewegen/);
  await expect(crew.map).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(crew.sources.first()).toContainText(ref);
});

test('settings are changed by keyboard', async ({ crew, page }) => {
  await crew.open();
  await tabTo(page, /Ebenen, Legende, Einstellungen/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Ebenen und Einstellungen' })).toBeFocused();
  const german = page.getByRole('radio', { name: 'Deutsch' });
  await german.focus();
  await page.keyboard.press('ArrowRight');

  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
