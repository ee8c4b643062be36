/** What the crew map says of photos; loaded with them. */
import type { Language } from '../../i18n/language';

interface Words {
  readonly heading: string;
  readonly photo: (kind: string, n: number) => string;
  readonly count: (n: number, all: number) => string;
  readonly close: string;
  readonly previous: string;
  readonly next: string;
  readonly take: string;
  readonly small: string;
  readonly large: string;
  readonly everywhere: string;
  readonly around: (km: number) => string;
  readonly weighs: (count: string, size: string) => string;
  readonly unknown: string;
  readonly loading: string;
  readonly failed: string;
  readonly pause: string;
  readonly renew: string;
  readonly remove: string;
  readonly there: (count: string) => string;
  readonly asOf: (time: string) => string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  de: {
    heading: 'Fotos',
    photo: (kind, n) => `Foto ${n} vergrößern: ${kind}`,
    count: (n, all) => `Foto ${n} von ${all}`,
    close: 'Schließen',
    previous: 'Vorheriges Foto',
    next: 'Nächstes Foto',
    take: 'Fotos mitnehmen',
    small: 'Klein',
    large: 'Auch groß',
    everywhere: 'Ganzer Kreis',
    around: (km) => `${km} km um hier`,
    weighs: (count, size) => `${count} Fotos, ${size}.`,
    unknown: 'Größe nicht bekannt: Der Server ist nicht erreichbar.',
    loading: 'Fotos werden geladen',
    failed: 'Unterbrochen. Was schon da ist, bleibt.',
    pause: 'Anhalten',
    renew: 'Auf neuen Stand bringen',
    remove: 'Fotos vom Gerät entfernen',
    there: (count) => `${count} Fotos auf diesem Gerät.`,
    asOf: (time) => `Stand ${time}.`,
  },
  en: {
    heading: 'Photos',
    photo: (kind, n) => `Enlarge photo ${n}: ${kind}`,
    count: (n, all) => `Photo ${n} of ${all}`,
    close: 'Close',
    previous: 'Previous photo',
    next: 'Next photo',
    take: 'Take photos along',
    small: 'Small',
    large: 'Large, too',
    everywhere: 'Whole district',
    around: (km) => `${km} km around here`,
    weighs: (count, size) => `${count} photos, ${size}.`,
    unknown: 'Size not known: the server cannot be reached.',
    loading: 'Photos are being loaded',
    failed: 'Interrupted. What is here stays.',
    pause: 'Pause',
    renew: 'Bring up to date',
    remove: 'Remove the photos from this device',
    there: (count) => `${count} photos on this device.`,
    asOf: (time) => `As of ${time}.`,
  },
};
