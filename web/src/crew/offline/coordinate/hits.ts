/** Coordinates as results of the search. */

import type { LonLat } from '../../../map/place';
import type { Sureness } from '../../place/certainty';
import type { Hit } from '../../search/search';
import { shown } from '../shown';
import type { Datum } from './gausskrueger';
import { type Bounds, WhichDatum } from './misread';
import { parse } from './parse';

/** Metres, where no district has said it. */
const ACCURACY = 50;

/** What a district says of its coordinates, as far as the device knows it. */
export interface Usual {
  readonly district: Bounds | null;
  /** The zone in which it spells its places. */
  readonly zone: number | null;
  readonly datums?: readonly Datum[];
  /** Metres up to which a place is exact. */
  readonly accuracy?: number;
}

/** Sure of a place that may be off by so many metres. */
export function surenessWithin(radius: number, accuracy = ACCURACY): Sureness {
  return radius <= accuracy ? { certainty: 'exact', radius: null } : { certainty: 'coarse', radius: Math.ceil(radius) };
}

/** The place of a text, or one on each datum where the text leaves open which is meant. Throws [`Misread`]. */
export function coordinates(text: string, { district, zone, datums, accuracy }: Usual): readonly Hit[] {
  try {
    const { at, notes, radius } = parse(text, district, datums);
    const { utmref, degrees_minutes } = shown(at, zone);
    const exact = !notes.includes('datum_assumed');
    const label = utmref ?? degrees_minutes;
    return [{ kind: 'coordinate', label, detail: degrees_minutes, ...at, exact, ...surenessWithin(radius, accuracy) }];
  } catch (error) {
    if (error instanceof WhichDatum) return onEachDatum(error, zone);
    throw error;
  }
}

/** The places that Gauss-Krüger figures may mean, each with the code to write before them. */
export function onEachDatum({ datums }: WhichDatum, zone: number | null): readonly Hit[] {
  return datums.map(([epsg, at]: readonly [number, LonLat]) => {
    const { utmref, degrees_minutes } = shown(at, zone);
    const label = utmref ?? degrees_minutes;
    return { kind: 'coordinate', label, detail: `EPSG:${epsg}`, ...at, exact: false, certainty: 'exact', radius: null };
  });
}
