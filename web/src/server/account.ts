/** Who is signed in, as every page may want to know (`/api/account`). */
import type { Elsewhere, OwnAccount } from './api';
import type { Line } from './line';
import { Refused } from './problem';

export type Own = OwnAccount;

/** Kept in this browser while somebody is signed in, so that nobody else's visits ask the server who they are. */
const MARK = 'geokontor.signed-in';

/** Notes that somebody has signed in here, or has left. Where storage is refused, pages ask every time. */
export function note(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(MARK, 'yes');
    else localStorage.removeItem(MARK);
  } catch {
    // As said above.
  }
}

function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return true;
  }
}

/** The account of this browser's session; null where nobody is signed in. */
export async function own(line: Line): Promise<Own | null> {
  if (!mayBeSignedIn()) return null;
  try {
    return await line.get<Own>('/api/account');
  } catch (error) {
    if (!(error instanceof Refused) || ![401, 403].includes(error.problem.status)) throw error;
    note(false);
    return null;
  }
}

/** Ends the session; gives where to go then: whoever came through a provider signs out there as well. */
export async function signOut(line: Line): Promise<string> {
  const { body } = await line.send<Elsewhere | undefined>('/api/sign-out', { method: 'POST' });
  note(false);
  return body?.location ?? '/';
}

/** The address of the way in that leads back here. */
export function signInAddress(back: string): string {
  return `/sign-in?to=${encodeURIComponent(back)}`;
}

/** Where somebody is led after signing in: a page of this server, else the account. Never a page of somebody else. */
export function wayBack(query: URLSearchParams, origin: string): string {
  const to = query.get('to') ?? '';
  if (!to.startsWith('/')) return '/account';
  const url = URL.canParse(to, origin) ? new URL(to, origin) : null;
  return url?.origin === origin && url.pathname !== '/sign-in' ? url.pathname + url.search : '/account';
}
