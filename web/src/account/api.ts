/** What is asked of `/api/sign-in`, `/api/links` and `/api/account`. */
import { line } from '../page/line';
import type { Own } from '../server/account';
import type {
  Elsewhere,
  MailAddress,
  NewAuthenticator,
  OpenedLink,
  Progress,
  RecoveryCodes,
  Return,
  SessionList,
  SignInWays,
} from '../server/api';

const post = async <T>(path: string, body?: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;

export const signIn = (mail: string, password: string) => post<Progress>('/api/sign-in', { mail, password });
export const secondFactor = (code: string) =>
  post<Progress>('/api/sign-in/second-factor', { code: code.replaceAll(/\s/g, '') });

export const signInWays = () => line.get<SignInWays>('/api/sign-in');
/** Begins to sign in through a provider; gives the address there. */
export const signInThrough = async (provider: string) =>
  (await post<Elsewhere>(`/api/sign-in/openid/${provider}`)).location;
/** Hands over what a provider has put into the address. */
export const comeBack = async (provider: string, query: URLSearchParams) => {
  const answer = Object.fromEntries(
    ['code', 'state', 'iss', 'error'].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return await post<Return>(`/api/sign-in/openid/${provider}/return`, answer);
};
/** Begins to link one's account with a provider; gives the address there. */
export const link = async (provider: string, password: string) =>
  (await post<Elsewhere>(`/api/account/identities/${provider}`, password ? { password } : {})).location;
export const unlink = (provider: string) => line.send(`/api/account/identities/${provider}`, { method: 'DELETE' });

export const openLink = (link: string) => post<OpenedLink>('/api/links/open', { link });
export const setPassword = (link: string, password: string) => post('/api/links/password', { link, password });
export const enrolByLink = (link: string, password: string) => post<Progress>('/api/links/factor', { link, password });

export const beginFactor = () => post<NewAuthenticator>('/api/account/totp');
export const confirmFactor = async (code: string) =>
  (await line.send<RecoveryCodes>('/api/account/totp', { method: 'PUT', body: { code: code.replaceAll(/\s/g, '') } }))
    .body.recovery_codes;
export const removeFactor = (password: string) =>
  line.send('/api/account/totp', { method: 'DELETE', body: { password } });
export const newCodes = async (password: string) =>
  (await post<RecoveryCodes>('/api/account/recovery-codes', { password })).recovery_codes;

export const change = async (name: string, language: string) =>
  (await line.send<Own>('/api/account', { method: 'PATCH', body: { name, language } })).body;
export const changePassword = (present: string, password: string) =>
  post('/api/account/password', { present, password });

/** Has a link sent to a new address. */
export const askForAddress = (mail: string, password: string) =>
  post('/api/account/mail', password ? { mail, password } : { mail });
export const confirmAddress = (link: string) => post<MailAddress>('/api/links/mail', { link });

export const sessions = async () => (await line.get<SessionList>('/api/account/sessions')).sessions;
export const endSession = (id: string) => line.send(`/api/account/sessions/${id}`, { method: 'DELETE' });
export const endOtherSessions = () => line.send('/api/account/sessions', { method: 'DELETE' });
