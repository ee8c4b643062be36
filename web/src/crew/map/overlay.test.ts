import { describe, expect, it } from 'vitest';
import { destination, distance, type LonLat, wind } from '../../map/place';
import type { Nearest, Source } from '../water/source';
import { lines, rings } from './overlay';

const at = { lon: 11.46, lat: 53.89, utmref: null, degrees_minutes: '' };
const source = (id: string, usable: boolean, route?: Source['route']) =>
  ({ id, usable, position: { lon: 11.461, lat: 53.891 }, ...(route ? { route } : {}) }) as unknown as Source;
const nearest = (sources: Source[]): Nearest => ({
  at,
  notes: [],
  radius: 2000,
  limit: 8,
  sources,
  time: '',
  origin: 'server',
});

/** Degrees clockwise from north, near enough for eight winds. */
const towards = (from: LonLat, [lon, lat]: readonly [number, number]) =>
  (Math.atan2((lon - from.lon) * Math.cos((from.lat * Math.PI) / 180), lat - from.lat) * 180) / Math.PI;

describe('over the map', () => {
  it('lie rings of 75, 150 and 300 m, each with its length', () => {
    const features = rings(at, []).features;
    const labels = features.filter((feature) => feature.geometry.type === 'Point');
    expect(labels.map((label) => label.properties?.label)).toEqual(['75 m', '150 m', '300 m']);
    for (const [k, label] of labels.entries()) {
      const [lon, lat] = label.geometry.coordinates as [number, number];
      expect(distance(at, { lon, lat })).toBeCloseTo([75, 150, 300][k] ?? 0, 3);
    }
    expect(rings(null, []).features).toEqual([]);
  });

  it('stand the lengths of rings where no number covers them', () => {
    const places = (numbers: LonLat[]) =>
      rings(at, numbers)
        .features.filter((feature) => feature.geometry.type === 'Point')
        .map(({ geometry }) => wind(towards(at, geometry.coordinates as [number, number])));
    expect(places([])).toEqual([0, 0, 0]);
    expect(places([destination(at, 80, 5)])).toEqual([1, 0, 0]);
    expect(places([destination(at, 80, 5), destination(at, 75, 40), destination(at, 160, 350)])).toEqual([7, 1, 0]);
    const everywhere = [0, 45, 90, 180, 270, 315].map((bearing) => destination(at, 75, bearing));
    expect(places(everywhere)[0]).toBe(0);
  });

  it('lead ways to water that can be used, by road where a road is known', () => {
    const geometry = {
      type: 'LineString',
      coordinates: [
        [11.46, 53.89],
        [11.4605, 53.89],
        [11.461, 53.891],
      ],
    } as const;
    const sources = [source('a', true, { distance: 200 }), source('b', true), source('c', false)];
    const ways = new Map([['a', geometry]]);
    const drawn = lines(nearest(sources), null, ways).features;
    expect(drawn.map(({ properties }) => properties)).toEqual([
      { by: 'road', selected: false },
      { by: 'line', selected: false },
    ]);
    expect(drawn[0]?.geometry.coordinates).toHaveLength(3);
    expect(lines(nearest(sources), sources[1] ?? null, ways).features.map(({ properties }) => properties)).toEqual([
      { by: 'line', selected: true },
    ]);
    expect(lines(null, null, ways).features).toEqual([]);
  });
});
