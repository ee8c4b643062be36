/** What the crew map says, in the language that is chosen. Both are in the program: a tablet changes them without a line. */
import type { Language } from '../../i18n/language';
import { de, type Messages } from './de';
import { en } from './en';

export { type Language, preferred } from '../../i18n/language';

const MESSAGES: Readonly<Record<Language, Messages>> = { de, en };

class Speech {
  language = $state<Language>('de');
  readonly words: Messages = $derived(MESSAGES[this.language]);
}

/** Shared by everything that is shown. */
export const speech = new Speech();
