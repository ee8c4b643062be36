/** Passkeys in a browser, with an authenticator that Chromium plays, in both languages. */
import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { Person, SIGNING_IN } from './support/person.ts';

const WORDS = {
  de: {
    ...SIGNING_IN.de,
    add: 'Passkey einrichten',
    label: 'Bezeichnung',
    phone: 'Diensthandy',
    next: 'Weiter',
    use: 'Passkey verwenden',
    alone: 'Mit Passkey anmelden',
    security: 'Sicherheit',
    rename: /^Umbenennen/,
    renameDone: 'Umbenennen',
    spare: 'Altes Handy',
    remove: /^Entfernen Altes Handy/,
    removeDone: 'Entfernen',
    app: 'Authentifizierungs-App einrichten',
    none: 'Kein Passkey eingerichtet.',
    notUsed: 'Der Passkey wurde nicht verwendet',
    secondFactor: 'Zweiter Faktor',
    code: 'Code',
  },
  en: {
    ...SIGNING_IN.en,
    add: 'Set up a passkey',
    label: 'Label',
    phone: 'Work phone',
    next: 'Continue',
    use: 'Use a passkey',
    alone: 'Sign in with a passkey',
    security: 'Security',
    rename: /^Rename/,
    renameDone: 'Rename',
    spare: 'Old phone',
    remove: /^Remove Old phone/,
    removeDone: 'Remove',
    app: 'Set up an authenticator app',
    none: 'No passkey is set up.',
    notUsed: 'The passkey was not used',
    secondFactor: 'Second factor',
    code: 'Code',
  },
} as const;

/** Plugs in a phone with a screen lock that its holder opens. */
async function phone(page: Page): Promise<{ readonly session: CDPSession; readonly id: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}

for (const language of ['de', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    const words = WORDS[language];
    test.use({
      locale: language === 'de' ? 'de-DE' : 'en-GB',
      colorScheme: language === 'de' ? 'light' : 'dark',
      // Passkeys are for names, and this machine's is the one that needs no certificate.
      baseURL: (process.env.SERVER_URL ?? '').replace('127.0.0.1', 'localhost'),
    });

    test('a passkey is set up, signs in after a password and alone, and is removed', async ({ page }, info) => {
      const link = process.env[`PASSKEYS_${language.toUpperCase()}`] ?? '';
      const person = new Person(page, words, `passkeys.${language}@example.org`, info);
      const account = page.getByRole('heading', { name: words.account });
      const authenticator = await phone(page);
      await person.setPassword(link);
      await person.signIn();
      await expect(page.getByRole('heading', { name: words.factor })).toBeFocused();
      await person.button(words.add).click();
      await person.field(words.label).fill(words.phone);
      await person.look('set up');
      await person.button(words.next).click();
      expect(await person.keepCodes()).toHaveLength(10);
      await expect(account).toBeVisible();

      await person.signOut();
      await page.goto('/sign-in');
      await person.signIn();
      await expect(page.getByRole('heading', { name: words.secondFactor })).toBeFocused();
      await person.look('second factor');
      await person.button(words.use).click();
      await expect(account).toBeVisible();

      await person.signOut();
      await page.goto('/sign-in?to=/account?part=security');
      await person.button(words.alone).click();
      await expect(account).toBeVisible();

      // Who must have a second factor keeps the last one.
      await expect(page.getByRole('heading', { name: words.phone })).toBeVisible();
      await expect(page.getByRole('button', { name: words.remove })).toHaveCount(0);
      await page.getByRole('button', { name: words.rename }).click();
      await page.getByRole('dialog').getByRole('textbox').fill(words.spare);
      await page.getByRole('dialog').getByRole('button', { name: words.renameDone }).click();
      await expect(page.getByRole('heading', { name: words.spare })).toBeVisible();
      await person.look('passkeys');
      await person.button(words.app).click();
      await person.showCode();
      await page.getByRole('button', { name: words.remove }).click();
      await page.getByRole('dialog').getByLabel(words.password, { exact: true }).fill('vier Wörter hintereinander weg');
      await person.look('remove');
      await page.getByRole('dialog').getByRole('button', { name: words.removeDone }).click();
      await expect(page.getByText(words.none)).toBeVisible();

      // The phone still has it, and is told that it opens nothing.
      await person.signOut();
      await page.goto('/sign-in');
      await person.button(words.alone).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await authenticator.session.send('WebAuthn.clearCredentials', { authenticatorId: authenticator.id });
      await authenticator.session.send('WebAuthn.setUserVerified', {
        authenticatorId: authenticator.id,
        isUserVerified: false,
      });
      await person.button(words.alone).click();
      await expect(page.getByRole('alert')).toContainText(words.notUsed);
      await person.look('refused');
      await person.signIn();
      await expect(person.field(words.code)).toBeVisible();
      await expect(person.button(words.use)).toHaveCount(0);
    });
  });
}
