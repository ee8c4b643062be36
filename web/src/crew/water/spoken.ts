/** An entry of the list as it is read aloud: number and state first, then what it is, where, and what it takes and gives. */

import { day, daysAgo, metres } from '../../i18n/format';
import { wind } from '../../map/place';
import type { Messages } from '../words/de';
import type { Language } from '../words/speech.svelte';
import { amountOf, isUnlimited } from './amount';
import { needs } from './needs';
import type { Reach } from './reach';
import type { Source } from './source';
import { titleOf } from './title';

export function spoken(source: Source, number: number, reach: Reach, words: Messages, language: Language): string {
  const { way, distance, hasWind, isExact } = reach;
  const { first, kind, ref } = titleOf(source, language);
  const parts = [
    String(number),
    words.statusSpoken[source.status],
    source.status_because === 'decommissioned' && words.because.decommissioned,
    reasonOf(source, words, language),
    [first, kind, ref].filter(Boolean).join(' '),
    hasWind ? `${distance} ${words.windsSpoken[wind(source.bearing)]}` : distance,
    way.by === 'line' && words.list.straight,
    source.usable && isExact && words.list.hoses(way.hoses),
    isUnlimited(source) && words.list.unlimited,
    amountOf(source, words, language),
    source.main_diameter !== null && `DN ${source.main_diameter}`,
    source.usable &&
      needs(source)
        .map((need) => words.needsShort[need])
        .join(' + '),
    way.by === 'road' && `${words.list.straight} ${metres(way.straight, language)}`,
    way.atHand && source.usable && words.list.atHand,
    checkedOf(source, words),
  ];
  return parts.filter(Boolean).join(', ');
}

/** Why a source is as it is, and until when. */
export function reasonOf({ status_reason, status_until }: Source, words: Messages, language: Language): string {
  return [status_reason, status_until && words.list.until(day(status_until, language))].filter(Boolean).join(', ');
}

/** When somebody has last looked at a source. */
export function checkedOf(source: Source, words: Messages): string {
  if (source.status_age_days === null) return words.list.neverChecked;
  const age = daysAgo(source.status_age_days, words);
  return source.status_because === 'outdated' ? words.list.lastChecked(age) : words.list.checked(age);
}
