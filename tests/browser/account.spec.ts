/** From an invitation to a second factor and out again, as people do it, in both languages. */
import { expect, test } from '@playwright/test';
import { drawArea } from './support/drawing.ts';
import { Person, SIGNING_IN } from './support/person.ts';

/** What is pressed and read. */
const WORDS = {
  de: {
    ...SIGNING_IN.de,
    invite: 'Person einladen',
    send: 'Einladen',
    name: 'Name',
    link: 'Link',
    close: 'Schließen',
    security: 'Sicherheit',
    sessions: 'Anmeldungen',
    thisOne: 'diese',
    secondFactor: 'Zweiter Faktor',
    code: 'Code',
    next: 'Weiter',
    used: /schon benutzt/,
    forbidden: 'Das dürfen Sie nicht',
    wrong: /stimmen nicht/,
    people: 'Personen',
    organisations: 'Organisationen',
    addOrganisation: 'Organisation anlegen',
    onMap: 'Gebiet auf der Karte zeigen und einzeichnen',
    drawHint: /Ecke für Ecke/,
    reshapeHint: /ihre Ecken ziehen/,
    drawn: /eingezeichnetes Gebiet/,
    add: 'Anlegen',
    kind: 'Art',
    amt: 'Amt',
    edit: /Bearbeiten/,
    organisation: /^Organisation/,
    role: 'Rolle',
    maintainer: 'Hydrantenpflege',
    give: 'Rolle geben',
    mayDo: /darf Hydranten, .* in Lossow/,
    take: /Entziehen/,
    roles: 'Rollen',
    tokens: 'Token',
    makeToken: 'Token anlegen',
    tokenName: 'Wofür',
    owner: 'Gehört',
    shown: /gk_/,
    revoke: /Widerrufen/,
  },
  en: {
    ...SIGNING_IN.en,
    invite: 'Invite a person',
    send: 'Invite',
    name: 'Name',
    link: 'Link',
    close: 'Close',
    security: 'Security',
    sessions: 'Sessions',
    thisOne: 'this one',
    secondFactor: 'Second factor',
    code: 'Code',
    next: 'Continue',
    used: /was used before/,
    forbidden: 'You may not do this',
    wrong: /are not right/,
    people: 'People',
    organisations: 'Organisations',
    addOrganisation: 'Add an organisation',
    onMap: 'Show the area on the map and draw',
    drawHint: /corner by corner/i,
    reshapeHint: /drag its corners/,
    drawn: /drawn area/,
    add: 'Add',
    kind: 'Kind',
    amt: 'Amt',
    edit: /Edit/,
    organisation: /^Organisation/,
    role: 'Role',
    maintainer: 'Hydrant maintainer',
    give: 'Give the role',
    mayDo: /may create, .* in Lossow/,
    take: /Take away/,
    roles: 'Roles',
    tokens: 'Tokens',
    makeToken: 'Make a token',
    tokenName: 'What for',
    owner: 'Belongs to',
    shown: /gk_/,
    revoke: /Revoke/,
  },
} as const;

type Words = (typeof WORDS)['de' | 'en'];

/** An administrator adds an organisation, gives somebody a role in it, and makes and revokes a token of it. */
async function rights(administrator: Person, words: Words, name: string, mail: string): Promise<void> {
  const { page } = administrator;
  const tab = (label: string) => page.getByRole('tab', { name: label, exact: true });
  await tab(words.organisations).click();
  await administrator.button(words.addOrganisation).click();
  await administrator.field(words.name).fill(name);
  await page.getByRole('combobox', { name: words.kind }).selectOption({ label: words.amt });
  await page.getByRole('checkbox', { name: 'Lossow', exact: true }).check();
  await administrator.button(words.onMap).click();
  await expect(page.getByText(words.drawHint)).toBeVisible();
  const map = page.getByRole('dialog').locator('.area-map');
  await drawArea(page, map, [
    [0.4, 0.4],
    [0.6, 0.4],
    [0.5, 0.6],
  ]);
  await expect(page.getByText(words.reshapeHint), 'an area that is closed is reshaped').toBeVisible();
  await administrator.look('organisation');
  await administrator.button(words.add).click();
  await expect(page.getByRole('row', { name: new RegExp(`${name}.*Lossow`) })).toContainText(words.drawn);
  await administrator.look('organisations');

  await tab(words.people).click();
  await page.getByRole('row', { name: new RegExp(mail) }).getByRole('button', { name: words.edit }).click();
  await page.getByRole('combobox', { name: words.organisation }).selectOption({ label: name });
  await page.getByRole('combobox', { name: words.role }).selectOption({ label: words.maintainer });
  await expect(page.getByRole('dialog')).toContainText(words.mayDo);
  await administrator.look('a role for somebody');
  await administrator.button(words.give).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: words.take })).toBeVisible();
  await administrator.button(words.close).first().click();

  await tab(words.roles).click();
  await page.getByRole('combobox', { name: words.organisation }).selectOption({ label: name });
  await expect(page.getByRole('tabpanel')).toContainText(words.mayDo);
  await administrator.look('roles');

  await tab(words.tokens).click();
  await administrator.button(words.makeToken).click();
  await administrator.field(words.tokenName).fill(`GIS ${name}`);
  await page.getByRole('combobox', { name: words.owner }).selectOption({ label: name });
  await page.getByRole('combobox', { name: words.role }).selectOption({ label: words.maintainer });
  await administrator.look('a token');
  await administrator.button(words.add).click();
  await expect(administrator.field('Token')).toHaveValue(words.shown);
  await administrator.button(words.close).last().click();
  await administrator.look('tokens');
  await page.getByRole('row', { name: new RegExp(`GIS ${name}`) }).getByRole('button', { name: words.revoke }).click();
  await expect(page.getByRole('row', { name: new RegExp(`GIS ${name}`) })).toHaveCount(0);
}

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use({ locale: language === 'de' ? 'de-DE' : 'en-GB', colorScheme: language === 'de' ? 'light' : 'dark' });

    test('from an invitation to a second factor and out again', async ({ browser, contextOptions, page }, info) => {
      const link = process.env[`ADMINISTRATOR_${language.toUpperCase()}`] ?? '';
      const administrator = new Person(page, words, `administrator.${language}@example.org`, info);
      await administrator.setPassword(link);
      await administrator.signIn('not the password at all');
      await expect(page.getByRole('alert')).toContainText(words.wrong);
      await administrator.signIn();
      await expect(page.getByRole('heading', { name: words.factor })).toBeFocused();
      await administrator.enrol();
      await expect(page.getByRole('heading', { name: words.account })).toBeVisible();

      await page.getByRole('link', { name: words.administration, exact: true }).click();
      await administrator.button(words.invite).click();
      const mail = `ina.moor.${language}@example.org`;
      await administrator.field(words.name).fill('Ina Moor');
      await administrator.field(words.mail).fill(mail);
      await administrator.look('invite');
      await administrator.button(words.send).click();
      const invitation = await administrator.field(words.link).inputValue();
      await administrator.button(words.close).last().click();
      await expect(page.getByRole('row', { name: new RegExp(mail) })).toBeVisible();
      await administrator.look('people');
      await rights(administrator, words, `Amt Lossow ${language}`, mail);

      const other = await browser.newContext(contextOptions);
      const invited = new Person(await other.newPage(), words, mail, info);
      await invited.setPassword(invitation);
      await invited.page.goto(`/account${new URL(invitation).hash}`);
      await expect(invited.page.getByRole('alert'), 'a link opens once').toContainText(words.used);
      await invited.page.goto('/sign-in?to=/account?part=security');
      await invited.signIn();
      await invited.button(words.factor).click();
      const codes = await invited.enrol();
      await invited.look('security');
      await invited.page.getByRole('tab', { name: words.sessions }).click();
      await expect(invited.page.getByRole('row').filter({ hasText: words.thisOne })).toHaveCount(1);
      await invited.look('sessions');
      await invited.page.goto('/administration');
      await expect(invited.page.getByText(words.forbidden)).toBeVisible();

      await invited.signOut();
      await invited.page.goto('/account');
      await invited.signIn();
      await expect(invited.page.getByRole('heading', { name: words.secondFactor })).toBeFocused();
      await invited.field(words.code).fill(codes[0] ?? '');
      await invited.button(words.next).click();
      await expect(invited.page.getByRole('heading', { name: words.account })).toBeVisible();
      await invited.signOut();
      await other.close();
    });
  });
}
