/** What the page asks of `/api/enrolment`, and what is dropped when a tablet is one no longer. */
import type { OwnDevice } from '../server/api';
import type { Line } from '../server/line';
import { Refused } from '../server/problem';

/** Whether the server knows this browser as a tablet. */
export type Known =
  | { readonly is: 'tablet'; readonly device: OwnDevice }
  | { readonly is: 'ended' | 'none' | 'unreachable' };

/** What the crew map keeps of the register and of incidents; how it looks may stay. */
const KEPT = ['device', 'details', 'recent', 'incident', 'view'].map((name) => `geokontor.${name}`);
const CACHES = ['geokontor-map', 'geokontor-tiles'];
const STORE = 'geokontor-device';
/** The way to the map, good for one opening (crew.html takes it). */
const PASS = 'geokontor.pass';

export const enrol = async (line: Line, code: string, pin: string) =>
  (await line.send<OwnDevice>('/api/enrolment', { method: 'POST', body: { code, pin } })).body;

/** Whoever's browser no longer knows the PIN asks the server. */
export const showPin = (line: Line, pin: string) => line.send('/api/enrolment/pin', { method: 'POST', body: { pin } });

export async function known(line: Line): Promise<Known> {
  try {
    return { is: 'tablet', device: await line.get<OwnDevice>('/api/enrolment') };
  } catch (error) {
    const status = error instanceof Refused ? error.problem.status : 0;
    if (status === 401) return { is: 'ended' };
    return { is: status === 404 ? 'none' : 'unreachable' };
  }
}

/** True for a browser that has been enrolled, as far as it remembers. */
export const isMarked = () => document.cookie.includes('__Host-geokontor-tablet=');

export function pass(): void {
  sessionStorage.setItem(PASS, 'yes');
}

/** Everything the tablet has kept goes: what it took along, what it has shown, and its cookies. */
export async function drop(line: Line): Promise<void> {
  for (const key of KEPT) localStorage.removeItem(key);
  await Promise.all([...CACHES.map((name) => caches.delete(name)), emptied()]);
  await line.send('/api/enrolment', { method: 'DELETE' });
}

/** Empties the store. It is not deleted, for which every page that has it open would have to close it. */
function emptied(): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onsuccess = () => {
      const names = [...opening.result.objectStoreNames];
      if (names.length === 0) return resolve();
      const change = opening.result.transaction(names, 'readwrite');
      for (const name of names) change.objectStore(name).clear();
      change.oncomplete = () => {
        opening.result.close();
        resolve();
      };
      change.onabort = () => reject(change.error);
    };
  }).catch(() => undefined);
}
