/** How much water a source gives, as a crew reads it: the most exact that is recorded, and never an estimate as a measurement. */
import type { Messages } from '../i18n/de';
import { decimal } from '../i18n/format';
import type { Language } from '../i18n/language.svelte';
import type { Source } from './source';

/** Ways to a number that nobody has measured or calculated (data/codelists/flow_method.toml). */
const GUESSES: readonly string[] = ['estimated', 'rule_of_thumb'];

export function amountOf(source: Source, words: Messages, language: Language): string | null {
  if (source.flow_rate !== null) {
    const rate = `${decimal(source.flow_rate, 0, language)} l/min`;
    return GUESSES.includes(source.flow_method?.code ?? '') ? words.list.estimated(rate) : rate;
  }
  if (source.flow_class && source.flow_class.code !== 'unknown') return source.flow_class[language];
  if (source.usable_volume !== null) return `${decimal(source.usable_volume, 0, language)} m³`;
  return null;
}
