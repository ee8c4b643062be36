import { describe, expect, it } from 'vitest';
import { type Point, spread } from './spread';

const nearest = (places: readonly Point[]) =>
  Math.min(
    ...places.flatMap((one, k) => places.slice(k + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y))),
  );

describe('numbers on the map', () => {
  it('stay where they belong while there is room', () => {
    const places = [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
      { x: 0, y: 60 },
    ];
    expect(spread(places, 36)).toEqual(places);
  });

  it('move apart where one would cover another, and no farther', () => {
    const [one, other] = spread(
      [
        { x: 100, y: 100 },
        { x: 110, y: 100 },
      ],
      36,
    ) as [Point, Point];
    expect(other.x - one.x).toBeCloseTo(36, 0);
    expect(one.x + other.x).toBeCloseTo(210, 3);
    expect(one.y).toBe(100);
  });

  it('all find a place around one spot, the same every time', () => {
    const crowd = Array.from({ length: 12 }, () => ({ x: 50, y: 50 }));
    const places = spread(crowd, 36);
    expect(nearest(places)).toBeGreaterThan(34);
    expect(spread(crowd, 36)).toEqual(places);
    expect(Math.max(...places.map(({ x, y }) => Math.hypot(x - 50, y - 50)))).toBeLessThan(110);
  });

  it('keep clear of the incident, which does not move', () => {
    const [place] = spread([{ x: 3, y: 0 }], 36, [{ x: 0, y: 0 }]) as [Point];
    expect(Math.hypot(place.x, place.y)).toBeGreaterThan(35.5);
  });
});
