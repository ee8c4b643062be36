/** From an invitation to a second factor and out again, as people do it, in both languages. */
import { createHmac } from 'node:crypto';
import { expect, type Page, type TestInfo, test } from '@playwright/test';
import { faults } from './support/axe.ts';

/** What is pressed and read. */
const WORDS = {
  de: {
    newPassword: 'Neues Passwort',
    setPassword: 'Passwort festlegen',
    toSignIn: 'Zur Anmeldung',
    mail: 'E-Mail-Adresse',
    password: 'Passwort',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    factor: 'Zweiten Faktor einrichten',
    begin: 'Einrichten',
    appCode: 'Code aus der App',
    confirm: 'Bestätigen',
    kept: 'Ich habe die Codes aufbewahrt',
    account: 'Ihr Konto',
    administration: 'Verwaltung',
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
    newPassword: 'New password',
    setPassword: 'Set password',
    toSignIn: 'Go to sign-in',
    mail: 'E-mail address',
    password: 'Password',
    signIn: 'Sign in',
    signOut: 'Sign out',
    factor: 'Set up a second factor',
    begin: 'Set up',
    appCode: 'Code from the app',
    confirm: 'Confirm',
    kept: 'I have kept the codes',
    account: 'Your account',
    administration: 'Administration',
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

type Words = (typeof WORDS)['de' | 'en'];

const PASSWORD = 'vier Wörter hintereinander weg';

/** The code of an authenticator at a moment (RFC 6238: SHA-1, 30 s, six digits). */
function codeOf(secret: string, time = Date.now()): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Somebody before their browser. */
class Person {
  constructor(
    readonly page: Page,
    readonly words: Words,
    readonly mail: string,
    readonly info: TestInfo,
  ) {}

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string) {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  secret(label: string) {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Looks at the page as it stands. */
  async look(what: string): Promise<void> {
    expect(await faults(this.page), what).toEqual([]);
    await this.page.screenshot({ path: this.info.outputPath(`${what}.png`), fullPage: true });
  }

  /** Sets the password that a link asks for. */
  async setPassword(link: string): Promise<void> {
    await this.page.goto(`/account${new URL(link).hash}`);
    await this.secret(this.words.newPassword).fill(PASSWORD);
    expect(this.page.url(), 'the secret stays in no history').not.toContain('link=');
    await this.look('link');
    await this.button(this.words.setPassword).click();
    await this.page.getByRole('link', { name: this.words.toSignIn }).click();
  }

  async signIn(password = PASSWORD): Promise<void> {
    await this.field(this.words.mail).fill(this.mail);
    await this.secret(this.words.password).fill(password);
    await this.button(this.words.signIn).click();
  }

  /** Signs out and waits for the page that follows. */
  async signOut(): Promise<void> {
    await this.button(this.words.signOut).click();
    await expect(this.page.getByRole('link', { name: this.words.signIn })).toBeVisible();
  }

  /** Sets up an authenticator; returns the recovery codes. */
  async enrol(): Promise<string[]> {
    await this.button(this.words.begin).click();
    const secret = (await this.page.locator('main p code').textContent()) ?? '';
    await this.look('picture');
    await this.field(this.words.appCode).fill(codeOf(secret.replaceAll(' ', '')));
    await this.button(this.words.confirm).click();
    await expect(this.button(this.words.kept)).toBeVisible();
    const codes = await this.page.locator('ol code').allTextContents();
    await this.button(this.words.kept).click();
    return codes;
  }
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
