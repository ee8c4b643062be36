/** The tablet of a vehicle, from the administration to the vehicle and back: made, enrolled, taken along, locked, revoked. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { faults } from './support/axe.ts';
import { Person, SIGNING_IN } from './support/person.ts';
import { address } from './support/register.ts';

const WORDS = {
  de: {
    organisations: 'Organisationen',
    newOrganisation: 'Organisation anlegen',
    name: 'Name',
    kind: 'Art',
    service: 'Feuerwehr',
    everywhere: 'Ganzer Landkreis',
    add: 'Anlegen',
    devices: 'Geräte',
    newDevice: 'Gerät anlegen',
    waiting: 'wartet auf seinen Code',
    enrolled: 'angemeldet',
    close: 'Schließen',
    edit: /^Bearbeiten/,
    revoke: 'Widerrufen',
    sure: 'Endgültig widerrufen',
    code: 'Code',
    newPin: 'PIN für dieses Gerät',
    again: 'PIN noch einmal',
    enrol: 'Anmelden',
    differ: 'Die beiden PINs sind nicht gleich.',
    refused: /Dieser Code gilt nicht/,
    done: /ist als „Florian Lossow de“ angemeldet/,
    toMap: 'Karte öffnen',
    pin: 'PIN',
    open: 'Öffnen',
    wrong: 'Das ist nicht die PIN dieses Geräts.',
    wait: /Zu viele Versuche/,
    ended: 'Dieses Gerät ist abgemeldet.',
    without: 'Karte ohne Anmeldung öffnen',
    water: 'Löschwasser',
  },
  en: {
    organisations: 'Organisations',
    newOrganisation: 'Add an organisation',
    name: 'Name',
    kind: 'Kind',
    service: 'Fire service',
    everywhere: 'Whole district',
    add: 'Add',
    devices: 'Devices',
    newDevice: 'Add a device',
    waiting: 'waits for its code',
    enrolled: 'enrolled',
    close: 'Close',
    edit: /^Edit/,
    revoke: 'Revoke',
    sure: 'Revoke for good',
    code: 'Code',
    newPin: 'PIN of this device',
    again: 'The PIN again',
    enrol: 'Enrol',
    differ: 'The two PINs differ.',
    refused: /This code is not valid/,
    done: /is enrolled as "Florian Lossow en"/,
    toMap: 'Open the map',
    pin: 'PIN',
    open: 'Open',
    wrong: 'This is not the PIN of this device.',
    wait: /Too many attempts/,
    ended: 'This device is signed off.',
    without: 'Open the map without enrolling',
    water: 'Fire water',
  },
} as const;

const PIN = '4711';
/** The map is made by the server when it is first asked for, and a test build takes its time. */
const MADE = 480_000;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    const locale = language === 'de' ? 'de-DE' : 'en-GB';
    test.use({ locale });

    test('a tablet is enrolled, asks for its PIN with and without a network, and drops all when it is revoked', async ({ page, browser, request }, info) => {
      test.setTimeout(MADE + 180_000);
      const look = async (of: Page, what: string) => {
        for (const width of [390, 1280]) {
          await of.setViewportSize({ width, height: 900 });
          await expect.poll(() => of.evaluate(() => document.documentElement.scrollWidth - innerWidth), what).toBeLessThanOrEqual(0);
          expect(await faults(of), `${what} ${width}`).toEqual([]);
          await of.screenshot({ path: info.outputPath(`${what} ${width}.png`), fullPage: true });
        }
      };
      const operator = new Person(page, SIGNING_IN[language], `tablets.${language}@example.org`, info);
      await operator.administer(process.env[`TABLETS_${language.toUpperCase()}`] ?? '');
      await page.getByRole('tab', { name: words.organisations }).click();
      await operator.button(words.newOrganisation).click();
      await operator.field(words.name).fill(`FF Lossow ${language}`);
      await page.getByLabel(words.kind, { exact: true }).selectOption({ label: words.service });
      await page.getByLabel(words.everywhere).check();
      await operator.button(words.add).click();
      await expect(page.getByRole('row', { name: `FF Lossow ${language}` })).toBeVisible();

      await page.getByRole('tab', { name: words.devices }).click();
      await operator.button(words.newDevice).click();
      await operator.field(words.name).fill(`Florian Lossow ${language}`);
      await page.getByRole('combobox').selectOption({ label: `FF Lossow ${language}` });
      await look(page, 'new device');
      await operator.button(words.add).click();
      const code = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
      expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      await look(page, 'code');
      await page.getByRole('dialog').getByRole('button', { name: words.close }).last().click();
      const row = page.getByRole('row', { name: `Florian Lossow ${language}` });
      await expect(row).toContainText(words.waiting);
      await look(page, 'devices');

      const vehicle = await browser.newContext({ locale, baseURL: new URL(page.url()).origin });
      const tablet = await vehicle.newPage();
      await enrol(tablet, code, look);
      await page.getByRole('tab', { name: words.organisations }).click();
      await page.getByRole('tab', { name: words.devices }).click();
      await expect(row).toContainText(words.enrolled);

      await unlock(tablet, look);
      if (language === 'de') await withoutNetwork(tablet, vehicle, (await address(request)).text);

      await row.getByRole('button', { name: words.edit }).click();
      await operator.button(words.revoke).click();
      await look(page, 'revoke');
      await operator.button(words.sure).click();
      await expect(row).toBeHidden();

      await vehicle.setOffline(false);
      await expect(tablet.getByText(words.ended)).toBeVisible({ timeout: 60_000 });
      await look(tablet, 'ended');
      expect(await kept(tablet), 'what it took along is gone').toBe(0);
      expect((await vehicle.cookies()).map(({ name }) => name)).not.toContain('__Host-geokontor-device');
      await tablet.getByRole('link', { name: words.without }).click();
      await expect(tablet.getByRole('heading', { name: words.water, level: 1 })).toBeVisible();
      await vehicle.close();
    });

    async function enrol(tablet: Page, code: string, look: (of: Page, what: string) => Promise<void>) {
      await tablet.goto('/tablet');
      await expect(tablet).toHaveURL(/\/map\/tablet$/);
      const fill = async (code: string, pin: string, again: string) => {
        await tablet.getByLabel(words.code, { exact: true }).fill(code);
        await tablet.getByLabel(words.newPin, { exact: true }).fill(pin);
        await tablet.getByLabel(words.again, { exact: true }).fill(again);
        await tablet.getByRole('button', { name: words.enrol, exact: true }).click();
      };
      await fill(code, PIN, '4712');
      await expect(tablet.getByRole('alert')).toContainText(words.differ);
      await fill('0000-0000', PIN, PIN);
      await expect(tablet.getByRole('alert')).toContainText(words.refused);
      await look(tablet, 'enrol');
      await fill(code.toLowerCase().replace('-', ' '), PIN, PIN);
      await expect(tablet.getByText(words.done)).toBeVisible();
      await look(tablet, 'enrolled');
      await tablet.getByRole('button', { name: words.toMap }).click();
      await expect(tablet.getByRole('heading', { name: words.water, level: 1 })).toBeVisible();
    }

    async function show(tablet: Page, pin: string) {
      await tablet.getByLabel(words.pin, { exact: true }).fill(pin);
      await tablet.getByRole('button', { name: words.open, exact: true }).click();
    }

    async function unlock(tablet: Page, look: (of: Page, what: string) => Promise<void>) {
      await tablet.goto('/map?at=53.89,11.46');
      await expect(tablet).toHaveURL(/\/map\/tablet\?to=/);
      await show(tablet, '0815');
      await expect(tablet.getByRole('alert')).toContainText(words.wrong);
      await look(tablet, 'pin');
      await show(tablet, PIN);
      await expect(tablet).toHaveURL(/\/map\?at=53.89,11.46$/);
      await expect(tablet.getByRole('heading', { name: words.water, level: 1 })).toBeVisible();
      // Whoever guesses waits, and loading the page again helps nobody.
      await tablet.goto('/map');
      for (let guess = 0; guess < 7; guess++) {
        await show(tablet, `90${guess}1`);
        await expect(tablet.getByRole('alert')).toBeVisible();
      }
      await expect(tablet.getByRole('alert')).toContainText(words.wait);
      await tablet.reload();
      await expect(async () => {
        // It may have opened since the last look.
        if (tablet.url().includes('/tablet')) await show(tablet, PIN);
        await expect(tablet).toHaveURL(/\/map$/, { timeout: 2_000 });
      }).toPass();
    }

    async function withoutNetwork(tablet: Page, vehicle: BrowserContext, place: string) {
      await tablet.getByRole('button', { name: 'Ebenen, Legende, Einstellungen' }).click();
      await tablet.getByRole('button', { name: 'Mitnehmen', exact: true }).click();
      await expect(tablet.getByRole('button', { name: 'Karte auf neuen Stand bringen' })).toBeVisible({ timeout: MADE });
      await tablet.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
      expect(await kept(tablet)).toBeGreaterThan(0);
      await vehicle.setOffline(true);
      await tablet.reload();
      await expect(tablet).toHaveURL(/\/map\/tablet/);
      await show(tablet, PIN);
      await expect(tablet.getByText(/^KEINE VERBINDUNG seit/)).toBeVisible();
      await tablet.getByRole('combobox').pressSequentially(place);
      await tablet.getByRole('option').first().click();
      const sources = tablet.getByRole('list', { name: 'Nächstes Löschwasser' }).getByRole('button');
      await expect(sources.first()).toBeVisible();
    }

    /** So many things are kept on the device. */
    const kept = (tablet: Page) =>
      tablet.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const opening = indexedDB.open('geokontor-device');
            opening.onerror = () => resolve(0);
            opening.onupgradeneeded = () => opening.transaction?.abort();
            opening.onsuccess = () => {
              const names = [...opening.result.objectStoreNames];
              const counts = names.map(
                (name) =>
                  new Promise<number>((counted) => {
                    const asked = opening.result.transaction(name).objectStore(name).count();
                    asked.onsuccess = () => counted(asked.result);
                  }),
              );
              void Promise.all(counts).then((all) => {
                opening.result.close();
                resolve(all.reduce((sum, count) => sum + count, 0));
              });
            };
          }),
      );
  });
}
