import { describe, expect, it } from 'vitest';
import { type Detail, type Nearest, type Source, Unanswered, type WaterSource } from '../water/source';
import type { Language } from '../words/speech.svelte';
import { Details } from './details';
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
  const details = (now = NOW, language: Language = 'de') =>
    new Details(
      () => now,
      () => language,
      () => storage as unknown as Storage,
    );
  const recent = (now = NOW) =>
    new Recent(
      () => now,
      details(now),
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

  it('asks which datum is meant, and a coarse coordinate stays one', async () => {
    const asked = recent().nearest({ at: '4464624 5974134' });
    await expect(asked).rejects.toMatchObject({
      why: 'refused',
      candidates: [
        { kind: 'coordinate', detail: 'EPSG:31468' },
        { kind: 'coordinate', detail: 'EPSG:2398' },
      ],
    });
    const { at } = await recent().nearest({ at: '32U PE 616 742' });
    expect([at.certainty, at.radius]).toEqual(['coarse', 71]);
  });

  it('has the sheets of a list, the nearest first, after a restart too, and fetches none twice', async () => {
    const asked: string[] = [];
    let isLost = false;
    const detail = (collection: string, id: string): Promise<Detail> => {
      asked.push(id);
      if (isLost) return Promise.reject(new Unanswered('unreachable', id));
      const facts = [{ name: 'note', label: 'Bemerkung', value: `Tor ${id}` }];
      return Promise.resolve({ collection, id, facts, origin: 'server' });
    };
    const water = { detail } as unknown as WaterSource;
    const listed = (id: string, updated_at: string) => ({ ...source(id, 11.46), collection: 'hydrants', updated_at });
    const known = details();
    await known.follow([listed('a', '1'), listed('b', '1')], water, 0);
    await known.follow([listed('a', '1'), listed('b', '2')], water, 0);
    expect(asked).toEqual(['a', 'b', 'b']);
    const again = await recent().detail('hydrants', 'b');
    expect([again.facts[0]?.value, again.origin]).toEqual(['Tor b', 'recent']);

    isLost = true;
    await known.follow([listed('c', '1'), listed('d', '1')], water, 0);
    expect(asked).toEqual(['a', 'b', 'b', 'c']);
    await expect(recent().detail('hydrants', 'c')).rejects.toMatchObject({ why: 'unreachable' });
    await expect(details(NOW + 86_400_000).detail('a')).rejects.toMatchObject({ why: 'unreachable' });
    // Another language is fetched anew, as soon as somebody can be asked.
    isLost = false;
    await details(NOW, 'en').follow([listed('a', '1')], water, 0);
    expect(asked.at(-1)).toBe('a');
  });

  it('is forgotten after a day', async () => {
    const later = recent(NOW + 86_400_000);
    expect((await later.nearest({ at: here })).sources).toEqual([]);
  });

  it('answers where nobody else does, and never instead of somebody who does', async () => {
    let lost = false;
    const water = {
      nearest: () => Promise.resolve(list([source('new', 11.46)])),
      detail: () => Promise.reject(new Error()),
      shore: () => Promise.resolve(null),
    };
    const both = remembered(water, recent(), {
      isLost: () => lost,
      isTaken: () => false,
      recalled: () => undefined,
      today: () => '2026-11-23',
    });
    const { signal } = new AbortController();
    expect((await both.nearest({ at: here, radius: 2000 }, signal)).origin).toBe('server');
    lost = true;
    const { origin, sources } = await both.nearest({ at: here, radius: 2000 }, signal);
    expect([origin, sources.map(({ id }) => id)]).toEqual(['recent', ['new']]);
  });
});
