/** What the portal says. */
export const words = {
  title: 'Geodaten',
  heading: (district: string) => `Geodaten: ${district}`,
  lead: 'Karten, Daten und Dienste des Landkreises für Feuerwehren, Verwaltungen, Büros und alle, die sie brauchen.',
  audiences: 'Für wen',
  crews: {
    title: 'Löschwasserkarte',
    who: 'Feuerwehr',
    text: 'Das nächste Löschwasser an jedem Ort, mit Schlauchlängen und Zustand. Läuft auf Tablets auch ohne Netz.',
  },
  data: {
    title: 'Daten ansehen und laden',
    who: 'Alle',
    text: 'Jede Sammlung als Seite zum Lesen, als GeoJSON zum Laden, nach Ort und Eigenschaft gefiltert.',
  },
  services: {
    title: 'Dienste für GIS und Programme',
    who: 'Büros und Entwicklung',
    text: 'OGC API Features und Tiles, Suche, Kartenbilder: mit Beschreibung (OpenAPI) und einer Seite zum Ausprobieren.',
  },
  embed: {
    title: 'Karte für die eigene Website',
    who: 'Gemeinden und Ämter',
    text: 'Die Löschwasserkarte als Rahmen für die Website der Gemeinde. So sieht sie aus.',
  },
  collections: 'Daten',
  collectionsLead: 'Was jeder lesen darf.',
  collectionsFailed: 'Die Liste der Daten ist gerade nicht erreichbar.',
  retry: 'Noch einmal versuchen',
  loading: 'Wird geladen …',
};

export type PortalWords = typeof words;
