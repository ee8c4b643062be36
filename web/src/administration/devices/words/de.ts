/** What the administration says of the tablets in vehicles. */
export const words = {
  devices: 'Geräte',
  devicesLead:
    'Tablets in Fahrzeugen. Sie lesen, was Einsatzkräfte lesen, auch ohne Netz, und ändern nichts. Jedes wird mit einem Code angemeldet.',
  create: 'Gerät anlegen',
  createSend: 'Anlegen',
  save: 'Umbenennen',
  name: 'Name',
  nameHint: 'Zum Beispiel der Funkrufname.',
  organisation: 'Organisation',
  state: 'Zustand',
  states: {
    waiting: 'wartet auf seinen Code',
    code_expired: 'Code abgelaufen',
    enrolled: 'angemeldet',
    expired: 'abgelaufen',
  },
  seen: 'Zuletzt gesehen',
  never: 'noch nie',
  ends: 'Angemeldet bis',
  actions: 'Aktionen',
  more: 'Bearbeiten',
  cancel: 'Abbrechen',
  close: 'Schließen',
  newCode: 'Neuer Code',
  newCodeLead: 'Wer sich mit dem neuen Code anmeldet, tritt an die Stelle des jetzigen Tablets.',
  revoke: 'Widerrufen',
  revokeLead:
    'Das Tablet wird bei der nächsten Anfrage abgewiesen und löscht dann, was es mitgenommen hat. Solange es kein Netz hat, kann es davon nicht erfahren.',
  revokeSure: 'Endgültig widerrufen',
  none: 'Es gibt noch keine Geräte.',
  noServices: 'Geräte gehören einer Feuerwehr oder dem Landkreis. Legen Sie zuerst die Organisation an.',
  codeTitle: (name: string) => `Code für ${name}`,
  codeLead: (address: string, until: string) =>
    `Öffnen Sie auf dem Tablet ${address} und geben Sie dort diesen Code ein. Er wird nur jetzt gezeigt, gilt einmal und bis ${until}.`,
  code: 'Code',
  failed: 'Die Verwaltung ist gerade nicht zu erreichen.',
};

export type DeviceWords = typeof words;
