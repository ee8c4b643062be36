/** Through a provider of OpenID Connect and out again, as people do it, in both languages. The provider is a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, type Page, test } from '@playwright/test';
import { faults } from './support/axe.ts';

/** What is pressed and read on our pages; the provider's are in English. */
const WORDS = {
  de: {
    through: 'Anmelden mit Kreis-Anmeldung',
    account: 'Ihr Konto',
    security: 'Sicherheit',
    linked: /^Kreis-Anmeldung: verknüpft seit/,
    signOut: 'Abmelden',
    signIn: 'Anmelden',
    cancelled: /wurde abgebrochen/,
    notBegun: /nicht in diesem Browser begonnen/,
  },
  en: {
    through: 'Sign in with district account',
    account: 'Your account',
    security: 'Security',
    linked: /^district account: linked since/,
    signOut: 'Sign out',
    signIn: 'Sign in',
    cancelled: /was cancelled/,
    notBegun: /was not begun in this browser/,
  },
} as const;

const SERVER = process.env.SERVER_URL ?? '';
const PORT = process.env.OPENID_PORT ?? '';

// There is one port for the provider.
test.describe.configure({ mode: 'default' });

let provider: ChildProcess;
test.beforeAll(async () => {
  const program = new URL('../openid/provider.js', import.meta.url).pathname;
  provider = spawn(process.execPath, [program, PORT, SERVER], { stdio: ['ignore', 'pipe', 'ignore'] });
  // It is listened to until it ends: a program whose words nobody takes would end by that.
  await new Promise<void>((resolve) => {
    provider.stdout?.on('data', (said) => String(said).includes('listening') && resolve());
  });
});
test.afterAll(async () => {
  const ended = once(provider, 'exit');
  if (provider.kill()) await ended;
});

/** Nothing is fetched from elsewhere: the provider's pages want letters of somebody else's. */
async function stayHere(page: Page): Promise<void> {
  await page.route((url) => url.hostname !== '127.0.0.1', (route) => route.abort());
}

/** Signs in at the provider and lets it tell us who one is. */
async function signInThere(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('whatever it is');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use({ locale: language === 'de' ? 'de-DE' : 'en-GB', colorScheme: language === 'de' ? 'light' : 'dark' });

    test('through a provider to the page that was wanted, and out of both', async ({ page }, info) => {
      await stayHere(page);
      await page.goto(`/sign-in?to=${encodeURIComponent('/account?part=security')}`);
      const way = page.getByRole('button', { name: words.through });
      await expect(way).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await page.screenshot({ path: info.outputPath('ways.png'), fullPage: true });
      await way.click();
      await signInThere(page, language === 'de' ? 'ina' : 'ole');
      await expect(page.getByRole('heading', { name: words.account })).toBeVisible();
      await expect(page.getByText(words.linked)).toBeVisible();
      expect(page.url(), 'the way leads where it was to lead').toBe(`${SERVER}/account?part=security`);
      expect(await faults(page)).toEqual([]);
      await page.screenshot({ path: info.outputPath('linked.png'), fullPage: true });

      await page.getByRole('button', { name: words.signOut }).click();
      await page.getByRole('button', { name: 'Yes, sign me out' }).click();
      await expect(page.getByRole('link', { name: words.signIn })).toBeVisible();
      expect(new URL(page.url()).pathname).toBe('/');
      await page.goto('/sign-in');
      await way.click();
      await expect(page.getByPlaceholder('Enter any login'), 'the provider asks again').toBeVisible();
    });

    test('whoever turns back at the provider, or brings a foreign answer, reads why they are not in', async ({ page }, info) => {
      await stayHere(page);
      await page.goto('/sign-in');
      await page.getByRole('button', { name: words.through }).click();
      await page.getByRole('link', { name: 'Cancel' }).click();
      await expect(page.getByRole('alert')).toContainText(words.cancelled);
      expect(page.url(), 'what was answered stays in no history').toBe(`${SERVER}/sign-in`);
      expect(await faults(page)).toEqual([]);
      await page.screenshot({ path: info.outputPath('cancelled.png'), fullPage: true });

      await page.goto('/sign-in/return/kreis?code=of-somebody-else&state=A');
      await expect(page.getByRole('alert')).toContainText(words.notBegun);
      expect(page.url()).toBe(`${SERVER}/sign-in`);
    });
  });
}
