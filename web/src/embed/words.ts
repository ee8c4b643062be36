/** What the map on other homepages says. */
import type { Language } from '../i18n/language';

const de = {
  title: 'Löschwasser',
  list: 'Löschwasser als Liste',
  groundFailed: 'Die Hintergrundkarte antwortet nicht. Das Löschwasser wird trotzdem gezeigt.',
  canvas: 'Löschwasserkarte: Pfeile verschieben, + und − vergrößern',
  gestures: {
    'CooperativeGesturesHandler.WindowsHelpText': 'Strg halten und scrollen, um die Karte zu vergrößern',
    'CooperativeGesturesHandler.MacHelpText': '⌘ halten und scrollen, um die Karte zu vergrößern',
    'CooperativeGesturesHandler.MobileHelpText': 'Mit zwei Fingern die Karte verschieben',
  },
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  attribution: 'Quellen der Karte',
  close: 'Schließen',
  status: {
    ready: 'Einsatzbereit',
    restricted: 'Eingeschränkt',
    unknown: 'Nicht geprüft',
    out_of_service: 'AUSSER BETRIEB',
  },
};

const en: typeof de = {
  title: 'Fire water',
  list: 'Fire-fighting water as a list',
  groundFailed: 'The background map does not answer. Water is shown all the same.',
  canvas: 'Map of fire-fighting water: arrows move it, + and − zoom',
  gestures: {
    'CooperativeGesturesHandler.WindowsHelpText': 'Hold Ctrl and scroll to zoom the map',
    'CooperativeGesturesHandler.MacHelpText': 'Hold ⌘ and scroll to zoom the map',
    'CooperativeGesturesHandler.MobileHelpText': 'Use two fingers to move the map',
  },
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  attribution: 'Sources of the map',
  close: 'Close',
  status: {
    ready: 'Ready',
    restricted: 'Restricted',
    unknown: 'Not verified',
    out_of_service: 'OUT OF SERVICE',
  },
};

export const wordsIn = (language: Language): typeof de => (language === 'de' ? de : en);
