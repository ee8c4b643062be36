/**
 * What a page says: words by domain and language, each a file of its own that is loaded when its language is spoken.
 * A language is spoken once all its words are there, so no text is ever missing or mixed.
 */
import { type Language, preferred } from './language';

type Loads<T> = Readonly<Record<Language, () => Promise<{ readonly words: T }>>>;

const CHOSEN = 'geokontor.language';
const domains: ((language: Language) => Promise<void>)[] = [];

class Tongue {
  #language = $state<Language>('de');

  get language(): Language {
    return this.#language;
  }

  /** Speaks this language, once its words have come. */
  async speak(language: Language): Promise<void> {
    await Promise.all(domains.map((load) => load(language)));
    this.#language = language;
    document.documentElement.lang = language;
  }

  /** Speaks it now and at every later visit. */
  async choose(language: Language): Promise<void> {
    await this.speak(language);
    try {
      localStorage.setItem(CHOSEN, language);
    } catch {
      // Private windows refuse; the language holds for this page.
    }
  }
}

/** The language of the page, shared by everything that is shown. */
export const tongue = new Tongue();

/** The words of one domain in the language that is spoken. */
export interface Words<T> {
  readonly now: T;
}

/** Declares the words of a domain; to be called before the page begins to speak. */
export function words<T>(loads: Loads<T>): Words<T> {
  const loaded: Partial<Record<Language, T>> = $state.raw({});
  const load = async (language: Language) => {
    loaded[language] ??= (await loads[language]()).words;
  };
  domains.push(load);
  return {
    get now() {
      const now = loaded[tongue.language];
      if (now === undefined) throw new Error(`no words are loaded in '${tongue.language}'`);
      return now;
    },
  };
}

/** The language of this visit: what the address asks for, what was chosen before, what the browser prefers. */
export function wanted(query: string): Language {
  const asked = new URLSearchParams(query).get('lang');
  if (asked === 'de' || asked === 'en') return asked;
  try {
    const chosen = localStorage.getItem(CHOSEN);
    if (chosen === 'de' || chosen === 'en') return chosen;
  } catch {
    // As if nothing had been chosen.
  }
  return preferred(navigator.languages);
}
