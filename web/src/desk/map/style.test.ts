import { describe, expect, it } from 'vitest';
import { aroundAll, boundsOf, groundOf, isWithin } from './style';

describe('the map of the desk', () => {
  it('has the ground of the house without what the list shows itself', () => {
    const layers = [
      { id: 'paper', type: 'background' },
      { id: 'streets', type: 'line', source: 'base' },
      { id: 'hydrants', type: 'symbol', source: 'firewater' },
    ] as const;
    expect(groundOf({ version: 8, sources: {}, layers: [...layers] }).layers.map(({ id }) => id)).toEqual([
      'paper',
      'streets',
    ]);
  });

  it('shows what lies in sight as a whole, and nothing without a place', () => {
    const sight: [number, number, number, number] = [11, 53, 12, 54];
    expect(isWithin([11.4, 53.8, 11.4, 53.8], sight)).toBe(true);
    expect(isWithin([11.9, 53.8, 12.1, 53.9], sight)).toBe(false);
    expect(isWithin(null, sight)).toBe(false);
  });

  it('finds the box of any geometry', () => {
    expect(boundsOf({ type: 'Point', coordinates: [11.4, 53.8] })).toEqual([11.4, 53.8, 11.4, 53.8]);
    const ring = [
      [0, 0],
      [2, 0],
      [2, 3],
      [0, 0],
    ];
    expect(boundsOf({ type: 'MultiPolygon', coordinates: [[ring]] })).toEqual([0, 0, 2, 3]);
    const parts: GeoJSON.Geometry[] = [{ type: 'Point', coordinates: [5, 5] }];
    expect(boundsOf({ type: 'GeometryCollection', geometries: parts })).toEqual([5, 5, 5, 5]);
    expect(boundsOf(null)).toBeNull();
    const point = (lon: number, lat: number): { geometry: GeoJSON.Point } => ({
      geometry: { type: 'Point', coordinates: [lon, lat] },
    });
    expect(aroundAll([point(11, 54), { geometry: null }, point(12, 53)])).toEqual([11, 53, 12, 54]);
    expect(aroundAll([{ geometry: null }])).toBeNull();
  });
});
