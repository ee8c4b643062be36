/** The pages of accounts in a browser, on a server that answers by a script: what is said, what is sent, what axe finds. */
import axe from 'axe-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { tongue } from '../i18n/words.svelte';
import '../kern/kern.scss';
import { address } from '../page/address.svelte';
import '../page/page.scss';
import Link from './Link.svelte';
import Linked from './Linked.svelte';
import Passkeys from './Passkeys.svelte';
import Person from './Person.svelte';
import Return from './Return.svelte';
import Security from './Security.svelte';
import SignIn from './SignIn.svelte';

type Answer = [status: number, body?: unknown];

const asked: { path: string; method: string; body: unknown }[] = [];
let answers: Record<string, Answer[]> = {};

beforeEach(() => {
  asked.length = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (path, init) => {
    const method = init?.method ?? 'GET';
    asked.push({ path: String(path), method, body: init?.body ? JSON.parse(String(init.body)) : undefined });
    const [status, body] = answers[`${method} ${path}`]?.shift() ?? [404];
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
});
afterEach(() => vi.restoreAllMocks());

const refusal = (title: string, detail: string) => ({ type: 'urn:geokontor:problem:x', title, status: 401, detail });

async function complaints(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa'] },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

it('signs in by password and second factor, and says what is wrong', async () => {
  answers = {
    'POST /api/sign-in': [
      [401, refusal('Nicht angemeldet', 'E-Mail-Adresse oder Passwort stimmen nicht.')],
      [200, { state: 'second_factor' }],
    ],
    'POST /api/sign-in/second-factor': [[401, refusal('Nicht angemeldet', 'Der Code stimmt nicht.')]],
  };
  await tongue.speak('de');
  await render(SignIn);
  await page.getByRole('textbox', { name: 'E-Mail-Adresse' }).fill('ina.moor@example.org');
  await page.getByLabelText('Passwort', { exact: true }).fill('vier Wörter hintereinander');
  const send = page.getByRole('button', { name: 'Anmelden' });
  await send.click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('E-Mail-Adresse oder Passwort stimmen nicht.');
  await expect.element(page.getByRole('alert')).toHaveFocus();
  await expect.element(page.getByLabelText('Passwort', { exact: true })).toHaveValue('vier Wörter hintereinander');
  expect(await complaints()).toEqual([]);

  await send.click();
  await expect.element(page.getByRole('heading', { name: 'Zweiter Faktor' })).toHaveFocus();
  await page.getByRole('textbox', { name: 'Code' }).fill('123 456');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Der Code stimmt nicht.');
  expect(await complaints()).toEqual([]);
  expect(asked.map(({ body }) => body).at(-1)).toEqual({ code: '123456' });
});

it('sets the password of an invitation once, with the faults of the server at the field', async () => {
  const fault = { pointer: '/password', code: 'too-short', message: 'A password has at least 12 characters.' };
  answers = {
    'POST /api/links/open': [
      [200, { purpose: 'invitation', name: 'Ina Moor', mail: 'ina.moor@example.org', expires_at: '' }],
    ],
    'POST /api/links/password': [
      [422, { title: 'Invalid', detail: '', errors: [fault] }],
      [200, { mail: 'ina.moor@example.org' }],
    ],
  };
  await tongue.speak('en');
  await render(Link, { secret: 'gk-bits' });
  await expect.element(page.getByText('Welcome, Ina Moor. Set a password to use your account.')).toBeVisible();
  const password = page.getByLabelText('New password');
  await password.fill('short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect.element(password).toHaveAccessibleDescription(/at least 12 characters\.$/);
  expect(await complaints()).toEqual([]);
  await password.fill('four words in a row');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect.element(page.getByRole('link', { name: 'Go to sign-in' })).toHaveAttribute('href', '/sign-in');
  expect(asked.at(-1)?.body).toEqual({ link: 'gk-bits', password: 'four words in a row' });
});

it('says why a link opens nothing', async () => {
  answers = { 'POST /api/links/open': [[410, { title: 'Weg', detail: 'Dieser Link wurde schon benutzt.' }]] };
  await tongue.speak('de');
  await render(Link, { secret: 'gk-bits' });
  await expect.element(page.getByRole('alert')).toHaveTextContent('Dieser Link wurde schon benutzt.');
});

/** An account with a password and nothing else. */
const OWN = {
  id: 'a',
  name: 'Ina Moor',
  mail: 'i@x.org',
  language: 'de' as const,
  role: null,
  actions: [],
  district: false,
  organisations: [],
  created_at: '',
  factors: { password: '2026-11-01T08:00:00Z', totp: null, recovery_codes: 0, required: false },
  passkeys: [],
  identities: [],
};

it('sets up a second factor by a picture, and shows recovery codes once', async () => {
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M4 4h1v1h-1z"/></svg>';
  answers = {
    'POST /api/account/totp': [[200, { secret: 'JBSWY3DPEHPK3PXP', address: 'otpauth://totp/x', picture }]],
    'PUT /api/account/totp': [[200, { recovery_codes: ['aaaa-bbbb', 'cccc-dddd'] }]],
  };
  await tongue.speak('de');
  const renew = vi.fn(async () => undefined);
  await render(Security, { account: OWN, renew });
  await page.getByRole('button', { name: 'Zweiten Faktor einrichten' }).click();
  await page.getByRole('button', { name: 'Einrichten' }).click();
  const image = page.getByRole('img', { name: 'QR-Code für die Authentifizierungs-App' });
  await expect.poll(() => (image.element() as HTMLImageElement).naturalWidth).toBeGreaterThan(0);
  await expect.element(page.getByText('JBSW Y3DP EHPK 3PXP')).toBeVisible();
  await page.getByRole('textbox', { name: 'Code aus der App' }).fill('123456');
  await page.getByRole('button', { name: 'Bestätigen' }).click();
  await expect.element(page.getByText('cccc-dddd')).toBeVisible();
  expect(await complaints()).toEqual([]);
  await page.getByRole('button', { name: 'Ich habe die Codes aufbewahrt' }).click();
  await expect.element(page.getByText('cccc-dddd')).not.toBeInTheDocument();
  expect(renew).toHaveBeenCalled();
});

const KREIS = { name: 'kreis', label: { de: 'Kreis-Anmeldung', en: 'district account' } };

it('offers the ways in through providers, and says when one is away', async () => {
  const away = 'Der Anmeldedienst ist nicht erreichbar';
  answers = {
    'GET /api/sign-in': [[200, { providers: [KREIS] }]],
    'POST /api/sign-in/openid/kreis': [[503, { title: away, detail: 'Bitte in einigen Minuten erneut versuchen.' }]],
  };
  await tongue.speak('de');
  await render(SignIn);
  await page.getByRole('button', { name: 'Anmelden mit Kreis-Anmeldung' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Bitte in einigen Minuten erneut versuchen.');
  await expect.element(page.getByRole('textbox', { name: 'E-Mail-Adresse' })).toBeVisible();
  expect(await complaints()).toEqual([]);
});

it('hands over what a provider has answered once, and says why somebody is not let in', async () => {
  const detail = 'No account here belongs to this sign-in.';
  answers = { 'POST /api/sign-in/openid/kreis/return': [[403, { title: 'Not allowed', detail }]] };
  await tongue.speak('en');
  const before = location.href;
  address.become('/sign-in/return/kreis?code=abc&state=xyz&iss=https%3A%2F%2Fsso.example&session_state=1');
  await render(Return, { provider: 'kreis' });
  await expect.element(page.getByRole('alert')).toHaveTextContent(detail);
  expect(location.href).not.toContain('code=');
  expect(asked[0]?.body).toEqual({ code: 'abc', state: 'xyz', iss: 'https://sso.example' });
  expect(await complaints()).toEqual([]);
  address.become(before);
});

it('asks for the second factor of somebody who comes through a provider', async () => {
  answers = { 'POST /api/sign-in/openid/kreis/return': [[200, { state: 'second_factor' }]] };
  await tongue.speak('en');
  const before = location.href;
  await render(Return, { provider: 'kreis' });
  await expect.element(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
  address.become(before);
});

it('links an account with a provider after the password was shown, and takes the link away', async () => {
  const refused = { title: 'Nicht erlaubt', detail: 'Das bisherige Passwort stimmt nicht.' };
  answers = {
    'POST /api/account/identities/kreis': [[403, refused]],
    'DELETE /api/account/identities/kreis': [[204]],
  };
  await tongue.speak('de');
  const renew = vi.fn(async () => undefined);
  const ways = Promise.resolve({ providers: [KREIS], passkeys: null });
  const first = await render(Linked, { account: OWN, ways, renew });
  await page.getByRole('button', { name: 'Verknüpfen Kreis-Anmeldung' }).click();
  await page.getByLabelText('Passwort', { exact: true }).fill('falsch');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Das bisherige Passwort stimmt nicht.');
  expect(await complaints()).toEqual([]);
  expect(asked.at(-1)?.body).toEqual({ password: 'falsch' });
  await first.unmount();

  const at = '2026-11-01T08:00:00Z';
  const identities = [{ provider: 'kreis', label: KREIS.label, created_at: at, used_at: at }];
  await render(Linked, { account: { ...OWN, identities }, ways, renew });
  await page.getByRole('button', { name: 'Verknüpfung lösen Kreis-Anmeldung' }).click();
  await expect.poll(() => renew.mock.calls.length).toBe(1);
  expect(await complaints()).toEqual([]);
});

const OPTIONS = { challenge: 'AAAA', rpId: 'localhost', allowCredentials: [], userVerification: 'required' };

it('asks for a passkey after the password where there is one, and says when none was shown', async () => {
  const progress = { state: 'second_factor', factors: ['passkey', 'recovery'] };
  answers = {
    'GET /api/sign-in': [[200, { providers: [], passkeys: location.origin }]],
    'POST /api/sign-in/second-factor/passkey': [[200, { publicKey: OPTIONS }]],
  };
  vi.spyOn(navigator.credentials, 'get').mockRejectedValue(new DOMException('', 'NotAllowedError'));
  await tongue.speak('de');
  await render(SignIn, { reached: progress as never });
  await page.getByRole('button', { name: 'Passkey verwenden' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Der Passkey wurde nicht verwendet');
  await expect.element(page.getByText('Geben Sie einen Ihrer Wiederherstellungscodes ein.')).toBeVisible();
  expect(await complaints()).toEqual([]);
});

it('offers no passkeys under another address than the one they are for', async () => {
  answers = { 'GET /api/sign-in': [[200, { providers: [], passkeys: 'https://geo.example' }]] };
  await tongue.speak('en');
  await render(SignIn, { reached: { state: 'second_factor', factors: ['passkey', 'totp', 'recovery'] } });
  await expect.element(page.getByRole('textbox', { name: 'Code' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Use a passkey' })).not.toBeInTheDocument();
});

it('renames and removes passkeys, and keeps the last one where there must be one', async () => {
  answers = {
    'PATCH /api/account/passkeys/p': [[204]],
    'DELETE /api/account/passkeys/p': [[403, { title: 'Not allowed', detail: 'The password is wrong.' }], [204]],
  };
  await tongue.speak('en');
  const renew = vi.fn(async () => undefined);
  const ways = Promise.resolve({ providers: [], passkeys: location.origin });
  const passkeys = [{ id: 'p', name: 'Work phone', created_at: '2026-11-01T08:00:00Z', used_at: null }];
  const first = await render(Passkeys, { account: { ...OWN, passkeys }, ways, renew });
  await expect.element(page.getByText('Not used yet.')).toBeVisible();
  expect(await complaints()).toEqual([]);
  await page.getByRole('button', { name: 'Rename Work phone' }).click();
  await page.getByRole('textbox', { name: 'Label' }).fill('Old phone');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect.poll(() => renew.mock.calls.length).toBe(1);
  expect(asked.at(-1)?.body).toEqual({ name: 'Old phone' });
  await page.getByRole('button', { name: 'Remove Work phone' }).click();
  await page.getByLabelText('Password', { exact: true }).fill('wrong');
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Remove' });
  await remove.click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('The password is wrong.');
  expect(await complaints()).toEqual([]);
  await remove.click();
  await expect.poll(() => renew.mock.calls.length).toBe(2);
  await first.unmount();

  const factors = { ...OWN.factors, required: true };
  await render(Passkeys, { account: { ...OWN, factors, passkeys }, ways, renew });
  await expect.element(page.getByRole('button', { name: 'Rename Work phone' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Remove Work phone' })).not.toBeInTheDocument();
});

it('asks for a new address with the password, and says where the link goes', async () => {
  const fault = { pointer: '/mail', code: 'mail', message: 'Eine E-Mail-Adresse sieht aus wie name@example.org.' };
  answers = { 'POST /api/account/mail': [[400, { title: 'x', detail: '', errors: [fault] }], [202]] };
  await tongue.speak('de');
  await render(Person, { account: OWN, changed: vi.fn() });
  await page.getByRole('button', { name: 'E-Mail-Adresse ändern' }).click();
  const mail = page.getByRole('textbox', { name: 'Neue E-Mail-Adresse' });
  await mail.fill('ina');
  await page.getByLabelText('Passwort', { exact: true }).fill('vier Wörter hintereinander');
  await page.getByRole('button', { name: 'Link anfordern' }).click();
  await expect.element(mail).toHaveAccessibleDescription(/name@example\.org/);
  expect(await complaints()).toEqual([]);
  await mail.fill('ina@new.example');
  await page.getByRole('button', { name: 'Link anfordern' }).click();
  await expect.element(page.getByText(/Wenn zu ina@new.example noch kein Konto gehört/)).toBeVisible();
  expect(asked.at(-1)?.body).toEqual({ mail: 'ina@new.example', password: 'vier Wörter hintereinander' });
  expect(await complaints()).toEqual([]);
});

it('takes a new address in a session of the account, and asks for one first', async () => {
  const opened = { purpose: 'mail', name: null, mail: null, new_mail: 'ina@new.example', expires_at: '' };
  answers = {
    'POST /api/links/open': [
      [200, opened],
      [200, opened],
    ],
    'GET /api/account': [
      [401, refusal('x', 'y')],
      [200, OWN],
    ],
    'POST /api/links/mail': [[200, { mail: 'ina@new.example' }]],
  };
  await tongue.speak('en');
  localStorage.setItem('geokontor.signed-in', 'yes');
  const first = await render(Link, { secret: 'gk-bits' });
  await expect.element(page.getByText('First sign in in this browser.', { exact: false })).toBeVisible();
  await first.unmount();
  localStorage.setItem('geokontor.signed-in', 'yes');
  await render(Link, { secret: 'gk-bits' });
  await expect
    .element(page.getByText('Your account will then have the address ina@new.example.', { exact: false }))
    .toBeVisible();
  expect(await complaints()).toEqual([]);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect.element(page.getByRole('link', { name: 'Go to your account' })).toBeVisible();
  expect(asked.at(-1)?.body).toEqual({ link: 'gk-bits' });
  localStorage.removeItem('geokontor.signed-in');
});
