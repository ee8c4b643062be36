/**
 * axe-core finds nothing on any page, by the rules of WCAG 2.1 A and AA, by day and by night; and no page complains in
 * the browser's console.
 */
import type { Page } from '@playwright/test';
import { faults } from './support/axe.ts';
import { complaints } from './support/complaints.ts';
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`with ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test('the crew map in all its views', async ({ crew, request, page }, info) => {
      await crew.remember('geokontor.crew', { theme: 'auto' });
      const { lon, lat } = await readyHydrant(request, '13074012');
      const look = async (what: string) => {
        expect.soft(await faults(page), what).toEqual([]);
        await page.screenshot({ path: info.outputPath(`${what}.png`) });
      };
      for (const size of [
        { width: 360, height: 740 },
        { width: 1366, height: 768 },
      ]) {
        await page.setViewportSize(size);
        await crew.open();
        await crew.drawn();
        await look(`start ${size.width}`);
        await crew.open(`?at=${lat},${lon}&text=B2`);
        await crew.drawn();
        await expect(crew.sources.first()).toBeVisible();
        await look(`list ${size.width}`);
        await crew.sources.first().click();
        await expect(page.getByRole('heading', { name: 'Alle Angaben' })).toBeVisible();
        await look(`sheet ${size.width}`);
        await page.getByRole('button', { name: 'Ebenen, Legende, Einstellungen' }).click();
        await look(`settings ${size.width}`);
        await page.getByRole('button', { name: 'Wasserförderung berechnen' }).click();
        await look(`relay ${size.width}`);
      }
    });

    test('every page of the API that links lead to', async ({ page, request }) => {
      test.setTimeout(300_000);
      const complained = complaints(page);
      const { id } = await readyHydrant(request, '13074012');
      const start = ['/ogc', `/ogc/collections/hydrants/items/${id}?f=html`];
      const seen = new Set<string>();
      const queue = [...start];
      while (queue.length > 0) {
        const path = queue.shift() as string;
        const kind = kindOf(path);
        if (seen.has(kind)) continue;
        seen.add(kind);
        const answer = await request.get(path, { headers: { accept: 'text/html' } });
        expect.soft(answer.status(), path).toBe(200);
        // What is for programs alone has no page.
        if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
        await page.goto(path);
        expect.soft(await faults(page), path).toEqual([]);
        expect.soft(complained.splice(0), path).toEqual([]);
        queue.push(...(await linked(page)));
      }
      // What has to be among them: a page that nothing leads to any more would not be missed otherwise.
      for (const path of ['/ogc/conformance', '/ogc/collections', '/ogc/collections/hydrants', '/ogc/collections/hydrants/items']) {
        expect([...seen], path).toContain(path);
      }
    });

    test('the map for other homepages', async ({ page }) => {
      const complained = complaints(page);
      await page.goto('/embed?zoom=14');
      await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0);
      expect(await faults(page)).toEqual([]);
      expect(complained).toEqual([]);
    });

    test('the page on which people try the API', async ({ page }, info) => {
      const complained = complaints(page);
      await page.goto('/api');
      await expect(page.locator('.opblock').first()).toBeVisible();
      await page.locator('.opblock-summary-control').first().click();
      await expect(page.locator('.opblock.is-open')).toBeVisible();
      expect(await faults(page)).toEqual([]);
      expect(complained).toEqual([]);
      await page.screenshot({ path: info.outputPath('api.png') });
    });
  });
}

/** Features of a collection differ in their data only: one of them is looked at. */
function kindOf(path: string): string {
  const { pathname } = new URL(path, 'http://server');
  return pathname.replace(/(\/items\/)[^/]+/, '$1*').replace(/(\/tileMatrixSets\/|\/tiles\/)[^/]+/, '$1*');
}

/** Pages of this server that this one links to. */
async function linked(page: Page): Promise<string[]> {
  const hrefs = await page.locator('a[href]').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  const own = hrefs.map((href) => new URL(href)).filter((url) => url.origin === new URL(page.url()).origin);
  return own
    .filter((url) => url.searchParams.get('f') !== 'json' && !url.hash)
    .map((url) => url.pathname + url.search)
    .filter((path) => path.startsWith('/ogc') && !/\{|\/ogc\/api/.test(path));
}
