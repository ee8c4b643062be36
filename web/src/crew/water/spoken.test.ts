import { expect, test } from 'vitest';
import { de } from '../words/de';
import { DEFAULT_HOSES } from './hoses';
import { reachOf } from './reach';
import type { Source } from './source';
import { spoken } from './spoken';

const hydrant = {
  collection: 'hydrants',
  ref: 'LOS-0001',
  needs: ['standpipe', 'key_underground'],
  kind: { code: 'underground', de: 'Unterflurhydrant', en: 'Underground hydrant' },
  distance: 482,
  bearing: 315,
  usable: true,
  status: 'ready',
  status_because: 'recorded',
  status_age_days: 12,
  flow_rate: 800,
  main_diameter: null,
  position: {},
} as unknown as Source;

test('an entry is read by number, state, what it is and where', () => {
  const read = (source: Source, doubt: number | null) =>
    spoken(source, 1, reachOf(source, DEFAULT_HOSES, doubt, de, 'de'), de, 'de').replaceAll('\u00a0', ' ');
  expect(read(hydrant, null)).toBe(
    '1, einsatzbereit, Unterflurhydrant LOS-0001, 482 m nordwestlich, Luftlinie, 32 B-Schläuche, 800 l/min, Standrohr + Schlüssel, geprüft vor 12 Tagen',
  );
  const closed = { status: 'out_of_service', status_reason: 'Eisgang', status_until: '2026-12-03' } as const;
  expect(read({ ...hydrant, usable: false, ...closed }, 100)).toBe(
    '1, außer Betrieb, Eisgang, bis 03.12.2026, Unterflurhydrant LOS-0001, ca. 350–600 m nordwestlich, Luftlinie, 800 l/min, geprüft vor 12 Tagen',
  );
});
