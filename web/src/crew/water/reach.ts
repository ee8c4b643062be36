/** How far it is to a source as a crew may be told: to the metre where the incident is known, else from where to where. */

import { metres } from '../../i18n/format';
import { hasDirection, span } from '../place/certainty';
import type { Messages } from '../words/de';
import type { Language } from '../words/speech.svelte';
import type { HoseSettings } from './hoses';
import type { Source } from './source';
import { type Way, wayTo } from './way';

export interface Reach {
  readonly way: Way;
  /** The distance in words. */
  readonly distance: string;
  /** Whether it is worth telling in which direction the source lies. */
  readonly hasWind: boolean;
  /** Whether hoses can be counted. */
  readonly isExact: boolean;
}

/** `doubt`: metres around the incident in which it may be; null where it is known. */
export function reachOf(
  source: Source,
  hoses: HoseSettings,
  doubt: number | null,
  words: Messages,
  language: Language,
): Reach {
  const way = wayTo(source, hoses);
  if (doubt === null) {
    return { way, distance: metres(way.metres, language), hasWind: way.straight >= 1, isExact: true };
  }
  return {
    // Along which roads is not known before it is known where from.
    way: { ...way, by: 'line', metres: way.straight, across: false, atHand: false },
    distance: straightTo(source, doubt, words, language),
    hasWind: hasDirection(way.straight, doubt),
    isExact: false,
  };
}

/** The straight line in words. */
export function straightTo(source: Source, doubt: number | null, words: Messages, language: Language): string {
  if (doubt === null) return metres(source.distance, language);
  const { from, to } = span(source.distance, doubt);
  return from > 0 ? words.list.about(between(from, to, language)) : words.list.within(metres(to, language));
}

/** `300–900 m`, `700 m – 1,7 km`. */
function between(from: number, to: number, language: Language): string {
  const [low, high] = [metres(from, language), metres(to, language)];
  const number = low.replace(/\s\S+$/, '');
  return low.slice(number.length) === high.replace(/^\S+(?=\s)/, '') ? `${number}–${high}` : `${low} – ${high}`;
}
