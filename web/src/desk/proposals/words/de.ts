/** What the desk says of edits that wait for a second person. */
export const words = {
  title: 'Zur Freigabe',
  waits: 'Die Änderung liegt zur Freigabe vor',
  waitsLead:
    'Solche Änderungen muss eine zweite Person freigeben. Bis dahin bleibt das Objekt, wie es ist. Sie bekommen eine E-Mail.',
  failed: 'Der Vorschlag lässt sich gerade nicht laden.',
  operations: { create: 'Anlegen vorgeschlagen', update: 'Änderung vorgeschlagen', delete: 'Löschen vorgeschlagen' },
  by: (who: string, when: string) => `${who}, ${when}`,
  proposed: 'Vorschlag',
  now: (value: string) => `jetzt: ${value}`,
  moved: (label: string, metres: string) => `${label} (${metres})`,
  nothing: 'Der Vorschlag ändert keine einzelne Angabe.',
  deletion: 'Das Objekt soll aus dem Register gelöscht werden.',
  whole: (n: string) => `Der Vorschlag betrifft ${n} Objekte. Über alle wird zusammen entschieden.`,
  conflict: 'Seit dem Vorschlag wurde dasselbe anders geändert',
  conflictLead: 'So kann er nicht freigegeben werden. Lehnen Sie ihn ab, oder lassen Sie ihn neu stellen.',
  gone: 'Das Objekt wurde inzwischen gelöscht',
  approve: 'Freigeben',
  refuse: 'Ablehnen',
  refuseLead: 'Am Objekt ändert sich nichts. Den Grund erfährt, wer die Änderung vorgeschlagen hat.',
  refuseReason: 'Grund der Ablehnung',
  refuseReasonMissing: 'Geben Sie einen Grund an.',
  withdraw: 'Zurückziehen',
  cancel: 'Abbrechen',
  decided: { open: '', approved: 'Freigegeben', refused: 'Abgelehnt', withdrawn: 'Zurückgezogen' },
  proposer: (who: string) => `vorgeschlagen von ${who}`,
};

export type ProposalWords = typeof words;
