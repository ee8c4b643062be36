import { expect, test } from 'vitest';
import { canBeReshaped, kindsOf } from './kinds';

const of = (...names: string[]) => kindsOf({ properties: { geometry: { 'x-geokontor-geometry': names } } });

test('a collection says what may be drawn in it', () => {
  expect(of('Point')).toEqual(['point']);
  expect(of('Point', 'Polygon', 'MultiPolygon')).toEqual(['point', 'area']);
  expect(of('MultiLineString')).toEqual(['line']);
  expect(kindsOf({})).toEqual([]);
});

test('what would be lost by drawing is not reshaped', () => {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ];
  expect(canBeReshaped({ type: 'Point', coordinates: [0, 0] })).toBe(true);
  expect(canBeReshaped({ type: 'Polygon', coordinates: [ring] })).toBe(true);
  expect(canBeReshaped({ type: 'Polygon', coordinates: [ring, ring] }), 'a hole').toBe(false);
  expect(canBeReshaped({ type: 'MultiPoint', coordinates: [[0, 0]] })).toBe(false);
  expect(canBeReshaped(null), 'nothing yet').toBe(true);
});
