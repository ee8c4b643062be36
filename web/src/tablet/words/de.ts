/** What the page of a vehicle's tablet says. */
export const words = {
  languageSwitch: 'English',
  codeTitle: 'Gerät anmelden',
  codeLead:
    'Damit liest dieses Gerät auch, was nur für Einsatzkräfte bestimmt ist. Den Code stellt aus, wer die Geräte der Feuerwehr verwaltet.',
  code: 'Code',
  codeHint: 'Acht Zeichen, wie 7KQ2-M9XR.',
  newPin: 'PIN für dieses Gerät',
  newPinHint: 'Vier bis acht Ziffern. Sie wird bei jedem Öffnen der Karte verlangt, auch ohne Netz.',
  pinAgain: 'PIN noch einmal',
  differ: 'Die beiden PINs sind nicht gleich.',
  enrol: 'Anmelden',
  enrolled: (name: string) =>
    `Dieses Gerät ist als „${name}“ angemeldet. Nehmen Sie jetzt in der Karte den Landkreis mit, damit sie ohne Netz alles zeigt.`,
  toMap: 'Karte öffnen',
  without: 'Karte ohne Anmeldung öffnen',
  pinTitle: 'PIN eingeben',
  pin: 'PIN',
  open: 'Öffnen',
  busy: 'Einen Moment …',
  wrong: 'Das ist nicht die PIN dieses Geräts.',
  wait: (seconds: number) => `Zu viele Versuche. Der nächste ist in ${seconds} Sekunden möglich.`,
  forgotten: 'PIN vergessen',
  leaveLead:
    'Ohne PIN bleibt nur, das Gerät abzumelden: Die mitgenommenen Daten werden gelöscht, und die Karte zeigt, was alle sehen. Dafür ist das Netz nötig. Danach kann es mit einem neuen Code angemeldet werden.',
  stay: 'Angemeldet bleiben',
  leaveSure: 'Gerät abmelden',
  ended: 'Dieses Gerät ist abgemeldet.',
  endedLead:
    'Die mitgenommenen Daten sind gelöscht. Die öffentliche Karte geht weiter. Einen neuen Code stellt aus, wer die Geräte der Feuerwehr verwaltet.',
  unreachable: 'Der Server ist gerade nicht zu erreichen. Bitte später noch einmal versuchen.',
  insecure: 'Geräte lassen sich nur über eine verschlüsselte Verbindung (https) anmelden.',
};

export type TabletWords = typeof words;
