import { expect, test } from 'vitest';
import { boundsOf, drawable, type Outline, outlineOf } from './outline';

const ring = (west: number) => [
  [west, 53.8],
  [west + 0.1, 53.8],
  [west + 0.1, 53.9],
  [west, 53.8],
];
const one: Outline = { type: 'Polygon', coordinates: [ring(11)] };
const two: Outline = { type: 'MultiPolygon', coordinates: [[ring(11)], [ring(12)]] };

test('an outline is drawn and read again as it was', () => {
  for (const outline of [one, two]) expect(outlineOf(drawable(outline))).toEqual(outline);
  expect([drawable(null), outlineOf([])]).toEqual([[], null]);
});

test('points for the hand and what is not finished are no outline', () => {
  const point = { geometry: { type: 'Point', coordinates: [11, 53] }, properties: { mode: 'select' } };
  const begun = {
    geometry: { type: 'Polygon', coordinates: [ring(11).slice(0, 3)] },
    properties: { mode: 'polygon' },
  };
  expect(outlineOf([point, begun, ...drawable(one)])).toEqual(one);
});

test('an outline with a hole is not offered for reshaping, which would fill it', () => {
  expect(drawable({ type: 'Polygon', coordinates: [ring(11), ring(11.01)] })).toEqual([]);
  expect(boundsOf(two)).toEqual([11, 53.8, 12.1, 53.9]);
  expect(boundsOf(null)).toBeNull();
});
