/** The languages that are spoken here. */

export type Language = 'de' | 'en';

/** The first of the browser's languages that is spoken here, else German. */
export function preferred(languages: readonly string[]): Language {
  for (const language of languages) {
    const short = language.slice(0, 2).toLowerCase();
    if (short === 'de' || short === 'en') return short;
  }
  return 'de';
}
