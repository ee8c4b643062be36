/** Texts as places by what the device holds: coordinates, names, numbers of water sources. */

import type { LonLat } from '../../map/place';
import type { Sureness } from '../place/certainty';
import type { Hit } from '../search/search';
import type { Language } from '../words/speech.svelte';
import { coordinates, onEachDatum, surenessWithin } from './coordinate/hits';
import { type Bounds, Misread, TooCoarse, WhichDatum } from './coordinate/misread';
import { namedByLink, parse } from './coordinate/parse';
import type { Gazetteer } from './gazetteer';
import type { Register } from './register';

/** What texts are understood by. */
export interface Known {
  readonly gazetteer: Gazetteer;
  readonly register: Register;
  readonly district: Bounds | null;
  readonly language: Language;
}

/** A place and how it was understood. */
export interface Placed extends Sureness {
  readonly at: LonLat;
  readonly notes: readonly string[];
  /** What an address was understood as. */
  readonly matched: string | null;
}

/** A text that may mean several places. */
export class Several extends Misread {
  constructor(
    text: string,
    readonly candidates: readonly Hit[],
  ) {
    super(text, ': several places');
  }
}

/** The one place a text names: a coordinate, or a name without doubt. Throws [`Misread`], of several places [`Several`]. */
export function placed(text: string, { gazetteer, register, district, language }: Known): Placed {
  try {
    const { at, notes, radius } = parse(text, district, gazetteer.datums);
    return { at, notes, matched: null, ...surenessWithin(radius, gazetteer.accuracy) };
  } catch (error) {
    if (error instanceof WhichDatum) throw new Several(text, onEachDatum(error, register.file.utmref_zone));
    if (!(error instanceof Misread) || error instanceof TooCoarse) throw error;
    const { meant, candidates } = gazetteer.place(namedByLink(text) ?? text, register, language);
    if (!meant) throw candidates.length > 0 ? new Several(text, candidates) : error;
    const { lon, lat, label, certainty, radius } = meant;
    return { at: { lon, lat }, notes: [], matched: label, certainty, radius };
  }
}

/** What a text may mean, best first. Throws [`TooCoarse`] for a coordinate that leaves too much open. */
export function found(text: string, near: LonLat | null, known: Known): readonly Hit[] {
  const { gazetteer, register, district, language } = known;
  const { datums, accuracy } = gazetteer;
  try {
    return coordinates(text, { district, zone: register.file.utmref_zone, datums, accuracy });
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const hits = gazetteer.search(namedByLink(text) ?? text, near, register, language);
    if (!hits[0]?.exact && error instanceof TooCoarse) throw error;
    return hits;
  }
}
