/** Finding a place by words. [`Search`] is the socket: the server is one, a store on the device may be another. */

import { distance, type LonLat } from '../../map/place';
import type { HitKind } from '../../server/api';
import type { Sureness } from '../place/certainty';

export type { HitKind as Kind };

/** One place, in the words of `/api/search`. */
export interface Hit extends LonLat, Sureness {
  readonly kind: HitKind;
  readonly label: string;
  readonly detail?: string | null;
  /** West, south, east, north, where it is no single place. */
  readonly bbox?: readonly [number, number, number, number];
  readonly collection?: string;
  readonly id?: string;
  /** Called just so, word for word, with the very house number. */
  readonly exact: boolean;
  /** Right as far as it is written: a word is not finished, or the name goes on. */
  readonly begun?: boolean;
}

/**
 * Somebody who knows places. Rejects with [`Unanswered`] of `../water/source`, or when called off; `refused` is a
 * coordinate that leaves too much open to go there.
 */
export interface Search {
  search(text: string, near: LonLat | null, signal: AbortSignal): Promise<readonly Hit[]>;
}

/** Hits no farther from each other are one place, metres. */
const SAME = 50;
/** What a found place is called so that it is told from its namesakes: of two streets of one town by the village. */
export function fullName({ kind, label, detail }: Hit): string {
  return detail && (kind === 'address' || kind === 'street') ? `${label}, ${detail}` : label;
}

/** A source of water, which is looked at and never an incident by itself. */
export function isWater(hit: Hit): hit is Hit & { readonly collection: string; readonly id: string } {
  return hit.collection !== undefined && hit.id !== undefined && WATER.includes(hit.kind);
}

const WATER: readonly HitKind[] = ['hydrant', 'water_source', 'suction_point'];

/**
 * What is meant without doubt: found as it is written, and nothing else found so lies elsewhere. What is called just as it
 * is written has no rivals but its namesakes.
 */
export function meant(hits: readonly Hit[], text: string): Hit | null {
  const [first, ...others] = hits;
  if (!first?.exact) return null;
  const written = text.trim().toLowerCase();
  const isNamed = ({ label }: Hit) => label.toLowerCase() === written;
  const elsewhere = (other: Hit) => distance(first, other) > SAME;
  const isRival = (other: Hit) =>
    isNamed(first) ? isNamed(other) && elsewhere(other) : other.label !== first.label || elsewhere(other);
  return others.some((other) => other.exact && isRival(other)) ? null : first;
}
