/** What elements say by themselves. */
export const words = {
  close: 'Schließen',
  required: 'Pflichtfeld',
  optional: 'freiwillig',
  choose: 'Bitte wählen',
  fault: 'Fehler:',
  faults: (n: number) => (n === 1 ? 'Eine Angabe fehlt oder ist falsch' : `${n} Angaben fehlen oder sind falsch`),
  kinds: { info: 'Hinweis', success: 'Erledigt', warning: 'Achtung', danger: 'Fehler' },
  busy: 'Bitte warten …',
  showPassword: 'Passwort zeigen',
};

export type KernWords = typeof words;
