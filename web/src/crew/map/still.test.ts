import { describe, expect, it } from 'vitest';
import { distance } from '../../map/place';
import { placeAt, stillUrl, zoomFor } from './still';

const still = { center: { lon: 11.46, lat: 53.89 }, zoom: 16, width: 400, height: 300 };

describe('a still map', () => {
  it('has its middle in the middle, and as many metres a pixel as its zoom says', () => {
    expect(distance(placeAt(still, 200, 150), still.center)).toBeLessThan(0.001);
    const east = placeAt(still, 300, 150);
    const perPixel = (40_075_016.686 * Math.cos((53.89 * Math.PI) / 180)) / (512 * 2 ** 16);
    expect(Math.abs(distance(still.center, east) / (100 * perPixel) - 1)).toBeLessThan(0.005);
    expect(placeAt(still, 200, 0).lat).toBeGreaterThan(53.89);
  });

  it('is asked for in sizes the server draws', () => {
    const url = new URL(stillUrl({ ...still, width: 9000, height: 3 }, true, still.center, 3), 'http://x');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      center: '11.460000,53.890000',
      zoom: '16.00',
      width: '4096',
      height: '64',
      ratio: '2',
      style: 'night',
      marker: '11.460000,53.890000',
    });
  });

  it('shows a whole district', () => {
    const bounds = [10.7, 53.45, 12.0, 54.15] as const;
    const zoom = zoomFor(bounds, 400, 400);
    const whole = { center: { lon: 11.35, lat: 53.8 }, zoom, width: 400, height: 400 };
    expect(placeAt(whole, 0, 200).lon).toBeLessThanOrEqual(10.7 + 1e-6);
    expect(placeAt(whole, 400, 200).lon).toBeGreaterThanOrEqual(12.0 - 1e-6);
  });
});
