/** What tables say by themselves. */
export const words = {
  columns: 'Spalten',
  chooseColumns: 'Spalten wählen',
  rows: (n: string) => `${n} Zeilen`,
  nothing: 'Keine Zeilen.',
  markAll: 'Alle Zeilen markieren',
  mark: 'Zeile markieren',
  done: 'Fertig',
};

export type TableWords = typeof words;
