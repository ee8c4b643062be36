/** Somebody with an account, before their browser: what they read and press to sign in. */
import { createHmac } from 'node:crypto';
import { expect, type Page, type TestInfo } from '@playwright/test';
import { faults } from './axe.ts';

/** What is pressed and read. */
export const SIGNING_IN = {
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
  },
} as const;

type Words = (typeof SIGNING_IN)['de' | 'en'];

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

export class Person {
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

  /** Sets up an authenticator app. */
  async showCode(): Promise<void> {
    await this.button(this.words.begin).click();
    const secret = (await this.page.locator('main p code').textContent()) ?? '';
    await this.look('picture');
    await this.field(this.words.appCode).fill(codeOf(secret.replaceAll(' ', '')));
    await this.button(this.words.confirm).click();
  }

  /** Sets up an authenticator app as the first second factor; returns the recovery codes. */
  async enrol(): Promise<string[]> {
    await this.showCode();
    return await this.keepCodes();
  }

  /** Reads the recovery codes that are shown. */
  async keepCodes(): Promise<string[]> {
    await expect(this.button(this.words.kept)).toBeVisible();
    const codes = await this.page.locator('ol code').allTextContents();
    await this.button(this.words.kept).click();
    return codes;
  }

  /** Signs in for the first time, by a link, as somebody who must have a second factor, and opens the administration. */
  async administer(link: string): Promise<void> {
    await this.setPassword(link);
    await this.signIn();
    await this.enrol();
    await this.page.getByRole('link', { name: this.words.administration, exact: true }).click();
    await expect(this.page.getByRole('heading', { name: this.words.administration, level: 1 })).toBeVisible();
  }
}

/** Sends something to the server as whoever has signed in on a page. */
export function send<T>(page: Page, path: string, body: unknown): Promise<T> {
  return page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return await answer.json();
    },
    [path, JSON.stringify(body)] as const,
  );
}

/** How the tests of people's pages look: German on a desktop by day, English on a phone by night. */
export const LOOKS = {
  de: { locale: 'de-DE', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  en: { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
} as const;
