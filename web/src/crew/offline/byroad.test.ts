import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { geodesic } from './geodesic';
import { WaterIndex } from './nearest';
import { Register, type RegisterFile } from './register';
import { Roads, type RoadsFile } from './roads';
import { Labels } from './spread';

interface Fixture {
  readonly day: number;
  readonly radius: number;
  readonly limit: number;
  readonly register: RegisterFile;
  readonly roads: RoadsFile;
  readonly places: readonly {
    readonly lon: number;
    readonly lat: number;
    /** Id, metres in a straight line, metres by road. */
    readonly found: readonly (readonly [string, number, number | null])[];
  }[];
}

const fixture = JSON.parse(readFileSync('../tests/fixtures/by_road.json', 'utf8')) as Fixture;

describe('hose lines on the device', () => {
  const index = new WaterIndex(new Register(fixture.register));
  const roads = new Roads(fixture.roads);
  const streets = { roads, labels: new Labels(roads.nodes) };
  const { radius, limit } = fixture;
  const asked = { radius, limit, today: fixture.day };

  it('are those of the server from 100 places: the same sources, order and metres', () => {
    expect(fixture.places.length).toBe(100);
    let ways = 0;
    for (const { lon, lat, found } of fixture.places) {
      const own = index.nearest({ at: { lon, lat }, ...asked }, streets);
      expect(own.length).toBe(found.length);
      own.forEach((source, k) => {
        const [id, straight, way] = found[k] as (typeof found)[number];
        // What is as far to centimetres may stand in either order.
        if (source.id !== id) expect(Math.abs((source.route?.distance ?? -1) - (way ?? -1))).toBeLessThan(0.31);
        else {
          expect(Math.abs(source.distance - straight)).toBeLessThan(0.21);
          expect(source.route === null).toBe(way === null);
          expect(Math.abs((source.route?.distance ?? 0) - (way ?? 0))).toBeLessThan(0.51);
        }
        if (way !== null) ways++;
      });
    }
    expect(ways).toBeGreaterThan(100);
  });

  it('turn as they are long', () => {
    for (const { lon, lat } of fixture.places) {
      const sources = index.nearest({ at: { lon, lat }, ...asked }, streets);
      for (const { route, position } of sources.slice(0, asked.limit)) {
        if (!route) continue;
        const turns = (route.geometry?.coordinates ?? []).map(([lon, lat]) => ({ lon, lat }));
        expect([turns[0], turns.at(-1)]).toEqual([{ lon, lat }, expect.anything()]);
        expect(geodesic(turns.at(-1) ?? { lon: 0, lat: 0 }, position).distance).toBeLessThan(0.1);
        const drawn = turns.slice(1).reduce((sum, turn, k) => sum + geodesic(turns[k] ?? turn, turn).distance, 0);
        expect(Math.abs(drawn - route.distance)).toBeLessThan(1 + drawn * 0.001);
      }
    }
  });
});
