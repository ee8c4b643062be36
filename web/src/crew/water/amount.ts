/**
 * How much water a source gives, as a crew reckons: l/min, the most exact that is recorded, an estimate never as a
 * measurement, and what is unknown never as nothing.
 */

import { decimal } from '../../i18n/format';
import type { Messages } from '../words/de';
import type { Language } from '../words/speech.svelte';
import type { Source } from './source';

/** Ways to a number that nobody has measured or calculated (data/codelists/flow_method.toml). */
const GUESSES: readonly string[] = ['estimated', 'rule_of_thumb'];

export const isUnlimited = (source: Source) => source.inexhaustible === true || source.unlimited === true;

/** Null for what never runs dry and of which nothing else is recorded. */
export function amountOf(source: Source, words: Messages, language: Language): string | null {
  const rate = (flow: number) => `${decimal(flow, 0, language)} l/min`;
  if (source.flow_rate !== null) {
    return GUESSES.includes(source.flow_method?.code ?? '')
      ? words.list.estimated(rate(source.flow_rate))
      : rate(source.flow_rate);
  }
  const { at_least: least, below } = source.flow_class ?? {};
  if (least !== undefined) return `≥ ${rate(least)}`;
  if (below !== undefined) return `< ${rate(below)}`;
  if (source.usable_volume !== null) return `${decimal(source.usable_volume, 0, language)} m³`;
  return isUnlimited(source) ? null : words.list.unknownFlow;
}
