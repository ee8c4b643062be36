/** The incident across a reload, and for a day across everything else: kept in the page's history and on the device. */
import { isPlace } from '../../map/place';
import type { Incident } from './crew.svelte';

const KEY = 'geokontor.incident';
/** After a day nobody needs an alarm any more, and it is nobody's business. */
const DAY = 86_400_000;

/** An incident of an earlier visit. */
export interface Last {
  readonly incident: Incident;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Remembers the incident of this page. */
export function keepIncident(incident: Incident, time: number): void {
  try {
    history.replaceState({ ...history.state, incident }, '');
    localStorage.setItem(KEY, JSON.stringify({ incident, time }));
  } catch {
    // Private windows refuse; the page works without.
  }
}

/** The incident this very page had before it was loaded again; null on a page that was opened. */
export function resumed(): Incident | null {
  return isIncident(history.state?.incident) ? history.state.incident : null;
}

/** The last incident of this device. */
export function lastIncident(now: number): Last | null {
  try {
    const last = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Last | null;
    if (last && now - last.time < DAY && isIncident(last.incident)) return last;
    localStorage.removeItem(KEY);
  } catch {
    // Rubbish is nothing.
  }
  return null;
}

function isIncident(value: unknown): value is Incident {
  const { at, text, label } = (value ?? {}) as Partial<Incident>;
  return isPlace(at?.lon, at?.lat) && typeof text === 'string' && typeof label === 'string';
}
