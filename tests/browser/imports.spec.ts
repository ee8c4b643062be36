/** An office imports a file of its supplier: understood, previewed, mended, written and taken back, in both languages. */
import { expect, test } from '@playwright/test';
import { complaints, NETWORK } from './support/complaints.ts';
import { LOOKS, Person, SIGNING_IN, send } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    imports: 'Datei importieren',
    none: 'Sie haben noch keine Datei importiert.',
    supplier: /^Lieferant/,
    becomes: (column: string) => `Spalte ${column} wird zu`,
    key: 'Nummer des Lieferanten',
    crs: /^EPSG:4326: erschlossen/,
    toPreview: 'Vorschau berechnen',
    all: 'Alle: 4',
    fresh: 'Neu: 2',
    errors: 'Fehler: 1',
    duplicates: 'Doppelt: 1',
    details: /^Einzelheiten Zeile 3/,
    keep: 'Berichtigung merken',
    stale: 'Die Vorschau ist überholt',
    refresh: 'Vorschau neu berechnen',
    more: 'Neu: 3',
    commit: 'Jetzt importieren',
    done: 'Der Import ist ausgeführt',
    report: 'Bericht herunterladen (Excel)',
    undo: 'Import rückgängig machen',
    undone: 'Der Import ist rückgängig gemacht',
    all_imports: 'Zu allen Importen',
    executed: 'ausgeführt',
    remove: /^Entfernen/,
    unread: /werden nicht gelesen/,
  },
  en: {
    ...SIGNING_IN.en,
    imports: 'Import a file',
    none: 'You have not imported a file yet.',
    supplier: /^Supplier/,
    becomes: (column: string) => `Column ${column} becomes`,
    key: 'Number of the supplier',
    crs: /^EPSG:4326: guessed/,
    toPreview: 'Work out the preview',
    all: 'All: 4',
    fresh: 'New: 2',
    errors: 'Error: 1',
    duplicates: 'Duplicate: 1',
    details: /^Details line 3/,
    keep: 'Keep the correction',
    stale: 'The preview is out of date',
    refresh: 'Work out the preview again',
    more: 'New: 3',
    commit: 'Import now',
    done: 'The import has been carried out',
    report: 'Download the report (Excel)',
    undo: 'Undo the import',
    undone: 'The import has been undone',
    all_imports: 'To all imports',
    executed: 'carried out',
    remove: /^Remove/,
    unread: /are not read/,
  },
} as const;

/** The area of the office, where no other test edits. */
const AREA = { de: '13074028', en: '13074029' } as const;

/** Degrees of latitude for some metres. */
const north = (metres: number) => metres / 111_320;

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use(LOOKS[language]);

    test('a file is understood, previewed, mended, written and taken back', async ({
      browser,
      contextOptions,
      page,
      request,
    }, info) => {
      test.slow();
      const hydrant = await readyHydrant(request, AREA[language]);
      const administrator = new Person(page, words, `imports.${language}@example.org`, info);
      await administrator.administer(process.env[`IMPORTS_${language.toUpperCase()}`] ?? '');
      const mail = `office.${language}@example.org`;
      const invited = await send<{ id: string; link: string }>(page, '/api/accounts', {
        name: 'Jan Amtmann',
        mail,
        language,
      });
      const office = { name: `Amt ${AREA[language]}`, kind: 'amt', municipalities: [AREA[language]] };
      const { id: organisation } = await send<{ id: string }>(page, '/api/organisations', office);
      await send(page, '/api/memberships', { account: invited.id, organisation, role: 'editor' });

      const other = await browser.newContext(contextOptions);
      const desk = await other.newPage();
      const complained = complaints(desk);
      const person = new Person(desk, words, mail, info);
      const button = (name: string | RegExp) => desk.getByRole('button', { name, exact: typeof name === 'string' });
      await person.setPassword(invited.link);
      await desk.goto('/sign-in?to=/desk/hydrants');
      await person.signIn();
      await desk.getByRole('link', { name: words.imports, exact: true }).click();
      await expect(desk.getByText(words.none)).toBeVisible();
      const picker = desk.locator('#import-file');
      await picker.setInputFiles({
        name: 'brief.docx',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('PK'),
      });
      await expect(desk.getByRole('alert').filter({ hasText: words.unread })).toBeVisible();
      await person.look('imports');

      // A new one, one with a typing error in its kind, one on a hydrant that is there, one more.
      const at = (metres: number) => `${hydrant.lon};${hydrant.lat + north(metres)}`;
      const file = [
        'Lfd;Form;Rohr;x;y',
        `1;Überflurhydrant;100;${at(60)}`,
        `2;Unterflurhydrat;80;${at(90)}`,
        `3;Unterflurhydrant;80;${at(0)}`,
        `4;Unterflurhydrant;80;${at(120)}`,
      ];
      await picker.setInputFiles({
        name: 'lieferung.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`${file.join('\r\n')}\r\n`),
      });
      await expect(button(words.toPreview)).toBeVisible();
      await desk.getByRole('textbox', { name: words.supplier }).fill(`Wasserwerk ${AREA[language]}`);
      await desk.getByRole('combobox', { name: words.becomes('Lfd'), exact: true }).selectOption({ label: words.key });
      await desk.getByRole('combobox', { name: words.becomes('Rohr'), exact: true }).selectOption('main_diameter');
      await expect(
        desk.getByRole('combobox', { name: words.becomes('Form'), exact: true }),
        'its words are those of a code list',
      ).toHaveValue('kind');
      await expect(desk.getByText(words.crs)).toBeVisible();
      await person.look('the columns of a file');
      await button(words.toPreview).click();

      await expect(button(words.all)).toBeVisible();
      await expect(button(words.fresh)).toBeVisible();
      await expect(button(words.duplicates)).toBeVisible();
      await button(words.errors).click();
      await expect(desk.getByRole('row')).toHaveCount(2);
      await person.look('a preview');
      await desk.getByRole('row').nth(1).getByRole('button', { name: words.details }).click();
      const cell = desk.getByRole('textbox', { name: /^Form/ });
      await expect(cell).toHaveValue('Unterflurhydrat');
      await cell.fill('Unterflurhydrant');
      await person.look('a row');
      await button(words.keep).click();
      await expect(desk.getByText(words.stale)).toBeVisible();
      await button(words.refresh).click();
      await expect(button(words.more)).toBeVisible();

      // Somebody who goes away comes back to where they were.
      await desk.reload();
      await expect(button(words.more)).toBeVisible();
      await button(words.commit).click();
      await expect(desk.getByText(words.done)).toBeVisible();
      await person.look('an import');
      const report = await other.request.get(
        (await desk.getByRole('link', { name: words.report }).getAttribute('href')) ?? '',
      );
      expect(report.status()).toBe(200);
      const found = await request.get('/ogc/collections/hydrants/items', {
        params: { filter: `municipality = '${AREA[language]}' AND main_diameter = 100`, limit: '1000' },
      });
      expect(found.status()).toBe(200);

      await button(words.undo).click();
      await expect(desk.getByText(words.undone)).toBeVisible();
      await desk.getByRole('link', { name: words.all_imports }).click();
      await expect(desk.getByRole('cell', { name: words.executed, exact: true })).toBeVisible();
      await button(words.remove).click();
      await expect(desk.getByText(words.none)).toBeVisible();
      await other.close();
      expect(complained.filter((each) => !NETWORK.test(each))).toEqual([]);
    });
  });
}
