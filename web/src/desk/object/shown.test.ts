import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../form/schema';
import { linesOf, nameOf, textOf } from './shown';

const fields = fieldsOf({
  properties: {
    ref: { type: 'string', title: 'Nummer' },
    flow: { type: 'integer', title: 'Durchfluss', 'x-ogc-unit': 'l/min' },
    updated_at: { type: 'string', format: 'date-time', title: 'Geändert am', readOnly: true },
  },
});
const words = {
  yes: 'ja',
  no: 'nein',
  place: 'Lage',
  placeAt: (lat: string, lon: string) => `${lat} N, ${lon} O`,
  lineOf: (corners: string) => `Linie mit ${corners} Punkten`,
  areaOf: (corners: string) => `Fläche mit ${corners} Ecken`,
  otherShape: 'Andere Form',
};
const feature = (properties: Record<string, unknown>, coordinates = [11.4, 53.8]) => ({
  id: '018f0000-1234567890ab',
  geometry: { type: 'Point', coordinates } as const,
  properties,
});

describe('what is read of an object', () => {
  it('is called by number or name, else by its id', () => {
    expect(nameOf(feature({ ref: 'LOS-1', name: 'x' }))).toBe('LOS-1');
    expect(nameOf(feature({ ref: null, name: 'Teich' }))).toBe('Teich');
    expect(nameOf(feature({}))).toBe('567890ab');
  });

  it('of a change are the fields that it changed, the place first', () => {
    const version = {
      version: 2,
      operation: 'update',
      actor: 'Olga Kranz',
      reason: '',
      at: '2026-05-01T10:00:00Z',
      before: feature({ ref: 'LOS-1', flow: null, updated_at: '2026-04-01T10:00:00Z' }),
      after: feature({ ref: 'LOS-1', flow: 1600, updated_at: '2026-05-01T10:00:00Z' }, [11.5, 53.8]),
    } as const;
    expect(linesOf(version, fields, 'de', words)).toEqual([
      { label: 'Lage', before: '53,8° N, 11,4° O', after: '53,8° N, 11,5° O' },
      { label: 'Durchfluss', before: '–', after: '1.600 l/min' },
    ]);
    const made = linesOf({ ...version, operation: 'create', before: null }, fields, 'de', words);
    expect(made.map(({ label }) => label)).toEqual(['Lage', 'Nummer', 'Durchfluss']);
  });

  it('is a point by its place, a line or an area by its corners', () => {
    const shape = (geometry: GeoJSON.Geometry | null) => textOf(fields, 'geometry', geometry, 'de', words);
    const line = [
      [11, 53],
      [11, 54],
      [12, 54],
    ];
    expect(shape({ type: 'Point', coordinates: [11.4, 53.8] })).toBe('53,8° N, 11,4° O');
    expect(shape({ type: 'LineString', coordinates: line })).toBe('Linie mit 3 Punkten');
    expect(shape({ type: 'Polygon', coordinates: [[...line, [11, 53]]] })).toBe('Fläche mit 4 Ecken');
    expect([shape(null), shape({ type: 'MultiPoint', coordinates: line })]).toEqual(['–', 'Andere Form']);
  });

  it('that nobody has declared is said as it is', () => {
    expect(textOf(fields, 'other', 3, 'de', words)).toBe('3');
  });
});
