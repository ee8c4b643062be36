/** Names on the map: what a person can read there, at the zooms between a district and a house. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/crew.ts';

/** What is needed of MapLibre, as it stands behind the page. */
interface Drawn {
  getCenter(): unknown;
  getStyle(): { layers: { id: string; source?: string }[] };
  jumpTo(view: { center: [number, number]; zoom: number }): void;
  once(event: 'idle', done: () => void): void;
  triggerRepaint(): void;
  project(at: [number, number]): { x: number; y: number };
  querySourceFeatures(source: string, of: { sourceLayer: string }): Feature[];
  queryRenderedFeatures(of: { layers: string[] }): Feature[];
  queryRenderedFeatures(box: [number, number][], of: { layers: string[] }): Feature[];
}
interface Feature {
  readonly properties: Readonly<Record<string, string>>;
  readonly geometry: { readonly type: string; readonly coordinates: never };
  readonly layer: { readonly id: string };
}

/** Finds the map that the page has made: it passes by the first time it is asked where it is. */
async function hold(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const files = performance.getEntriesByType('resource').map(({ name }) => name);
    const library = files.find((name) => /\/assets\/maplibre[^/]*\.js/.test(name)) ?? '';
    const parts = Object.values((await import(library)) as Record<string, { prototype?: Drawn }>);
    const prototype = parts.find((part) => part?.prototype?.queryRenderedFeatures && part.prototype.jumpTo)?.prototype;
    if (!prototype) throw new Error('no map library');
    const original = prototype.getCenter;
    await new Promise<void>((done) => {
      prototype.getCenter = function (this: Drawn) {
        (globalThis as unknown as { map: Drawn }).map = this;
        prototype.getCenter = original;
        done();
        return original.call(this);
      };
      document.querySelector<HTMLElement>('#map canvas')?.dispatchEvent(
        new KeyboardEvent('keydown', { key: '+', keyCode: 187, bubbles: true } as KeyboardEventInit),
      );
    });
  });
}

async function goTo(page: Page, { lon, lat }: { lon: number; lat: number }, zoom: number): Promise<void> {
  await page.evaluate(
    ({ lon, lat, zoom }) =>
      new Promise<void>((done) => {
        const { map } = globalThis as unknown as { map: Drawn };
        map.jumpTo({ center: [lon, lat], zoom });
        map.once('idle', done);
        map.triggerRepaint();
      }),
    { lon, lat, zoom },
  );
}

/** Names of streets that are written. */
async function written(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { map } = globalThis as unknown as { map: Drawn };
    const names = map.queryRenderedFeatures({ layers: ['street-names'] }).map(({ properties }) => properties.name ?? '');
    return [...new Set(names)];
  });
}

/** Streets of which so many pixels are in view. */
async function longStreets(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const { map } = globalThis as unknown as { map: Drawn };
    const canvas = document.querySelector('#map canvas') as HTMLElement;
    const seen = new Map<string, Set<string>>();
    for (const { properties, geometry } of map.querySourceFeatures('base', { sourceLayer: 'roads' })) {
      if (!properties.name) continue;
      const lines: [number, number][][] = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
      const cells = seen.get(properties.name) ?? new Set<string>();
      seen.set(properties.name, cells);
      for (const line of lines) {
        for (const [k, to] of line.entries()) {
          const [a, b] = [map.project(line[k - 1] ?? to), map.project(to)];
          const steps = Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 5);
          for (let step = 0; step < steps; step += 1) {
            const [x, y] = [a.x + ((b.x - a.x) * step) / steps, a.y + ((b.y - a.y) * step) / steps];
            const isSeen = x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight;
            // In squares of ten pixels: pieces of neighbouring tiles lie over each other.
            if (isSeen) cells.add(`${Math.round(x / 10)} ${Math.round(y / 10)}`);
          }
        }
      }
    }
    return [...seen].filter(([, cells]) => cells.size * 10 >= least).map(([name]) => name);
  }, least);
}

async function town(page: Page): Promise<{ lon: number; lat: number }> {
  const answer = await page.request.get('/api/search', { params: { q: 'Grürnitz' } });
  const [first] = ((await answer.json()) as { results: { lon: number; lat: number }[] }).results;
  if (!first) throw new Error('no town');
  return first;
}

test.use({ viewport: { width: 1200, height: 700 } });

test('nearly all streets of a town are named at zoom 16, the main ones from 14 on', async ({ crew, page }) => {
  const place = await town(page);
  await crew.open('', { ...place, zoom: 14 });
  await crew.drawn();
  await hold(page);
  const named: Record<number, number> = {};
  for (const zoom of [14, 15, 16, 17]) {
    await goTo(page, place, zoom);
    const names = await written(page);
    named[zoom] = names.length;
    if (zoom < 16) continue;
    const long = await longStreets(page, 80);
    const missing = long.filter((name) => !names.includes(name));
    expect(missing.length / long.length, `${missing} of ${long.length} at ${zoom}`).toBeLessThanOrEqual(0.2);
    expect(long.length).toBeGreaterThan(10);
  }
  expect(named[14]).toBeGreaterThanOrEqual(4);
  expect(named[15]).toBeGreaterThan(named[14] ?? 0);
});

test('nothing that is written lies over a symbol, and no symbol of water is missing for a name', async ({ crew, page }) => {
  const place = await town(page);
  await crew.open('', { ...place, zoom: 16.5 });
  await crew.drawn();
  await hold(page);
  await goTo(page, place, 17.5);
  const order = await page.evaluate(() => {
    const { map } = globalThis as unknown as { map: Drawn };
    return map.getStyle().layers.map(({ id }) => id);
  });
  const at = (id: string) => order.indexOf(id);
  expect(at('hydrants-labels')).toBeLessThan(at('hydrants-room'));
  expect(at('hydrants-room')).toBeLessThan(at('street-names'));
  expect(at('street-names')).toBeLessThan(at('hydrants'));
  const [drawn, there] = await page.evaluate(() => {
    const { map } = globalThis as unknown as { map: Drawn };
    const canvas = document.querySelector('#map canvas') as HTMLElement;
    const ids = (features: Feature[]) => [...new Set(features.map(({ properties }) => properties.id ?? ''))].sort();
    const inView = map.querySourceFeatures('firewater', { sourceLayer: 'hydrants' }).filter(({ geometry }) => {
      const { x, y } = map.project(geometry.coordinates);
      return x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight;
    });
    return [ids(map.queryRenderedFeatures({ layers: ['hydrants'] })), ids(inView)] as const;
  });
  expect(there.length).toBeGreaterThan(5);
  expect(drawn).toEqual(expect.arrayContaining([...there]));
});

test('from afar towns and villages are named and no name lies over a badge', async ({ crew, page }) => {
  const place = await town(page);
  await crew.open('', { ...place, zoom: 10 });
  await crew.drawn();
  await hold(page);
  for (const zoom of [9, 10, 11, 12, 12.5, 13]) {
    await goTo(page, place, zoom);
    const { names, badges, covered, missing } = await page.evaluate(() => {
      const { map } = globalThis as unknown as { map: Drawn };
      const layers = map.getStyle().layers.filter(
        ({ id, source }) => source === 'firewater' && !/-(room|labels|dots)$/.test(id),
      );
      const settlements = ['villages', 'towns', 'towns-far'];
      const half = 6;
      const seen = map.queryRenderedFeatures({ layers: layers.map(({ id }) => id) });
      const covered = seen.filter(({ geometry }) => {
        const { x, y } = map.project(geometry.coordinates);
        const box: [number, number][] = [
          [x - half, y - half],
          [x + half, y + half],
        ];
        return map.queryRenderedFeatures(box, { layers: settlements }).length > 0;
      });
      const names = map.queryRenderedFeatures({ layers: settlements }).map(({ properties }) => properties.name);
      const canvas = document.querySelector('#map canvas') as HTMLElement;
      const place = ({ x, y }: { x: number; y: number }) => `${Math.round(x)} ${Math.round(y)}`;
      const shown = new Set(seen.map(({ geometry }) => place(map.project(geometry.coordinates))));
      const missing = map
        .querySourceFeatures('firewater', { sourceLayer: 'hydrants' })
        .map(({ geometry }) => map.project(geometry.coordinates))
        .filter(({ x, y }) => x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight)
        .map(place)
        .filter((at) => !shown.has(at));
      return { names, badges: seen.length, missing, covered: covered.map(({ layer, properties }) => [layer.id, properties]) };
    });
    expect(covered, `at zoom ${zoom}`).toEqual([]);
    expect(names, `at zoom ${zoom}`).toContain('Grürnitz');
    expect(badges).toBeGreaterThan(10);
    if (zoom >= 12) expect(missing, `badges that a name hides at zoom ${zoom}`).toEqual([]);
  }
});

test('the way of the hoses lies below all names, and numbers have the shape and state of their symbols', async ({ crew, page }) => {
  const { lon, lat } = await town(page);
  await crew.open(`?at=${lat},${lon}`);
  await crew.drawn();
  await expect(page.locator('.number.drawn').nth(7)).toBeVisible();
  await hold(page);
  const [way, names] = await page.evaluate(() => {
    const { map } = globalThis as unknown as { map: Drawn };
    const order = map.getStyle().layers.map(({ id }) => id);
    return [order.indexOf('crew-lines-road'), order.indexOf('house-numbers')] as const;
  });
  expect(way).toBeGreaterThan(0);
  expect(way).toBeLessThan(names);

  const boxes = await page.locator('.number b').evaluateAll((all) =>
    all.map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, width, cut: getComputedStyle(one).backgroundPosition };
    }),
  );
  expect(new Set(boxes.map(({ cut }) => cut)).size, 'each shape and state is a picture of its own').toBeGreaterThan(1);
  for (const [k, one] of boxes.entries()) {
    for (const other of boxes.slice(k + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(30);
  }
});

test('the legend shows the symbols of the map', async ({ crew, page }) => {
  await crew.open();
  await crew.openMenu();
  const symbols = page.locator('.legend .symbol i');
  await expect(symbols).toHaveCount(12);
  await expect(symbols.first()).toHaveCSS('background-image', /\/map\/sprites\/day/);
  const widths = await symbols.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  expect(Math.min(...widths)).toBeGreaterThan(8);
});
