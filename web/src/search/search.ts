/** Finding a place by words. [`Search`] is the socket: the server is one, a store on the device may be another. */
import type { LonLat } from '../place/place';

export type Kind =
  | 'address'
  | 'street'
  | 'place'
  | 'municipality'
  | 'hydrant'
  | 'water_source'
  | 'suction_point'
  | 'coordinate';

/** One place, in the words of `/api/search`. */
export interface Hit extends LonLat {
  readonly kind: Kind;
  readonly label: string;
  readonly detail?: string | null;
  /** West, south, east, north, where it is no single place. */
  readonly bbox?: readonly [number, number, number, number];
  readonly collection?: string;
  readonly id?: string;
  /** False where the nearest thing that is known was taken. */
  readonly exact: boolean;
}

/**
 * Somebody who knows places. Rejects with [`Unanswered`] of `../water/source`, or when called off; `refused` is a
 * coordinate that leaves too much open to go there.
 */
export interface Search {
  search(text: string, near: LonLat | null, signal: AbortSignal): Promise<readonly Hit[]>;
}

/** What is meant without doubt: found as it is written, and nothing else of its kind that goes by other words. */
export function meant(hits: readonly Hit[], text: string): Hit | null {
  const [first, ...others] = hits;
  if (!first?.exact) return null;
  const isNamed = first.label.toLowerCase() === text.trim().toLowerCase();
  const rivals = others.filter(({ exact, kind, label }) => exact && kind === first.kind && label !== first.label);
  return isNamed || rivals.length === 0 ? first : null;
}
