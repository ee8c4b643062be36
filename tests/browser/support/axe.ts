/** What axe-core finds on a page, by the rules of WCAG 2.1 A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Of each rule that is broken so many places are named. */
const SHOWN = 8;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What is wrong with the page as it stands, one line each. */
export async function faults(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the page's policy lets no script of others run.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (values) => (window as unknown as { axe: typeof import('axe-core') }).axe.run({ runOnly: { type: 'tag', values } }),
    RULES,
  );
  return violations.map(({ id, nodes }) => {
    const some = nodes.slice(0, SHOWN).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary?.replace(/\s+/g, ' ')})`);
    return `${id}, ${nodes.length} times: ${some.join('; ')}`;
  });
}
