/** A utility records what an inspection has found, an outage and a defect, and crews see what follows, in both languages. */
import { expect, test } from '@playwright/test';
import { complaints, NETWORK } from './support/complaints.ts';
import { LOOKS, Person, SIGNING_IN, send } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    tab: 'Prüfungen und Mängel',
    ready: /Einsatzbereit/,
    restricted: /Eingeschränkt/,
    closed: /Außer Betrieb/,
    inspect: 'Prüfung erfassen',
    list: 'Prüfliste',
    allOk: 'Alles in Ordnung',
    coupling: /^Klaue oder Abgänge/,
    failed: 'nicht in Ordnung',
    flow: /^Durchfluss/,
    remark: /^Bemerkung/,
    save: 'Speichern',
    check: /Bitte prüfen Sie/,
    saved: /Gespeichert/,
    defect: /Abgang oder Kupplung defekt/,
    resolve: /^Erledigen Abgang/,
    resolution: /^Erledigung/,
    repaired: 'Behoben',
    resolved: 'Erledigen',
    none: 'Kein Mangel ist offen.',
    block: 'Sperrung eintragen',
    cause: /^Grund/,
    frost: 'Frost',
    end: /^Beenden/,
    endSure: 'Sperrung beenden',
    table: 'Messwerte als Tabelle',
    report: 'Mangel melden',
  },
  en: {
    ...SIGNING_IN.en,
    tab: 'Inspections and defects',
    ready: /Ready/,
    restricted: /Restricted/,
    closed: /Out of service/,
    inspect: 'Record an inspection',
    list: 'Check list',
    allOk: 'All in order',
    coupling: /^Claw or outlets/,
    failed: 'not in order',
    flow: /^Flow rate/,
    remark: /^Remark/,
    save: 'Save',
    check: /Please check/,
    saved: /Saved/,
    defect: /Outlet or coupling damaged/,
    resolve: /^Resolve Outlet/,
    resolution: /^Resolution/,
    repaired: 'Repaired',
    resolved: 'Resolve',
    none: 'No defect is open.',
    block: 'Record an outage',
    cause: /^Cause/,
    frost: 'Frost',
    end: /^End/,
    endSure: 'End the outage',
    table: 'Figures as a table',
    report: 'Report a defect',
  },
} as const;

/** The area of a utility, where no other test edits. */
const AREA = { de: '13074026', en: '13074027' } as const;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use(LOOKS[language]);

    test('a failed item opens a defect, crews see that, and resolved it is over', async ({ browser, contextOptions, page, request }, info) => {
      test.slow();
      const hydrant = await readyHydrant(request, AREA[language]);
      const administrator = new Person(page, words, `upkeep.${language}@example.org`, info);
      await administrator.administer(process.env[`UPKEEP_${language.toUpperCase()}`] ?? '');
      const mail = `utility.${language}@example.org`;
      const invited = await send<{ id: string; link: string }>(page, '/api/accounts', { name: 'Ina Moor', mail, language });
      const utility = { name: `Zweckverband ${AREA[language]}`, kind: 'utility', municipalities: [AREA[language]] };
      const { id: organisation } = await send<{ id: string }>(page, '/api/organisations', utility);
      await send(page, '/api/memberships', { account: invited.id, organisation, role: 'utility' });

      const other = await browser.newContext(contextOptions);
      const desk = await other.newPage();
      const complained = complaints(desk);
      const person = new Person(desk, words, mail, info);
      const button = (name: string | RegExp) => desk.getByRole('button', { name, exact: typeof name === 'string' });
      const dialog = desk.getByRole('dialog');
      const status = desk.getByRole('tabpanel').locator('.kern-badge');
      await person.setPassword(invited.link);
      await desk.goto(`/sign-in?to=/desk/hydrants/${hydrant.id}`);
      await person.signIn();
      await desk.getByRole('tab', { name: words.tab }).click();
      await expect(status).toHaveText(words.ready);
      await person.look('a hydrant without records');

      await button(words.inspect).click();
      await button(words.save).click();
      await expect(desk.getByRole('alert').first(), 'what is missing is told before anything is sent').toBeVisible();
      await button(words.allOk).click();
      await expect(desk.getByRole('tabpanel').getByRole('alert')).toHaveCount(0);
      await desk.getByRole('combobox', { name: words.coupling }).selectOption({ label: words.failed });
      await desk.getByRole('tabpanel').getByRole('textbox', { name: words.flow }).fill('800');
      await desk.getByRole('tabpanel').getByRole('textbox', { name: words.remark }).fill('<b>Abgang B</b> links');
      await person.look('an inspection');
      await button(words.save).click();
      await expect(desk.getByRole('status').filter({ hasText: words.check }), 'a flow without a pressure').toBeVisible();
      await expect(status).toHaveText(words.restricted);
      await expect(desk.getByRole('row', { name: words.defect }).first()).toBeVisible();
      await expect(desk.getByText('<b>Abgang B</b> links'), 'what was typed is text').toBeVisible();
      await person.look('a restricted hydrant');

      const nearest = `/api/firewater/nearest?lon=${hydrant.lon}&lat=${hydrant.lat}&limit=1`;
      const source = async () => ((await (await request.get(nearest)).json()) as { sources: { status: string; status_reason?: string }[] }).sources[0];
      expect((await source())?.status, 'crews see it').toBe('restricted');
      expect((await source())?.status_reason).toMatch(/^Abgang oder Kupplung defekt, gemeldet /);
      const crew = await other.newPage();
      await crew.goto(`/map?at=${hydrant.lat},${hydrant.lon}`);
      await expect(crew.getByText(/Abgang oder Kupplung defekt/).first()).toBeVisible();
      await crew.close();

      await button(words.resolve).click();
      await dialog.getByRole('combobox', { name: words.resolution }).selectOption({ label: words.repaired });
      await person.look('a defect is resolved');
      await dialog.getByRole('button', { name: words.resolved, exact: true }).click();
      await expect(status).toHaveText(words.ready);
      await expect(desk.getByText(words.none)).toBeVisible();
      await expect.poll(async () => (await source())?.status).toBe('ready');

      await button(words.block).click();
      await dialog.getByRole('combobox', { name: words.cause }).selectOption({ label: words.frost });
      await dialog.getByRole('button', { name: words.save, exact: true }).click();
      await expect(status).toHaveText(words.closed);
      await person.look('an outage');
      await button(words.end).click();
      await dialog.getByRole('button', { name: words.endSure, exact: true }).click();
      await expect(status).toHaveText(words.ready);

      await button(words.report).click();
      await desk.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await desk.getByText(words.table).focus();
      await desk.keyboard.press('Enter');
      await expect(desk.getByRole('cell', { name: '800', exact: true })).toBeVisible();
      await person.look('what was measured');
      expect(complained.filter((each) => !NETWORK.test(each))).toEqual([]);
      await other.close();
    });
  });
}
