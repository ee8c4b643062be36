/** What stands around every page. */
export const words = {
  skip: 'Zum Inhalt',
  home: 'Startseite',
  navigation: 'Hauptnavigation',
  language: 'Sprache',
  languageSwitch: 'English',
  account: 'Konto',
  administration: 'Verwaltung',
  desk: 'Registerpflege',
  signOut: 'Abmelden',
  signIn: 'Anmelden',
  footer: 'Geokontor, Raumdatenserver des Landkreises',
  footerLinks: 'Weitere Seiten',
  openData: 'Daten (OGC API)',
  tryApi: 'Schnittstelle',
  map: 'Karte für Einsatzkräfte',
  menu: 'Menü',
  partFailed: 'Dieser Teil lässt sich gerade nicht laden.',
  retry: 'Noch einmal versuchen',
};

export type FrameWords = typeof words;
