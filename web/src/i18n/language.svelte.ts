/** Which language is spoken: the chosen one, else the browser's, else German. */
import { de, type Messages } from './de';
import { en } from './en';

export type Language = 'de' | 'en';

const MESSAGES: Readonly<Record<Language, Messages>> = { de, en };

/** The first of the browser's languages that is spoken here. */
export function preferred(languages: readonly string[]): Language {
  for (const language of languages) {
    const short = language.slice(0, 2).toLowerCase();
    if (short === 'de' || short === 'en') return short;
  }
  return 'de';
}

class Speech {
  language = $state<Language>('de');
  readonly words: Messages = $derived(MESSAGES[this.language]);
}

/** Shared by everything that is shown. */
export const speech = new Speech();
