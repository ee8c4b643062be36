import { describe, expect, it } from 'vitest';
import { de } from '../words/de';
import { DEFAULT_HOSES } from './hoses';
import { reachOf } from './reach';
import type { Source } from './source';

const source = (distance: number, road: number) =>
  ({ collection: 'hydrants', distance, route: { distance: road } }) as unknown as Source;
const told = (doubt: number | null, distance: number, road = distance) =>
  reachOf(source(distance, road), DEFAULT_HOSES, doubt, de, 'de');
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('the way to a source', () => {
  it('is told to the metre where the incident is known', () => {
    expect(told(null, 37, 167)).toMatchObject({ distance: '167\u00a0m', hasWind: true, isExact: true });
  });

  it('is told from where to where, in a straight line and without hoses, where the incident is in doubt', () => {
    const { distance, way, hasWind, isExact } = told(280, 612, 900);
    expect([plain(distance), way.by, hasWind, isExact]).toEqual(['ca. 300–900 m', 'line', true, false]);
    expect(plain(told(900, 300).distance)).toBe('bis 1,2 km');
    expect(plain(told(450, 1200).distance)).toBe('ca. 700 m – 1,7 km');
    expect(told(900, 300).hasWind).toBe(false);
  });
});
