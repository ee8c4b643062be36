/** The ways in beside a password, and where somebody wanted to go who takes one of them. */
import type { SignInWays } from '../server/api';
import { signInWays } from './api';

const WAY = 'geokontor.way-back';

/** None where that cannot be told: the way by password stands all the same. */
export const ways = (): Promise<SignInWays> => signInWays().catch(() => ({ providers: [], passkeys: null }));

/** Keeps in this tab where to go afterwards: the address is somebody else's meanwhile. */
export function rememberWay(to: string | null): void {
  try {
    if (to === null) sessionStorage.removeItem(WAY);
    else sessionStorage.setItem(WAY, to);
  } catch {
    // Without storage the way leads to the account.
  }
}

/** Where to go afterwards, once. */
export function rememberedWay(): string | null {
  try {
    const to = sessionStorage.getItem(WAY);
    sessionStorage.removeItem(WAY);
    return to;
  } catch {
    return null;
  }
}
