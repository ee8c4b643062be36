/** The maintenance desk: found, changed, looked up, added, deleted and restored, and two at one object, in both languages. */
import { expect, type Page, test } from '@playwright/test';
import { complaints, NETWORK } from './support/complaints.ts';
import { drawArea } from './support/drawing.ts';
import { LOOKS, Person, SIGNING_IN, send } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    desk: 'Registerpflege',
    please: /melden Sie sich an/,
    register: 'Register',
    hydrants: 'Hydranten',
    find: 'Suchen oder filtern',
    search: 'Suchen',
    unknown: /nummer/,
    remark: /^Bemerkung/,
    reason: /^Grund der Änderung/,
    save: 'Speichern',
    saved: /Gespeichert/,
    undo: 'Rückgängig',
    history: 'Verlauf',
    facts: 'Angaben',
    outdated: /inzwischen geändert/,
    conflict: 'Zwei haben dieses Objekt geändert',
    mine: /^Ihre Eingabe/,
    settle: 'So übernehmen',
    recalled: /wieder da/,
    discard: 'Verwerfen',
    back: 'Zur Liste',
    add: 'Objekt anlegen',
    kind: /^Bauart/,
    coordinate: /^Koordinate eingeben/,
    put: 'Dorthin setzen',
    create: 'Anlegen',
    remove: 'Objekt löschen',
    why: 'Grund der Löschung',
    sure: 'Löschen',
    deleted: /^Gelöscht/,
    gone: 'Dieses Objekt gibt es nicht mehr.',
    restore: /^Diesen Stand wiederherstellen/,
    restoreSure: 'Wiederherstellen',
    map: 'Karte',
    readonly: /nicht ändern/,
    status: 'Betriebszustand',
    ref: /^Nummer/,
    builder: 'Filter zusammenstellen',
    what: 'Angabe',
    municipality: 'Gemeindeschlüssel',
    relation: 'Vergleich',
    is: 'ist',
    value: 'Wert',
    apply: 'Filter anwenden',
    markAll: 'Alle Zeilen markieren',
    marked: / markiert$/,
    bulk: 'Gemeinsam ändern',
    operator: 'Betreiber',
    look: 'Vorschau',
    preview: /werden geändert/,
    send: /Objekte ändern$/,
    changed: /Objekte geändert/,
    takeBack: 'Rückgängig machen',
    takenBack: /zurückgenommen/,
    number: /zu groß/,
    flow: /^Durchfluss \(/,
    activity: 'Was sich geändert hat',
    period: 'Zeitraum',
    organisation: 'Zweckverband Probe',
    day: 'Stand vom',
    past: /Sie sehen den Stand vom/,
    now: 'Zum heutigen Stand',
    shape: 'Fläche',
    drawHere: /Zeichnen Sie in der Karte/,
    drawn: /Fläche mit 4 Ecken/,
    sourceKind: /^Art$/,
    views: 'Ansichten',
    viewName: 'Name der Ansicht',
    viewKeep: 'Ansicht speichern',
    ours: 'Unsere Gemeinde',
    forbidden: /Sie können hier nichts ändern/,
  },
  en: {
    ...SIGNING_IN.en,
    desk: 'Maintenance desk',
    please: /sign in/,
    register: 'Register',
    hydrants: 'Hydrants',
    find: 'Search or filter',
    search: 'Search',
    unknown: /nummer/,
    remark: /^Remark/,
    reason: /^Reason for the change/,
    save: 'Save',
    saved: /Saved/,
    undo: 'Undo',
    history: 'History',
    facts: 'Details',
    outdated: /meanwhile/,
    conflict: 'Two people have changed this object',
    mine: /^Yours/,
    settle: 'Take over',
    recalled: /is back/,
    discard: 'Discard',
    back: 'Back to the list',
    add: 'Add an object',
    kind: /^Kind/,
    coordinate: /^Enter a coordinate/,
    put: 'Put it there',
    create: 'Add',
    remove: 'Delete the object',
    why: 'Reason for the deletion',
    sure: 'Delete',
    deleted: /^Deleted/,
    gone: 'This object no longer exists.',
    restore: /^Restore this state/,
    restoreSure: 'Restore',
    map: 'Map',
    readonly: /not change/,
    status: 'Operational status',
    ref: /^Number/,
    builder: 'Build a filter',
    what: 'Detail',
    municipality: 'Municipality key',
    relation: 'Comparison',
    is: 'is',
    value: 'Value',
    apply: 'Apply the filter',
    markAll: 'Mark all rows',
    marked: / marked$/,
    bulk: 'Change together',
    operator: 'Operator',
    look: 'Preview',
    preview: /will change/,
    send: /^Change .* objects$/,
    changed: /objects changed/,
    takeBack: 'Undo',
    takenBack: /has been undone/,
    number: /too high/,
    flow: /^Flow rate \(/,
    activity: 'What has changed',
    period: 'Period',
    organisation: 'Zweckverband Probe',
    day: 'State of',
    past: /You see the state of/,
    now: 'Back to now',
    shape: 'Area',
    drawHere: /Draw on the map/,
    drawn: /Area of 4 corners/,
    sourceKind: /^Kind$/,
    views: 'Views',
    viewName: 'Name of the view',
    viewKeep: 'Save the view',
    ours: 'Our municipality',
    forbidden: /You cannot change anything here/,
  },
} as const;

/** Keys of municipalities where no other test edits. */
const MUNICIPALITY = { de: '13074013', en: '13074014' } as const;

/** Where no other test changes operators. */
const MANY = { de: '13074019', en: '13074020' } as const;

/** The area of a warden, and a place beyond it. */
const AREA = { de: ['13074015', '13074016'], en: ['13074017', '13074018'] } as const;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    const isPhone = language === 'en';
    test.use(LOOKS[language]);

    const field = (page: Page, name: RegExp) => page.getByRole('textbox', { name });
    const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const status = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text });

    test('an object is found, changed, looked up, and two who change it are told of each other', async ({ context, page, request }, info) => {
      test.slow();
      const complained = complaints(page);
      const hydrant = await readyHydrant(request, MUNICIPALITY[language]);
      const person = new Person(page, words, `desk.${language}@example.org`, info);
      await page.goto('/desk');
      await expect(page.getByText(words.please)).toBeVisible();
      await person.look('nobody');

      await person.setPassword(process.env[`DESK_${language.toUpperCase()}`] ?? '');
      await person.signIn();
      await person.enrol();
      await page.getByRole('link', { name: words.desk, exact: true }).click();
      await page.getByRole('combobox', { name: words.register }).selectOption({ label: words.hydrants });
      await expect(page).toHaveURL(/\/desk\/hydrants$/);
      await expect(page.getByRole('row').nth(5)).toBeVisible();
      await person.look('list');

      const search = page.getByRole('searchbox', { name: words.find });
      await search.fill('nummer = 1');
      await button(page, words.search).click();
      await expect(search).toHaveAccessibleDescription(words.unknown);
      await person.look('a fault of the filter');
      const begun: string[] = [];
      page.on('request', (asked) => asked.url().endsWith('/schema') && begun.push(asked.url()));
      await search.fill(`ref = '${hydrant.ref}'`);
      await button(page, words.search).click();
      await page.getByRole('row', { name: hydrant.ref }).first().click();
      await expect(page.getByRole('heading', { name: `${words.hydrants}: ${hydrant.ref}` })).toBeFocused();
      await expect(page, 'the address is the state').toHaveURL(/\/desk\/hydrants\/[0-9a-f-]{36}\?filter=/);
      expect(begun, 'another address of the same register begins nothing anew').toEqual([]);
      await person.look('an object');
      const address = `/desk/hydrants/${hydrant.id}`;
      await page.goto(address);

      await field(page, words.flow).fill('999999');
      await field(page, words.flow).blur();
      await expect(field(page, words.flow), 'told before anything is sent').toHaveAccessibleDescription(words.number);
      await button(page, words.undo).click();
      await field(page, words.remark).fill('Deckel klemmt');
      await button(page, words.undo).click();
      await expect(field(page, words.remark)).not.toHaveValue('Deckel klemmt');
      await field(page, words.remark).fill('Deckel klemmt');
      await field(page, words.reason).fill('Begehung');
      await button(page, words.save).click();
      await expect(status(page, words.saved)).toBeVisible();
      await page.getByRole('tab', { name: words.history }).click();
      await expect(page.getByRole('listitem').filter({ hasText: 'Begehung' }).first()).toContainText('Deckel klemmt');
      await person.look('history');
      await page.getByRole('tab', { name: words.facts }).click();

      const other = await context.newPage();
      await other.goto(address);
      await field(other, words.remark).fill('Deckel fehlt');
      await field(page, words.remark).fill('Deckel wieder gängig');
      await button(page, words.save).click();
      await expect(status(page, words.saved)).toBeVisible();
      await expect(status(other, words.outdated)).toBeVisible();
      await button(other, words.save).click();
      await expect(other.getByRole('heading', { name: words.conflict })).toBeFocused();
      const beside = new Person(other, words, person.mail, info);
      await beside.look('a conflict');
      await other.getByRole('radio', { name: words.mine }).check();
      await button(other, words.settle).click();
      await button(other, words.save).click();
      await expect(status(other, words.saved)).toBeVisible();
      await expect(field(page, words.remark), 'who has typed nothing sees it at once').toHaveValue('Deckel fehlt');

      await field(other, words.remark).fill('Deckel bestellt');
      await other.close();
      await page.goto(address);
      await expect(status(page, words.recalled)).toBeVisible();
      await expect(field(page, words.remark)).toHaveValue('Deckel bestellt');
      await button(page, words.discard).click();
      await expect(field(page, words.remark)).toHaveValue('Deckel fehlt');

      await page.getByRole('link', { name: words.back }).click();
      await page.getByRole('link', { name: words.add }).click();
      await page.getByRole('combobox', { name: words.kind }).selectOption({ index: 1 });
      await field(page, words.coordinate).fill(`${hydrant.lat + 0.0005}, ${hydrant.lon}`);
      await button(page, words.put).click();
      await expect(field(page, words.coordinate)).toHaveValue('');
      await person.look('a new object');
      await button(page, words.create).click();
      await expect(page).toHaveURL(/\/desk\/hydrants\/[0-9a-f-]{36}$/);
      const made = page.url();
      await expect(button(page, words.remove)).toBeVisible();
      if (isPhone) await button(page, words.map).click();
      await expect(page.locator('.maplibregl-marker')).toBeVisible();
      await person.look('map');
      if (isPhone) await button(page, words.facts).click();

      await button(page, words.remove).click();
      await page.getByRole('dialog').getByRole('textbox', { name: words.why }).fill('Versehentlich angelegt');
      await page.getByRole('dialog').getByRole('button', { name: words.sure, exact: true }).click();
      await expect(page).toHaveURL(/\/desk\/hydrants$/);
      await page.goto(made);
      await expect(page.getByText(words.gone)).toBeVisible();
      await button(page, words.restore).click();
      await page.getByRole('dialog').getByRole('button', { name: words.restoreSure, exact: true }).click();
      await expect(button(page, words.save)).toBeVisible();
      expect(complained.filter((each) => !NETWORK.test(each))).toEqual([]);
    });

    test('many objects are found by conditions, changed together and changed back', async ({ page }, info) => {
      const person = new Person(page, words, `bulk.${language}@example.org`, info);
      await person.setPassword(process.env[`BULK_${language.toUpperCase()}`] ?? '');
      await person.signIn();
      await person.enrol();
      await page.goto('/desk/hydrants');
      await button(page, words.builder).click();
      await page.getByRole('combobox', { name: words.what }).selectOption({ label: words.municipality });
      await page.getByRole('combobox', { name: words.relation }).selectOption({ label: words.is });
      await person.look('a condition');
      await field(page, new RegExp(`^${words.value}`)).fill(MANY[language]);
      await button(page, words.apply).click();
      await expect(page).toHaveURL(/filter=municipality/);
      await expect(page.getByRole('searchbox', { name: words.find })).toHaveValue(`municipality = '${MANY[language]}'`);

      await button(page, words.views).click();
      await page.getByRole('textbox', { name: words.viewName }).fill(words.ours);
      await button(page, words.viewKeep).click();
      await expect(button(page, words.ours)).toBeVisible();
      await person.look('views');
      await page.goto('/desk/hydrants');
      await button(page, words.views).click();
      await button(page, words.ours).click();
      await expect(page.getByRole('searchbox', { name: words.find })).toHaveValue(`municipality = '${MANY[language]}'`);

      await page.getByRole('checkbox', { name: words.markAll }).check();
      const count = Number.parseInt((await page.getByRole('status').filter({ hasText: words.marked }).textContent()) ?? '', 10);
      expect(count).toBeGreaterThan(2);
      const grid = page.getByRole('grid');
      await grid.focus();
      await grid.press('ArrowDown');
      await grid.press(' ');
      await expect(status(page, words.marked), 'keys mark, too').toContainText(String(count - 1));
      await person.look('marked');
      await button(page, words.bulk).click();
      await page.getByRole('combobox', { name: words.what }).selectOption({ label: words.operator });
      await field(page, new RegExp(`^${words.operator}`)).fill('Zweckverband Probe');
      await field(page, words.reason).fill('Übernahme durch den Zweckverband');
      await button(page, words.look).click();
      await expect(status(page, words.preview)).toContainText(String(count - 1));
      await person.look('preview');
      await button(page, words.send).click();
      await expect(status(page, words.changed)).toBeVisible();
      await button(page, words.takeBack).click();
      await expect(status(page, words.takenBack)).toBeVisible();
      await person.look('taken back');

      await button(page, words.back).click();
      await page.getByRole('link', { name: words.activity }).click();
      await expect(page.getByRole('heading', { name: words.activity })).toBeFocused();
      const change = page.getByRole('listitem').filter({ hasText: 'Übernahme durch den Zweckverband' }).first();
      await change.locator('summary').click();
      await expect(change, 'what was changed of each').toContainText(words.organisation);
      await person.look('activity');
      await button(page, words.back).click();

      await page.getByLabel(words.day).fill('2020-01-01');
      await expect(status(page, words.past)).toBeVisible();
      await expect(page.getByRole('grid').getByRole('row'), 'nothing was there yet').toHaveCount(1);
      await person.look('a past day');
      await button(page, words.now).click();
      await expect(page.getByRole('row').nth(2)).toBeVisible();

      await page.goto('/desk/water_sources/new');
      await page.getByRole('combobox', { name: words.sourceKind }).selectOption({ index: 1 });
      await page.getByRole('radio', { name: words.shape, exact: true }).check();
      await expect(status(page, words.drawHere)).toBeVisible();
      if (isPhone) await button(page, words.map).click();
      const map = page.locator('.desk-map');
      await expect(map, 'the drawing is there').toHaveAttribute('data-drawing', 'area');
      await drawArea(page, map, [
        [0.45, 0.45],
        [0.5, 0.45],
        [0.48, 0.5],
      ]);
      await person.look('an area is drawn');
      if (isPhone) await button(page, words.facts).click();
      await expect(status(page, words.drawn)).toBeVisible();
      await button(page, words.create).click();
      await expect(page).toHaveURL(/\/desk\/water_sources\/[0-9a-f-]{36}$/);
      await expect(status(page, words.drawn)).toBeVisible();
    });

    test('a warden changes what the role names, within the own area', async ({ browser, contextOptions, page, request }, info) => {
      const [area, beyond] = AREA[language];
      const [ours, theirs] = [await readyHydrant(request, area), await readyHydrant(request, beyond)];
      const administrator = new Person(page, words, `areas.${language}@example.org`, info);
      await administrator.administer(process.env[`AREAS_${language.toUpperCase()}`] ?? '');
      const mail = `warden.${language}@example.org`;
      const invited = await send<{ id: string; link: string }>(page, '/api/accounts', { name: 'Ina Moor', mail, language });
      const other = await browser.newContext(contextOptions);
      const warden = new Person(await other.newPage(), words, mail, info);
      await warden.setPassword(invited.link);
      await warden.page.goto('/sign-in?to=/desk');
      await warden.signIn();
      await expect(warden.page.getByText(words.forbidden)).toBeVisible();

      const service = { name: `FF ${area}`, kind: 'fire_service', municipalities: [area] };
      const { id: organisation } = await send<{ id: string }>(page, '/api/organisations', service);
      await send(page, '/api/memberships', { account: invited.id, organisation, role: 'warden' });
      await warden.page.goto(`/desk/hydrants/${ours.id}`);
      await expect(field(warden.page, words.ref)).not.toBeEditable();
      await expect(warden.page.getByRole('combobox', { name: words.status })).toBeEnabled();
      await field(warden.page, words.remark).fill('Schild fehlt');
      await warden.look('as a warden');
      await button(warden.page, words.save).click();
      await expect(status(warden.page, words.saved)).toBeVisible();

      await warden.page.goto(`/desk/hydrants/${theirs.id}`);
      await expect(status(warden.page, words.readonly)).toBeVisible();
      await expect(button(warden.page, words.save)).toHaveCount(0);
      await other.close();
    });
  });
}
