/** From an invitation to a second factor and out again, as people do it, in both languages. */
import { expect, test } from '@playwright/test';
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
  },
} as const;

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
