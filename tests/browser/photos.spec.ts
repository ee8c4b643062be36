/** An office adds photos and documents to an object, draws on one and takes one away, in both languages. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { faults } from './support/axe.ts';
import { complaints, NETWORK } from './support/complaints.ts';
import { LOOKS, Person, SIGNING_IN, send } from './support/person.ts';
import { readyHydrant } from './support/register.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    tab: 'Fotos und Dokumente',
    add: 'Dateien hinzufügen',
    none: 'Noch kein Foto.',
    refused: /ihrem Inhalt nach kein Foto/,
    forget: /^Verwerfen/,
    open: (n: number) => new RegExp(`^Vergrößern: Foto ${n}`),
    drawn: /mit Zeichnung/,
    edit: 'Ändern',
    kind: 'Was das Foto zeigt',
    surroundings: 'Umgebung',
    caption: /^Beschreibung/,
    save: 'Speichern',
    draw: 'Zeichnen',
    surface: /^Zeichenfläche/,
    circle: 'Kreis',
    line: 'Freihand',
    textTool: 'Text',
    text: 'Text auf dem Foto',
    done: 'Zeichnung speichern',
    first: 'Als erstes zeigen',
    next: 'Nächstes',
    remove: 'Entfernen',
    removed: /Entfernt: /,
    restore: 'Zurückholen',
    close: 'Schließen',
    download: /^Herunterladen/,
    upkeep: 'Prüfungen und Mängel',
    addPhoto: /^Foto hinzufügen/,
    crewOpen: /^Foto 1 vergrößern/,
    crewNext: 'Nächstes Foto',
    menu: 'Ebenen, Legende, Einstellungen',
    take: 'Fotos mitnehmen',
    taken: /Fotos auf diesem Gerät/,
    back: 'Zurück',
  },
  en: {
    ...SIGNING_IN.en,
    tab: 'Photos and documents',
    add: 'Add files',
    none: 'No photo yet.',
    refused: /no photo as JPEG/,
    forget: /^Discard/,
    open: (n: number) => new RegExp(`^Enlarge: Photo ${n}`),
    drawn: /drawn on/,
    edit: 'Change',
    kind: 'What the photo shows',
    surroundings: 'Surroundings',
    caption: /^Description/,
    save: 'Save',
    draw: 'Draw',
    surface: /^Drawing surface/,
    circle: 'Circle',
    line: 'Freehand',
    textTool: 'Text',
    text: 'Text on the photo',
    done: 'Save the drawing',
    first: 'Show first',
    next: 'Next',
    remove: 'Take away',
    removed: /Taken away/,
    restore: 'Bring back',
    close: 'Close',
    download: /^Download/,
    upkeep: 'Inspections and defects',
    addPhoto: /^Add a photo/,
    crewOpen: /^Enlarge photo 1/,
    crewNext: 'Next photo',
    menu: 'Layers, legend, settings',
    take: 'Take photos along',
    taken: /photos on this device/,
    back: 'Back',
  },
} as const;

/** Where no other test edits. */
const AREA = { de: '13074033', en: '13074034' } as const;
/** Each file is looked at by a process of its own, which gives way to everything else. */
const MADE = 90_000;
const DOCUMENT = '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n';

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use(LOOKS[language]);

    test('photos are added, drawn on, put in order, taken away and brought back', async ({ browser, contextOptions, page, request }, info) => {
      test.slow();
      const hydrant = await readyHydrant(request, AREA[language]);
      const administrator = new Person(page, words, `photos.${language}@example.org`, info);
      await administrator.administer(process.env[`PHOTOS_${language.toUpperCase()}`] ?? '');
      const mail = `pictures.${language}@example.org`;
      const invited = await send<{ id: string; link: string }>(page, '/api/accounts', { name: 'Ute Lenz', mail, language });
      const amt = { name: `Amt ${AREA[language]}`, kind: 'amt', municipalities: [AREA[language]] };
      const { id: organisation } = await send<{ id: string }>(page, '/api/organisations', amt);
      await send(page, '/api/memberships', { account: invited.id, organisation, role: 'maintainer' });

      const other = await browser.newContext(contextOptions);
      const desk = await other.newPage();
      const complained = complaints(desk);
      const person = new Person(desk, words, mail, info);
      const panel = desk.getByRole('tabpanel');
      const dialog = desk.getByRole('dialog');
      const inDialog = (name: string) => dialog.getByRole('button', { name, exact: true });
      await person.setPassword(invited.link);
      await desk.goto(`/sign-in?to=/desk/hydrants/${hydrant.id}`);
      await person.signIn();
      await desk.getByRole('tab', { name: words.tab }).click();
      await expect(panel.getByText(words.none)).toBeVisible();
      await person.look('an object without photos');

      // Parts of pages are as good as any, and small: a debug build takes its time for each pixel.
      const clip = { x: 0, y: 0, width: 390, height: 300 };
      const near = await page.screenshot({ type: 'jpeg', clip });
      await page.goto('/');
      const around = await page.screenshot({ type: 'png', clip });
      const choose = async (...files: { name: string; mimeType: string; buffer: Buffer }[]) => {
        const chooser = desk.waitForEvent('filechooser');
        await person.button(words.add).click();
        await (await chooser).setFiles(files);
      };
      const svg = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg onload="alert(1)"/>') };
      await choose(
        { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: near },
        svg,
        { name: 'IMG_2.png', mimeType: 'image/png', buffer: around },
        { name: 'Vertrag Meier.pdf', mimeType: 'application/pdf', buffer: Buffer.from(DOCUMENT) },
      );
      await expect(panel.getByRole('alert')).toHaveText(words.refused, { timeout: MADE });
      await expect(panel.getByRole('button', { name: words.open(2) })).toBeVisible({ timeout: MADE });
      await expect(panel.getByRole('link', { name: words.download })).toBeVisible({ timeout: MADE });
      await person.look('photos, a document and a file that is none');
      await panel.getByRole('button', { name: words.forget }).click();
      await expect(panel.getByRole('alert')).toHaveCount(0);

      await panel.getByRole('button', { name: words.open(2) }).click();
      await expect(dialog.getByRole('img')).toBeVisible();
      await inDialog(words.edit).click();
      await dialog.getByRole('combobox', { name: words.kind }).selectOption({ label: words.surroundings });
      await dialog.getByRole('textbox', { name: words.caption }).fill('<b>Vom Feldweg</b>');
      await inDialog(words.save).click();
      await expect(dialog.getByRole('heading', { name: '<b>Vom Feldweg</b>' }), 'what was typed is text').toBeVisible();

      await inDialog(words.draw).click();
      const surface = dialog.getByRole('application', { name: words.surface });
      const drag = async (...way: [number, number][]) => {
        await surface.scrollIntoViewIfNeeded();
        const box = (await surface.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
        const [start = [0, 0], ...rest] = way.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
        await desk.mouse.move(...start);
        await desk.mouse.down();
        for (const point of rest) await desk.mouse.move(...point, { steps: 4 });
        await desk.mouse.up();
      };
      await drag([0.2, 0.8], [0.5, 0.5]);
      await dialog.getByRole('radio', { name: words.circle }).check();
      await drag([0.55, 0.3], [0.8, 0.6]);
      await dialog.getByRole('radio', { name: words.line }).check();
      await drag([0.1, 0.2], [0.2, 0.3], [0.3, 0.15], [0.4, 0.25]);
      await dialog.getByRole('radio', { name: words.textTool, exact: true }).check();
      await dialog.getByRole('textbox', { name: words.text }).fill('Schieber');
      // By keys as well.
      await surface.focus();
      await desk.keyboard.press('Shift+ArrowDown');
      await desk.keyboard.press('Enter');
      await expect(surface.locator('text')).toHaveText('Schieber');
      await person.look('a photo is drawn on');
      await inDialog(words.done).click();
      await expect(dialog.locator('svg text')).toHaveText('Schieber');
      await expect(dialog.locator('svg path')).toHaveCount(6);
      await person.look('a photo enlarged');
      await inDialog(words.first).click();
      await expect(inDialog(words.first), 'it is the first').toHaveCount(0);
      await inDialog(words.next).click();
      await inDialog(words.remove).click();
      await expect(dialog).toHaveCount(0);
      await expect(panel.getByRole('status').filter({ hasText: words.removed })).toBeVisible();
      await expect(panel.getByRole('button', { name: words.open(2) })).toHaveCount(0);
      await expect(panel.getByRole('button', { name: words.open(1) })).toHaveAccessibleName(words.drawn);
      await person.look('a photo was taken away');
      await person.button(words.restore).click();
      await expect(panel.getByRole('button', { name: words.open(2) })).toBeVisible();

      // Crews see them, and take them along.
      const crew = await other.newPage();
      const inMap = (name: string | RegExp) => crew.getByRole('button', { name, exact: typeof name === 'string' });
      await crew.goto(`/map?at=${hydrant.lat},${hydrant.lon}`);
      const source = crew.locator(`[data-source="${hydrant.id}"]`).first();
      await source.click();
      await inMap(words.crewOpen).scrollIntoViewIfNeeded();
      await crew.screenshot({ path: info.outputPath('photos in a sheet of the crew map.png') });
      await inMap(words.crewOpen).click();
      await expect(crew.getByRole('dialog').getByRole('img')).toBeVisible();
      expect(await faults(crew), 'a photo on the crew map').toEqual([]);
      await crew.screenshot({ path: info.outputPath('a photo on the crew map.png') });
      await inMap(words.crewNext).click();
      await crew.keyboard.press('Escape');
      await inMap(words.menu).click();
      await inMap(words.take).scrollIntoViewIfNeeded();
      await crew.screenshot({ path: info.outputPath('photos to be taken along.png') });
      await inMap(words.take).click();
      await expect(crew.getByText(words.taken)).toBeVisible();
      const sheet = await crew.request.get(`/api/firewater/alarm-sheet.pdf?lon=${hydrant.lon}&lat=${hydrant.lat}&lang=${language}`);
      await writeFile(info.outputPath('alarm sheet.pdf'), await sheet.body());
      await other.setOffline(true);
      await inMap(words.back).click();
      await source.click();
      const small = inMap(words.crewOpen).locator('img');
      await expect.poll(() => small.first().getAttribute('src'), 'from the device').toMatch(/^blob:/);
      await other.setOffline(false);
      await crew.close();

      // Of a defect.
      const today = new Date().toISOString().slice(0, 10);
      const defect = { id: crypto.randomUUID(), collection: 'hydrants', object: hydrant.id, kind: 'leaking', severity: 'minor', effect: 'none', found_on: today };
      await send(desk, '/api/defects', defect);
      await desk.getByRole('tab', { name: words.upkeep }).click();
      const chooser = desk.waitForEvent('filechooser');
      await panel.getByRole('button', { name: words.addPhoto }).click();
      await (await chooser).setFiles([{ name: 'leck.jpg', mimeType: 'image/jpeg', buffer: near }]);
      await expect(panel.getByRole('button', { name: words.open(1) })).toBeVisible({ timeout: MADE });
      await person.look('a defect with a photo');
      await desk.getByRole('tab', { name: words.tab }).click();
      await expect(panel.getByRole('button', { name: words.open(3) }), 'it is none of the object').toHaveCount(0);
      expect(complained.filter((each) => !NETWORK.test(each))).toEqual([]);
      await other.close();
    });
  });
}
