/** What is asked of `/api/sign-in`, `/api/links` and `/api/account`. */
import type { Language } from '../i18n/language';
import { line } from '../page/line';
import type { Own } from '../server/account';

/** How far one has come on the way in. */
export type Step = 'signed_in' | 'second_factor' | 'enrolment';

/** What somebody may show as second factor; recovery codes stand in for the others. */
export type Factor = 'passkey' | 'totp' | 'recovery';

export interface Progress {
  readonly state: Step;
  /** Told where a second factor is needed. */
  readonly factors?: readonly Factor[];
}

/** Somebody else who says who one is. */
export interface Provider {
  readonly name: string;
  readonly label: Readonly<Record<Language, string>>;
}

export interface OpenedLink {
  readonly purpose: 'invitation' | 'password' | 'factor' | 'mail';
  readonly name: string;
  readonly mail: string;
  /** What a link for a new address confirms. */
  readonly new_mail: string | null;
  readonly expires_at: string;
}

export interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly browser: string | null;
  readonly created_at: string;
  readonly last_seen: string;
}

export interface Enrolment {
  readonly secret: string;
  readonly address: string;
  /** A QR code as SVG; null where the address is too long for one. */
  readonly picture: string | null;
}

const post = async <T>(path: string, body?: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;

export const signIn = (mail: string, password: string) => post<Progress>('/api/sign-in', { mail, password });
export const secondFactor = (code: string) =>
  post<Progress>('/api/sign-in/second-factor', { code: code.replaceAll(/\s/g, '') });

/** The ways in beside a password. */
export interface Ways {
  readonly providers: readonly Provider[];
  /** Where passkeys work; null where there are none. */
  readonly passkeys: string | null;
}

export const signInWays = () => line.get<Ways>('/api/sign-in');
/** Begins to sign in through a provider; gives the address there. */
export const signInThrough = async (provider: string) =>
  (await post<{ location: string }>(`/api/sign-in/openid/${provider}`)).location;
/** Hands over what a provider has put into the address. */
export const comeBack = async (provider: string, query: URLSearchParams) => {
  const answer = Object.fromEntries(
    ['code', 'state', 'iss', 'error'].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return await post<Progress | { readonly state: 'linked' }>(`/api/sign-in/openid/${provider}/return`, answer);
};
/** Begins to link one's account with a provider; gives the address there. */
export const link = async (provider: string, password: string) =>
  (await post<{ location: string }>(`/api/account/identities/${provider}`, password ? { password } : {})).location;
export const unlink = (provider: string) => line.send(`/api/account/identities/${provider}`, { method: 'DELETE' });

export const openLink = (link: string) => post<OpenedLink>('/api/links/open', { link });
export const setPassword = (link: string, password: string) => post('/api/links/password', { link, password });
export const enrolByLink = (link: string, password: string) => post<Progress>('/api/links/factor', { link, password });

export const beginFactor = () => post<Enrolment>('/api/account/totp');
export const confirmFactor = async (code: string) =>
  (await line.send<Codes>('/api/account/totp', { method: 'PUT', body: { code: code.replaceAll(/\s/g, '') } })).body
    .recovery_codes;
export const removeFactor = (password: string) =>
  line.send('/api/account/totp', { method: 'DELETE', body: { password } });
export const newCodes = async (password: string) =>
  (await post<Codes>('/api/account/recovery-codes', { password })).recovery_codes;

interface Codes {
  readonly recovery_codes: readonly string[];
}

export const change = async (name: string, language: string) =>
  (await line.send<Own>('/api/account', { method: 'PATCH', body: { name, language } })).body;
export const changePassword = (present: string, password: string) =>
  post('/api/account/password', { present, password });

/** Has a link sent to a new address. */
export const askForAddress = (mail: string, password: string) =>
  post('/api/account/mail', password ? { mail, password } : { mail });
export const confirmAddress = async (link: string) => (await post<{ mail: string }>('/api/links/mail', { link })).mail;

export const sessions = async () =>
  (await line.get<{ sessions: readonly Session[] }>('/api/account/sessions')).sessions;
export const endSession = (id: string) => line.send(`/api/account/sessions/${id}`, { method: 'DELETE' });
export const endOtherSessions = () => line.send('/api/account/sessions', { method: 'DELETE' });
