// usage: node shots.mjs BASE OUT [only]
import { chromium } from '@playwright/test';
const [base, out, only = ''] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--enable-unsafe-swiftshader'] });
const sizes = { phone: [390, 844], tablet: [1024, 768], desktop: [1440, 900] };
const town = process.env.AT ?? '53.8916,11.46';
for (const [device, [width, height]] of Object.entries(sizes)) for (const theme of ['day', 'night']) for (const lang of ['de', 'en']) {
  const name = `${device}-${theme}-${lang}`;
  if (only && !new RegExp(only).test(name)) continue;
  const context = await browser.newContext({ baseURL: base, viewport: { width, height }, locale: lang === 'de' ? 'de-DE' : 'en-GB', deviceScaleFactor: 1, colorScheme: theme === 'day' ? 'light' : 'dark' });
  const page = await context.newPage();
  page.on('console', m => { if (['error', 'warning'].includes(m.type())) console.log(name, m.type(), m.text()); });
  page.on('pageerror', e => console.log(name, String(e)));
  await page.addInitScript(([t]) => { if (!localStorage.getItem('geokontor.crew')) localStorage.setItem('geokontor.crew', JSON.stringify({ theme: t })); }, [theme]);
  const shot = (what) => page.screenshot({ path: `${out}/${name}-${what}.png` });
  const drawn = () => page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 60000 });
  await page.goto(`/map?lang=${lang}`); await drawn(); await page.waitForTimeout(600); await shot('start');
  await page.goto(`/map?at=${encodeURIComponent(town)}&text=${encodeURIComponent('B3 Dachstuhlbrand, Menschen in Gefahr, Hauptstraße 12 Hinterhaus')}&lang=${lang}`); await drawn();
  await page.locator('[data-source]').first().waitFor(); await page.waitForTimeout(1500); await shot('list');
  await page.locator('[data-source]').first().click(); await page.waitForTimeout(1200); await shot('detail');
  await page.locator('.panel-body').evaluate(e => e.scrollTop = 500); await shot('detail2');
  await page.locator('.actions button').first().click(); await page.waitForTimeout(300); await shot('relay');
  await page.locator('.panel-top .tool').nth(1).click(); await page.waitForTimeout(800); await shot('menu');
  await page.locator('.panel-body').evaluate(e => e.scrollTop = 600); await shot('menu2');
  await page.locator('.panel-body').evaluate(e => e.scrollTop = 1300); await shot('menu3');
  await page.locator('fieldset.device').scrollIntoViewIfNeeded(); await shot('take');
  await page.keyboard.press('Escape');
  await page.locator('#search').fill('haupts'); await page.waitForTimeout(900); await shot('search');
  await page.keyboard.press('Escape');
  if (device === 'phone') { await page.locator('.grip').click(); await page.waitForTimeout(500); await shot('full'); await page.locator('.grip').click(); }
  await context.setOffline(true); await page.locator('.banner').waitFor(); await page.waitForTimeout(300); await shot('offline');
  await context.close();
}
await browser.close();
