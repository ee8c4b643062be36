import { describe, expect, it } from 'vitest';
import type { Nearest, Source } from '../water/source';
import { Recent, remembered } from './recent';

const NOW = Date.parse('2026-11-22T20:00:00Z');
const here = { lon: 11.46, lat: 53.89 };
const source = (id: string, lon: number, usable = true) =>
  ({ id, usable, distance: 1, bearing: 0, position: { lon, lat: 53.89 }, route: { distance: 2 } }) as unknown as Source;
const list = (sources: Source[], time = '2026-11-22T19:00:00Z'): Nearest => ({
  at: { ...here, utmref: '32U PE 61655 74265', degrees_minutes: '' },
  notes: [],
  radius: 2000,
  limit: 8,
  sources,
  time,
  origin: 'server',
});

describe('what a device has shown', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  const recent = () =>
    new Recent(
      () => NOW,
      () => storage as unknown as Storage,
    );

  it('is the list of a place after a restart, by the words it was asked for with and by its coordinate', async () => {
    const before = recent();
    before.keep({ at: 'Dorfstr. 3, Lossow', radius: 2000 }, list([source('a', 11.461)]));
    before.keep({ at: here, radius: 2000 }, list([source('a', 11.461), source('b', 11.47)]));
    before.keep({ at: here, radius: 1 }, list([]));
    for (const at of ['Dorfstr. 3, Lossow', here]) {
      const { sources, origin, notes, time } = await recent().nearest({ at });
      expect([sources.map(({ id }) => id), origin, notes, time]).toEqual([
        ['a', 'b'],
        'recent',
        [],
        '2026-11-22T19:00:00Z',
      ]);
    }
  });

  it('gives the coordinate of any other place, and in straight lines what was seen near it', async () => {
    const { at, sources, notes } = await recent().nearest({ at: { lon: 11.468, lat: 53.89 }, radius: 2000 });
    expect(at.utmref).toMatch(/^32U PE 62\d{3} 74\d{3}$/);
    expect(sources.map(({ id, route }) => [id, route])).toEqual([
      ['b', null],
      ['a', null],
    ]);
    expect(notes).toEqual(['known_only']);
    const far = await recent().nearest({ at: '53,70000 N 11,40000 E', radius: 2000 });
    expect([far.sources, far.notes, far.at.lat]).toEqual([[], ['known_only'], 53.7]);
    await expect(recent().nearest({ at: 'Atlantis' })).rejects.toMatchObject({ why: 'unreachable' });
  });

  it('is forgotten after a day', async () => {
    const later = new Recent(
      () => NOW + 86_400_000,
      () => storage as unknown as Storage,
    );
    expect((await later.nearest({ at: here })).sources).toEqual([]);
  });

  it('answers where nobody else does, and never instead of somebody who does', async () => {
    let lost = false;
    const water = {
      nearest: () => Promise.resolve(list([source('new', 11.46)])),
      detail: () => Promise.reject(new Error()),
      shore: () => Promise.resolve(null),
    };
    const both = remembered(
      water,
      recent(),
      () => lost,
      () => undefined,
    );
    const { signal } = new AbortController();
    expect((await both.nearest({ at: here, radius: 2000 }, signal)).origin).toBe('server');
    lost = true;
    const { origin, sources } = await both.nearest({ at: here, radius: 2000 }, signal);
    expect([origin, sources.map(({ id }) => id)]).toEqual(['recent', ['new']]);
  });
});
