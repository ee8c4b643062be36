/** What the server does in the background, and which nodes there are: seen, tried again and given up by who runs it, in both languages. */
import { expect, test } from '@playwright/test';
import { faults } from './support/axe.ts';
import { complaints } from './support/complaints.ts';
import { Person, SIGNING_IN } from './support/person.ts';

const WORDS = {
  de: {
    work: 'Aufträge und Post',
    jobs: 'Aufträge',
    failed: 'gescheitert',
    waiting: 'wartet',
    decide: /^Entscheiden/,
    retry: 'Gleich noch einmal versuchen',
    retried: /wird noch einmal versucht/,
    discard: 'Verwerfen',
    sure: 'Endgültig verwerfen',
    discarded: /ist verworfen/,
    noRelay: /kein Mailserver/,
    nodes: 'Knoten und Speicher',
    here: 'antwortet hier',
  },
  en: {
    work: 'Jobs and mail',
    jobs: 'Jobs',
    failed: 'failed',
    waiting: 'waiting',
    decide: /^Decide/,
    retry: 'Try again now',
    retried: /is tried again/,
    discard: 'Discard',
    sure: 'Discard for good',
    discarded: /is discarded/,
    noRelay: /No mail server/,
    nodes: 'Nodes and storage',
    here: 'answers here',
  },
} as const;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use({ locale: language === 'de' ? 'de-DE' : 'en-GB' });

    test('a job that failed is tried again, and given up only after a second question', async ({ page }, info) => {
      const operator = new Person(page, SIGNING_IN[language], `operator.${language}@example.org`, info);
      await operator.administer(process.env[`OPERATOR_${language.toUpperCase()}`] ?? '');
      const complained = complaints(page);
      // By keyboard alone, from the tabs to the button of the row.
      const tabs = page.getByRole('tab');
      await tabs.first().focus();
      const place = (await tabs.allTextContents()).findIndex((name) => name.trim() === words.work);
      for (let nth = 0; nth < place; nth++) await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('tab', { name: words.work })).toBeFocused();
      await expect(page).toHaveURL(/part=work/);
      const row = page.getByRole('region', { name: words.jobs, exact: true }).getByRole('row', { name: `moor.${language}@` });
      await expect(row).toContainText(words.failed);
      await expect(row).toContainText('200');
      await expect(page.getByText(words.noRelay)).toBeVisible();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
          expect(await faults(page), `${colorScheme} ${width}`).toEqual([]);
          await page.screenshot({ path: info.outputPath(`work ${colorScheme} ${width}.png`), fullPage: true });
        }
      }

      await row.getByRole('button', { name: words.decide }).press('Enter');
      await expect(page.getByRole('dialog')).toContainText('user unknown');
      await operator.look('job');
      await operator.button(words.retry).press('Enter');
      await expect(page.getByRole('status').filter({ hasText: words.retried })).toBeVisible();
      await expect(page.getByRole('heading', { name: words.work })).toBeFocused();
      await expect(row).toContainText(words.waiting);

      await row.getByRole('button', { name: words.decide }).press('Enter');
      await operator.button(words.discard).press('Enter');
      await operator.look('discard');
      await operator.button(words.sure).press('Enter');
      await expect(page.getByRole('status').filter({ hasText: words.discarded })).toBeVisible();
      await expect(row).toHaveCount(0);

      await page.getByRole('tab', { name: words.nodes }).press('Enter');
      await expect(page.getByRole('row').filter({ hasText: words.here })).toHaveCount(1);
      for (const [colorScheme, width] of [['light', 390], ['dark', 1280]] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        expect(await faults(page), `nodes ${width}`).toEqual([]);
        await page.screenshot({ path: info.outputPath(`nodes ${colorScheme} ${width}.png`), fullPage: true });
      }
      expect(complained).toEqual([]);
    });
  });
}
