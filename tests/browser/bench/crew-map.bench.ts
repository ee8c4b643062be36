/**
 * How long a crew waits: from a link to the first map and to the one that moves, and from a tap to the list.
 *
 * Each visit has a browser of its own, so nothing is cached. The floors are measured in the same run: what the line
 * takes for the bytes alone, and what a browser takes to answer a tap with nothing.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from '@playwright/test';
import { fetched, SLOWER } from './phone.ts';
import { type Row, table, times } from './table.ts';
import { offlineTaps, onlineTaps } from './taps.ts';
import { visit } from './visits.ts';

const RUNS = Number(process.env.RUNS ?? 7);
const DIST = new URL('../../../web/dist/', import.meta.url);
const ASSETS = new URL('assets/', DIST);
/** What our own JavaScript may weigh compressed; of another's library nothing is counted. */
const BUDGET = 110_000;
const FIRST = 2_000;
const LIVE = 5_000;
const TAP = 100;

// Of the crew map alone, which its service worker names.
const kept = readFileSync(new URL('sw.js', DIST), 'utf8');
const files = readdirSync(ASSETS).filter((name) => kept.includes(`/assets/${name.replace(/\.(gz|br)$/, '')}"`));
const rows: Row[] = [];

test.afterAll(() => {
  console.log(`\n\n${table(rows)}\n`);
});

test('own JavaScript', () => {
  const weight = (theirs: boolean, coding: string) =>
    files
      .filter((name) => new RegExp(`\\.m?js\\.${coding}$`).test(name) && name.startsWith('maplibre') === theirs)
      .reduce((sum, name) => sum + statSync(new URL(name, ASSETS)).size, 0);
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
  rows.push({
    what: 'own JavaScript',
    data: 'all of it, gzip and brotli',
    measured: `${kb(weight(false, 'gz'))}, ${kb(weight(false, 'br'))}`,
    floor: `MapLibre ${kb(weight(true, 'gz'))}, ${kb(weight(true, 'br'))}`,
    target: [`<= ${kb(BUDGET)}`, weight(false, 'gz') <= BUDGET],
  });
});

for (const [name, path] of [
  ['an alarm link', '/map?at=53.8352,11.4489&text=B3'],
  ['a first visit', '/map'],
] as const) {
  test(name, async () => {
    const [first, live, firstFloor, liveFloor]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let run = 0; run < RUNS; run++) {
      const seen = await visit(path);
      first.push(seen.first);
      live.push(seen.live);
      firstFloor.push(await fetched([[path], [seen.picture]]));
      liveFloor.push(await fetched([[path], seen.library]));
      console.log(`${name}: first map ${Math.round(seen.first)} ms, live ${Math.round(seen.live)} ms, ${seen.bytes} bytes`);
    }
    const data = `${name}, fast 3G, processor ${SLOWER}x slower, cold`;
    rows.push(times('first map drawn', data, first, firstFloor, FIRST));
    rows.push(times('live map drawn', data, live, liveFloor, LIVE));
  });
}

for (const slower of [1, SLOWER]) {
  const processor = slower === 1 ? 'processor of this machine' : `processor ${slower}x slower`;
  test(`taps, ${processor}`, async () => {
    const near = await onlineTaps(RUNS, { line: false, slower });
    rows.push(times('tap to list', `server at hand, ${processor}`, near.taps, near.floors, TAP));
    const far = await onlineTaps(RUNS, { line: true, slower });
    rows.push(times('tap to list', `fast 3G, ${processor}`, far.taps, far.floors, null));
    const none = await offlineTaps(RUNS, slower);
    rows.push(times('tap to list', `no network, ${processor}`, none.taps, none.floors, TAP));
  });
}
