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
