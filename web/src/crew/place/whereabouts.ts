/** A place in the words of a crew: what it is called, or what it lies near. */

import { metres } from '../../i18n/format';
import type { Messages } from '../words/de';
import type { Language } from '../words/speech.svelte';
import { addressOf, type Near, withMunicipality } from './certainty';

/** From here on it is told how far an address is from the place that is named by it, metres. */
const FAR = 100;

/** `bei Fasanengasse 7, Grürnitz`, `230 m von …`; null where no address is near or nobody knows. */
export function nearBy(near: Near | null | undefined, words: Messages, language: Language): string | null {
  if (!near) return null;
  const address = addressOf(near);
  return near.distance < FAR
    ? words.place.near(address)
    : words.place.awayFrom(metres(Math.round(near.distance / 10) * 10, language), address);
}

/** A place by its name where it has one, else by what it lies near. */
export function whereabouts(
  label: string,
  near: Near | null | undefined,
  words: Messages,
  language: Language,
): string | null {
  return label ? withMunicipality(label, near?.municipality) : nearBy(near, words, language);
}
