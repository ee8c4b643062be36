import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { geodesic } from '../geodesic';
import { Misread, parse } from './parse';
import { utmref } from './utmref';

interface Entry {
  readonly text: string;
  readonly lon?: number;
  readonly lat?: number;
  readonly notes?: readonly string[];
}

const entries = JSON.parse(readFileSync('../tests/fixtures/coordinates.json', 'utf8')) as Entry[];
const DISTRICT = [10.7, 53.45, 12, 54.15] as const;
const snake = (name: string) => name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

describe('coordinates on the device', () => {
  it.each(entries.map((entry) => [entry.text, entry] as const))('reads %j as the server does', (text, entry) => {
    const isAbroad = /\d{6}/.test(text) && (entry.lat ?? 51) < 47;
    if (entry.lon === undefined || entry.lat === undefined || isAbroad) {
      expect(() => parse(text, DISTRICT)).toThrow(Misread);
      return;
    }
    const reading = parse(text, DISTRICT);
    expect(geodesic(reading.at, { lon: entry.lon, lat: entry.lat }).distance).toBeLessThan(0.01);
    expect(reading.notes).toEqual((entry.notes ?? []).map(snake));
  });

  it('are written as they are read', () => {
    expect(utmref({ lon: 11.46, lat: 53.8916 })).toBe('32U PE 61655 74265');
    const there = parse('32U PE 61655 74265', DISTRICT).at;
    expect(geodesic(there, { lon: 11.46, lat: 53.8916 }).distance).toBeLessThan(1);
  });
});
