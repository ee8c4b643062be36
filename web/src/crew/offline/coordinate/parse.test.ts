import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LonLat } from '../../../map/place';
import { geodesic } from '../geodesic';
import { Misread, namedByLink, parse, WhichDatum } from './parse';
import { utmref } from './utmref';

interface Entry {
  readonly text: string;
  readonly lon?: number;
  readonly lat?: number;
  readonly notes?: readonly string[];
  readonly radius?: number | null;
  readonly datums?: readonly (readonly [number, number, number])[];
  readonly named?: string;
}

const entries = JSON.parse(readFileSync('../tests/fixtures/coordinates.json', 'utf8')) as Entry[];
const DISTRICT = [10.7, 53.45, 12, 54.15] as const;
/** Without a grid DHDN is good for three metres. */
const GRIDLESS = 3;
const snake = (name: string) => name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const apart = (a: LonLat, lon: number, lat: number) => geodesic(a, { lon, lat }).distance;

describe('coordinates on the device', () => {
  it.each(entries.map((entry) => [entry.text, entry] as const))('reads %j as the server does', (text, entry) => {
    const isAbroad = /\d{6}/.test(text) && (entry.lat ?? 51) < 47;
    expect(namedByLink(text)).toBe(entry.named ?? null);
    if (entry.lon === undefined || entry.lat === undefined || isAbroad) {
      expect(() => parse(text, DISTRICT)).toThrow(entry.datums ? WhichDatum : Misread);
      return;
    }
    const reading = parse(text, DISTRICT);
    const isDhdn = /DHDN|3146\d|3500000/.test(text);
    expect(apart(reading.at, entry.lon, entry.lat)).toBeLessThan(isDhdn ? GRIDLESS : 0.01);
    expect(reading.notes).toEqual((entry.notes ?? []).map(snake));
    expect(reading.radius > 50 ? Math.ceil(reading.radius) : null).toBe(entry.radius ?? null);
  });

  it('lie on one of two datums, in the order of the server', () => {
    for (const { text, datums } of entries) {
      if (!datums) continue;
      const asked = failure(() => parse(text, DISTRICT));
      if (!(asked instanceof WhichDatum)) throw asked;
      expect(asked.datums.map(([epsg]) => epsg)).toEqual(datums.map(([epsg]) => epsg));
      datums.forEach(([, lon, lat], k) => {
        expect(apart(asked.datums[k]?.[1] ?? { lon: 0, lat: 0 }, lon, lat)).toBeLessThan(GRIDLESS);
      });
    }
  });

  it('are taken on the datum that is usual in the district, which is said', () => {
    const [lon, lat] = [11.4600019, 53.89159663];
    const usual = parse('4464624 5974134', DISTRICT, ['pulkovo83']);
    expect(apart(usual.at, lon, lat)).toBeLessThan(0.01);
    expect(usual.notes).toEqual(['datum_assumed']);
    expect(apart(parse('DHDN 4464624 5974134', DISTRICT, ['pulkovo83']).at, lon, lat)).toBeGreaterThan(500);
  });

  it('are written as they are read', () => {
    expect(utmref({ lon: 11.46, lat: 53.8916 })).toBe('32U PE 61655 74265');
    const there = parse('32U PE 61655 74265', DISTRICT).at;
    expect(geodesic(there, { lon: 11.46, lat: 53.8916 }).distance).toBeLessThan(1);
  });
});

function failure(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
