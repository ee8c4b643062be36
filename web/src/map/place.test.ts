import { describe, expect, it } from 'vitest';
import { circle, destination, distance, wind } from './place';

const here = { lon: 11.46, lat: 53.8916 };

describe('places', () => {
  it('are as far apart as the ellipsoid says, within half a percent', () => {
    // UTMREF 32U PE 61655 74265 and 32U PE 63561 44086, in one zone: 30,239 m in the plane.
    const there = { lon: 11.473, lat: 53.62 };
    expect(Math.abs(distance(here, there) - 30_239) / 30_239).toBeLessThan(0.005);
    expect(distance(here, here)).toBe(0);
  });

  it('lead back from where they lead to', () => {
    for (const bearing of [0, 90, 180, 271.5]) {
      expect(distance(here, destination(here, 300, bearing))).toBeCloseTo(300, 3);
    }
  });

  it('have rings that close and keep their distance', () => {
    const ring = circle(here, 150);
    expect(ring.at(0)).toEqual(ring.at(-1));
    for (const [lon, lat] of ring) expect(distance(here, { lon, lat })).toBeCloseTo(150, 3);
  });

  it('lie in one of eight winds', () => {
    expect([0, 22, 23, 90, 359, -45].map(wind)).toEqual([0, 0, 1, 2, 0, 7]);
  });
});
