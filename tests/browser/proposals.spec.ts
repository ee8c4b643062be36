/** Four eyes at the desk: an office proposes, the district decides, in both languages. */
import { expect, type Page, test } from '@playwright/test';
import { complaints, NETWORK } from './support/complaints.ts';
import { LOOKS, Person, SIGNING_IN, send } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    hydrants: 'Hydranten',
    coordinate: /^Koordinate eingeben/,
    put: 'Dorthin setzen',
    reason: /^Grund der Änderung/,
    save: 'Speichern',
    waits: /liegt zur Freigabe vor/,
    section: 'Zur Freigabe',
    withdraw: /^Zurückziehen/,
    back: 'Zur Liste',
    mark: 'wartet',
    only: /^Nur mit offenen Vorschlägen/,
    map: 'Karte',
    list: 'Liste',
    facts: 'Angaben',
    approve: /^Freigeben/,
    refuse: 'Ablehnen',
    refuseAbout: /^Ablehnen/,
    refuseReason: 'Grund der Ablehnung',
    missing: /Geben Sie einen Grund an\./,
    history: 'Verlauf',
    by: 'vorgeschlagen von Jens Ott',
    remove: 'Objekt löschen',
    why: 'Grund der Löschung',
    sure: 'Löschen',
    deletion: 'Das Objekt soll aus dem Register gelöscht werden.',
  },
  en: {
    ...SIGNING_IN.en,
    hydrants: 'Hydrants',
    coordinate: /^Enter a coordinate/,
    put: 'Put it there',
    reason: /^Reason for the change/,
    save: 'Save',
    waits: /is waiting for approval/,
    section: 'To be approved',
    withdraw: /^Withdraw/,
    back: 'Back to the list',
    mark: 'waiting',
    only: /^Only with open proposals/,
    map: 'Map',
    list: 'List',
    facts: 'Details',
    approve: /^Approve/,
    refuse: 'Refuse',
    refuseAbout: /^Refuse/,
    refuseReason: 'Reason for the refusal',
    missing: /Give a reason\./,
    history: 'History',
    by: 'proposed by Jens Ott',
    remove: 'Delete the object',
    why: 'Reason for the deletion',
    sure: 'Delete',
    deletion: 'The object is to be deleted from the register.',
  },
} as const;

/** Keys of municipalities where no other test edits. */
const AREA = { de: '13074024', en: '13074025' } as const;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    const isPhone = language === 'en';
    test.use(LOOKS[language]);

    const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const status = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text });
    const section = (page: Page) => page.getByRole('region', { name: words.section });

    test('an office moves a hydrant, which waits until the district has approved it', async ({ browser, contextOptions, page, request }, info) => {
      test.slow();
      const area = AREA[language];
      const hydrant = await readyHydrant(request, area);
      const administrator = new Person(page, words, `proposals.${language}@example.org`, info);
      await administrator.administer(process.env[`PROPOSALS_${language.toUpperCase()}`] ?? '');
      const organisation = async (wish: unknown) => (await send<{ id: string }>(page, '/api/organisations', wish)).id;
      const municipality = await organisation({ name: `Gemeinde ${area}`, kind: 'municipality', municipalities: [area] });
      const district = await organisation({ name: `Kreisverwaltung ${language}`, kind: 'district' });
      const member = async (name: string, mail: string, organisation: string) => {
        const invited = await send<{ link: string }>(page, '/api/accounts', { name, mail, language, organisation, role: 'editor' });
        const context = await browser.newContext(contextOptions);
        const person = new Person(await context.newPage(), words, mail, info);
        await person.setPassword(invited.link);
        return person;
      };
      const clerk = await member('Jens Ott', `clerk.${language}@example.org`, municipality);
      const chief = await member('Ute Kern', `chief.${language}@example.org`, district);
      const complained = [clerk, chief].map((person) => complaints(person.page));

      const address = `/desk/hydrants/${hydrant.id}`;
      await clerk.page.goto(`/sign-in?to=${address}`);
      await clerk.signIn();
      await clerk.page.getByRole('textbox', { name: words.coordinate }).fill(`${hydrant.lat}, ${hydrant.lon + 0.0006}`);
      await button(clerk.page, words.put).click();
      await clerk.page.getByRole('textbox', { name: words.reason }).fill('steht <b>vor</b> Haus 4');
      await button(clerk.page, words.save).click();
      await expect(status(clerk.page, words.waits)).toBeVisible();
      await expect(section(clerk.page)).toContainText('steht <b>vor</b> Haus 4');
      await expect(section(clerk.page).getByRole('button', { name: words.withdraw })).toBeVisible();
      await expect(section(clerk.page).getByRole('button', { name: words.approve })).toHaveCount(0);
      await clerk.look('a change waits');
      if (isPhone) await button(clerk.page, words.map).click();
      await expect(clerk.page.locator('.maplibregl-marker')).toBeVisible();
      await clerk.look('on the map');
      if (isPhone) await button(clerk.page, words.facts).click();

      await chief.page.goto('/sign-in?to=/desk/hydrants');
      await chief.signIn();
      await chief.page.getByRole('link', { name: words.only }).click();
      await expect(chief.page).toHaveURL(/waiting=1/);
      const row = chief.page.getByRole('row', { name: hydrant.ref });
      await expect(row).toContainText(words.mark);
      const rows = chief.page.getByRole('grid').getByRole('row');
      await expect(rows.filter({ hasText: words.mark }), 'all that are listed').toHaveCount((await rows.count()) - 1);
      await chief.look('the list of what waits');
      await row.click();
      await expect(section(chief.page)).toContainText('Jens Ott');
      await chief.look('to decide');
      await section(chief.page).getByRole('button', { name: words.approve }).press('Enter');
      await expect(section(chief.page)).toHaveCount(0);
      await chief.page.getByRole('tab', { name: words.history }).click();
      const latest = chief.page.getByRole('listitem').filter({ hasText: words.by });
      await expect(latest).toContainText('Ute Kern');
      await expect(latest).toContainText('steht <b>vor</b> Haus 4');
      await chief.look('the history names both');
      await expect(section(clerk.page), 'whoever has it open sees it').toHaveCount(0);
      const now = (await (await request.get(`/ogc/collections/hydrants/items/${hydrant.id}`)).json()) as { geometry: { coordinates: number[] } };
      expect(now.geometry.coordinates[0]).toBeCloseTo(hydrant.lon + 0.0006, 6);

      await button(clerk.page, words.remove).click();
      await clerk.page.getByRole('dialog').getByRole('textbox', { name: words.why }).fill('doppelt');
      await clerk.page.getByRole('dialog').getByRole('button', { name: words.sure, exact: true }).click();
      await expect(status(clerk.page, words.waits)).toBeVisible();
      await expect(section(clerk.page)).toContainText(words.deletion);
      await chief.page.goto(address);
      await section(chief.page).getByRole('button', { name: words.refuseAbout }).click();
      const dialog = chief.page.getByRole('dialog');
      await dialog.getByRole('button', { name: words.refuse, exact: true }).click();
      await expect(dialog.getByRole('textbox', { name: words.refuseReason })).toHaveAccessibleDescription(words.missing);
      await chief.look('a refusal without a reason');
      await dialog.getByRole('textbox', { name: words.refuseReason }).fill('wird noch gebraucht');
      await dialog.getByRole('button', { name: words.refuse, exact: true }).click();
      await expect(section(chief.page)).toHaveCount(0);
      await clerk.page.goto(address);
      await expect(button(clerk.page, words.remove)).toBeVisible();
      await expect(section(clerk.page)).toHaveCount(0);
      expect(complained.flat().filter((each) => !NETWORK.test(each))).toEqual([]);
      for (const { page } of [clerk, chief]) await page.context().close();
    });
  });
}
