import { expect, test } from 'vitest';
import { type Area, areaOf, boundsOf, drawable, kindOf, type Line, lineOf } from './shape';

const ring = (west: number) => [
  [west, 53.8],
  [west + 0.1, 53.8],
  [west + 0.1, 53.9],
  [west, 53.8],
];
const one: Area = { type: 'Polygon', coordinates: [ring(11)] };
const two: Area = { type: 'MultiPolygon', coordinates: [[ring(11)], [ring(12)]] };
const line: Line = { type: 'LineString', coordinates: ring(11).slice(0, 2) };
const lines: Line = { type: 'MultiLineString', coordinates: [ring(11).slice(0, 3), ring(12).slice(0, 2)] };

test('an area is drawn and read again as it was', () => {
  for (const area of [one, two]) expect(areaOf(drawable(area))).toEqual(area);
  expect([drawable(null), areaOf([]), lineOf([])]).toEqual([[], null, null]);
});

test('a line is drawn and read again as it was, and is no area', () => {
  for (const each of [line, lines]) expect(lineOf(drawable(each))).toEqual(each);
  expect([areaOf(drawable(line)), lineOf(drawable(one))]).toEqual([null, null]);
});

test('what is drawn is a line or an area, and a point is set', () => {
  const collection: GeoJSON.Geometry = { type: 'GeometryCollection', geometries: [one] };
  expect([line, lines, one, two].map(kindOf)).toEqual(['line', 'line', 'area', 'area']);
  const others: (GeoJSON.Geometry | null)[] = [null, { type: 'Point', coordinates: [11, 53] }, collection];
  expect(others.map(kindOf)).toEqual([null, null, null]);
});

test('points for the hand and what is not finished are no area', () => {
  const point = { geometry: { type: 'Point', coordinates: [11, 53] }, properties: { mode: 'select' } };
  const begun = {
    geometry: { type: 'Polygon', coordinates: [ring(11).slice(0, 3)] },
    properties: { mode: 'polygon' },
  };
  expect(areaOf([point, begun, ...drawable(one)])).toEqual(one);
});

test('an area with a hole is not offered for reshaping, which would fill it, nor is a part of it', () => {
  const hole = [ring(11), ring(11.01)];
  expect(drawable({ type: 'Polygon', coordinates: hole })).toEqual([]);
  expect(drawable({ type: 'MultiPolygon', coordinates: [[ring(12)], hole] })).toEqual([]);
  expect(boundsOf(two)).toEqual([11, 53.8, 12.1, 53.9]);
  expect(boundsOf(null)).toBeNull();
});
