/**
 * How long somebody at the maintenance desk waits with 100,000 objects in a list: for a filter, for an order, and whether
 * the list scrolls without stalls on a processor four times slower. The floors are what the browser takes to show anything.
 */
import { chromium, expect, type Page, test } from '@playwright/test';
import { CHROMIUM } from '../support/chromium.ts';
import { Person, SIGNING_IN } from '../support/person.ts';
import { SLOWER } from './phone.ts';
import { median, type Row, table, times } from './table.ts';

const RUNS = Number(process.env.RUNS ?? 7);
const SERVER = process.env.DESK_URL ?? '';
const DATA = '100,000 hydrants';
/** Milliseconds. */
const TARGET = 100;
/** A frame at 60 a second, and one that was left out. */
const FRAME = 1000 / 60;
const rows: Row[] = [];

test.afterAll(() => console.log(`\n\n${table(rows)}\n`));

/** Orders by the first column, or sends the filter, and waits for the frame after the list has become another; milliseconds. */
function until(page: Page, what: 'order' | 'filter'): Promise<number> {
  return page.evaluate(
    (what) =>
      new Promise<number>((resolve) => {
        const grid = document.querySelector('[role=grid]');
        const shown = () => {
          const orders = [...(grid?.querySelectorAll('[aria-sort]') ?? [])].map((head) => head.getAttribute('aria-sort'));
          return [grid?.getAttribute('aria-rowcount'), ...orders, grid?.querySelector('[role=rowgroup]')?.textContent].join();
        };
        const before = shown();
        const watch = new MutationObserver(() => {
          if (shown() === before) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
        });
        watch.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
        const begun = performance.now();
        if (what === 'order') document.querySelector<HTMLElement>('[role=columnheader] button')?.click();
        else document.querySelector<HTMLFormElement>('search form')?.requestSubmit();
      }),
    what,
  );
}

/** What the browser takes to show anything. */
async function floors(page: Page): Promise<number[]> {
  const found: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    found.push(
      await page.evaluate(
        () =>
          new Promise<number>((done) => {
            const begun = performance.now();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
          }),
      ),
    );
  }
  return found;
}

/** Scrolls through the list for so many frames; how long each took. */
function scroll(page: Page, frames: number): Promise<number[]> {
  return page.evaluate(
    (frames) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('[role=grid]');
        const found: number[] = [];
        let last = performance.now();
        const step = (now: number) => {
          found.push(now - last);
          last = now;
          if (found.length > frames) resolve(found.slice(1));
          else {
            if (grid) grid.scrollTop += 150;
            requestAnimationFrame(step);
          }
        };
        requestAnimationFrame(step);
      }),
    frames,
  );
}

test('the list of the desk', async () => {
  const browser = await chromium.launch(CHROMIUM);
  const page = await browser.newPage({ baseURL: SERVER, locale: 'de-DE', viewport: { width: 1280, height: 900 } });
  const info = test.info();
  const person = new Person(page, SIGNING_IN.de, 'bench@example.org', info);
  await person.setPassword(process.env.DESK_LINK ?? '');
  await person.signIn();
  await person.enrol();
  await page.goto('/desk/hydrants');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', /\d{6}/, { timeout: 120_000 });
  await page.waitForTimeout(3_000);

  const [orders, filters, wholes]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run++) {
    orders.push(await until(page, 'order'));
    await page.waitForTimeout(500);
  }
  for (let run = 0; run < RUNS; run++) {
    await page.getByRole('searchbox').fill(`flow_rate > ${800 + run}`);
    filters.push(await until(page, 'filter'));
    await page.getByRole('searchbox').fill('');
    await page.waitForTimeout(1_000);
    const begun = Date.now();
    await page.evaluate(() => document.querySelector<HTMLFormElement>('search form')?.requestSubmit());
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', /\d{6}/, { timeout: 120_000 });
    wholes.push(Date.now() - begun);
    await page.waitForTimeout(2_000);
  }
  const floor = await floors(page);
  rows.push(times('desk: order by a column', DATA, orders, floor, TARGET));
  rows.push(times('desk: filter until its first rows are shown', DATA, filters, floor, TARGET));
  rows.push(times('desk: the whole list anew', DATA, wholes, floor, null));

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const frames = await scroll(page, 600);
  const late = frames.filter((each) => each > 1.5 * FRAME).length;
  rows.push({
    what: 'desk: scrolling',
    data: `${DATA}, 600 frames of 150 px, processor ${SLOWER}x slower`,
    measured: `median ${median(frames).toFixed(1)} ms, ${late} frames late, worst ${Math.max(...frames).toFixed(0)} ms`,
    floor: `${FRAME.toFixed(1)} ms`,
    target: ['no more than 1 % late', late <= frames.length / 100],
  });
  await browser.close();
});
