import { expect, test } from 'vitest';
import { cornersOf, nearest } from './snap';

const place = ([x = 0, y = 0]: GeoJSON.Position) => ({ x: x * 100, y: y * 100 });
const square: GeoJSON.Polygon = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};

test('a corner is put on the nearest of those that are near', () => {
  const to = (x: number, y: number) => nearest({ x, y }, cornersOf(square), place, 12);
  expect(to(95, 4)).toEqual([1, 0]);
  expect(to(50, 50)).toBeUndefined();
});

test('every kind of geometry has its corners', () => {
  const parts: GeoJSON.Geometry = {
    type: 'GeometryCollection',
    geometries: [{ type: 'Point', coordinates: [5, 6] }, square],
  };
  expect([...cornersOf(parts)]).toHaveLength(5);
  expect([...cornersOf(null)]).toEqual([]);
});
