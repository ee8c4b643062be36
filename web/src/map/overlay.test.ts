import { describe, expect, it } from 'vitest';
import { distance } from '../place/place';
import type { Nearest, Source } from '../water/source';
import { lines, rings } from './overlay';

const at = { lon: 11.46, lat: 53.89, utmref: null, degrees_minutes: '' };
const source = (id: string, usable: boolean, route?: Source['route']) =>
  ({ id, usable, position: { lon: 11.461, lat: 53.891 }, ...(route ? { route } : {}) }) as unknown as Source;
const nearest = (sources: Source[]): Nearest => ({ at, notes: [], radius: 2000, sources, time: '', origin: 'server' });

describe('over the map', () => {
  it('lie rings of 75, 150 and 300 m, each with its length', () => {
    const features = rings(at).features;
    const labels = features.filter((feature) => feature.geometry.type === 'Point');
    expect(labels.map((label) => label.properties?.label)).toEqual(['75 m', '150 m', '300 m']);
    for (const [k, label] of labels.entries()) {
      const [lon, lat] = label.geometry.coordinates as [number, number];
      expect(distance(at, { lon, lat })).toBeCloseTo([75, 150, 300][k] ?? 0, 3);
    }
    expect(rings(null).features).toEqual([]);
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
