import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WaterIndex } from './nearest';
import { Register, type RegisterFile } from './register';
import { monthsBefore } from './status';

interface Fixture {
  readonly day: number;
  readonly radius: number;
  readonly limit: number;
  readonly register: RegisterFile;
  readonly places: readonly {
    readonly lon: number;
    readonly lat: number;
    readonly found: readonly (readonly [string, number, string])[];
  }[];
}

const fixture = JSON.parse(readFileSync('../tests/fixtures/nearest.json', 'utf8')) as Fixture;

describe('the nearest water on the device', () => {
  const register = new Register(fixture.register);
  const index = new WaterIndex(register);
  const asked = { radius: fixture.radius, limit: fixture.limit, today: fixture.day };

  it('is that of the server at 200 places: the same sources, order, states and metres', () => {
    expect(fixture.places.length).toBe(200);
    for (const { lon, lat, found } of fixture.places) {
      const own = index.nearest({ at: { lon, lat }, ...asked }, null);
      // A place to draw from lies on the edge of its water: which of the two comes first, or is cut off, is chance.
      const cut = fixture.limit - 1;
      const sure = (found[cut]?.[1] ?? Number.POSITIVE_INFINITY) - 0.11;
      const states = (list: readonly (readonly [string, string, number])[]) =>
        list.flatMap(([id, status, metres], k) => (metres < sure || k > cut ? [`${id} ${status}`] : [])).sort();
      const mine = own.map((source) => [source.id, source.status, source.distance] as const);
      expect(states(mine)).toEqual(states(found.map(([id, metres, status]) => [id, status, metres])));
      own.forEach((source, k) => {
        const [id, metres] = found[k] ?? ['', Number.NaN];
        expect(Math.abs(source.distance - metres)).toBeLessThan(1);
        const there = found.find(([id]) => id === source.id)?.[1] ?? sure + 0.11;
        if (source.id !== id) expect(Math.abs(there - metres)).toBeLessThan(0.21);
      });
    }
  });

  it('follows what has changed and passes over what is older', () => {
    const place = fixture.places.find(({ found }) => found[0]?.[2] === 'ready') ?? expect.fail('a ready source');
    const id = place.found[0]?.[0] ?? '';
    const row = register.get(id) ?? expect.fail('its row');
    const codes = register.fields.get(row.collection)?.get('operational_status')?.codes ?? [];
    const out = codes.findIndex(([code]) => code === 'out_of_service');
    const mine = new Register(fixture.register);
    mine.apply([{ ...row, version: row.version + 1, values: { ...row.values, operational_status: out } }]);
    mine.apply([row]);
    const nearest = new WaterIndex(mine).nearest({ ...asked, at: place, limit: 10_000 }, null);
    const found = nearest.find((source) => source.id === id);
    expect(found?.status).toBe('out_of_service');
    expect(nearest[0]?.id).not.toBe(id);
    mine.apply([{ ...row, version: row.version + 2, values: null }]);
    expect(
      new WaterIndex(mine).nearest({ ...asked, at: place, limit: 40 }, null).some((source) => source.id === id),
    ).toBe(false);
  });
});

describe('months', () => {
  it('end with the last day where there is no such day', () => {
    const day = (iso: string) => Date.parse(iso) / 86_400_000;
    expect(monthsBefore(day('2026-11-22'), 48)).toBe(day('2022-11-22'));
    expect(monthsBefore(day('2026-03-31'), 1)).toBe(day('2026-02-28'));
    expect(monthsBefore(day('2024-02-29'), 12)).toBe(day('2023-02-28'));
  });
});
