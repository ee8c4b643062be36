/** What forms say by themselves. */
export const words = {
  yes: 'ja',
  no: 'nein',
  add: 'Eintrag hinzufügen',
  remove: 'Eintrag entfernen',
  entry: (n: number) => `Eintrag ${n}`,
  none: 'Keine Einträge.',
  failed: 'Nicht gespeichert',
  unreachable: 'Der Server antwortet nicht. Nichts ist verloren: Versuchen Sie es noch einmal.',
  why: {
    missing: (label: string) => `${label}: Diese Angabe fehlt.`,
    'no-number': (label: string) => `${label}: Das ist keine Zahl. Schreiben Sie sie ohne Tausenderpunkt, etwa 1500,5.`,
    'no-whole-number': (label: string) => `${label}: Das ist keine ganze Zahl.`,
    'no-time': (label: string) => `${label}: Das ist kein Zeitpunkt.`,
    'too-low': (label: string, limit: string) => `${label}: Das ist zu klein, mindestens ${limit}.`,
    'too-high': (label: string, limit: string) => `${label}: Das ist zu groß, höchstens ${limit}.`,
  },
};

export type FormWords = typeof words;
