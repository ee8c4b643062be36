import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LonLat } from '../../map/place';
import type { Change } from '../live/events';
import { EXACT, type Sureness } from '../place/certainty';
import type { Hit } from '../search/search';
import {
  type Asked,
  type Nearest,
  type NearestQuery,
  type Route,
  type Source,
  Unanswered,
  type WaterSource,
} from '../water/source';
import { Crew, type Found } from './crew.svelte';

const here: LonLat = { lon: 11.46, lat: 53.89 };
const there: LonLat = { lon: 11.5, lat: 53.9 };
const tapped = (at: LonLat): Found => ({ at, label: '', by: 'tap', ...EXACT });
const village = { certainty: 'settlement', radius: 500 } as const;
/** One of the places of Gauss-Krüger that does not say its datum. */
const onDatum: Hit = { ...there, ...EXACT, kind: 'coordinate', label: 'EPSG:2398', exact: false };
const alarm = { label: '', by: 'alarm', ...EXACT } as const;
const change = (id: string, after: Change['after']): Change => ({
  collection: 'hydrants',
  id,
  action: 'updated',
  before: null,
  after,
  tiles: {},
  time: '',
});

/** Water that answers when it is told to. */
class SlowWater implements WaterSource {
  readonly asked: {
    query: NearestQuery;
    signal: AbortSignal;
    answer: (ids: string[], route?: Route) => void;
    fail: () => void;
    refuse: (candidates?: Hit[]) => void;
  }[] = [];

  /** How sure the answers say that their place is. */
  sureness: Partial<Sureness> & Pick<Asked, 'matched'> = {};

  nearest(query: NearestQuery, signal: AbortSignal): Promise<Nearest> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const at = {
        ...(typeof query.at === 'string' ? here : query.at),
        utmref: null,
        degrees_minutes: '',
        ...this.sureness,
      };
      const sources = (ids: string[], route?: Route) =>
        ids.map((id) => ({ id, distance: 1, status: 'ready', usable: true, route, position: at }) as unknown as Source);
      this.asked.push({
        query,
        signal,
        answer: (ids, route) =>
          resolve({
            at,
            notes: [],
            radius: 2000,
            limit: 8,
            sources: sources(ids, route),
            time: '2026-11-22T20:00:00Z',
            origin: 'server',
          }),
        fail: () => reject(new Unanswered('unreachable', 'gone')),
        refuse: (candidates) => reject(new Unanswered('refused', 'no such place', null, candidates)),
      });
    });
  }

  detail(): Promise<never> {
    return Promise.reject(new Error('not asked here'));
  }

  shore(): Promise<LonLat | null> {
    return Promise.resolve(null);
  }
}

describe('a crew', () => {
  let water: SlowWater;
  let crew: Crew;
  beforeEach(() => {
    vi.useFakeTimers();
    water = new SlowWater();
    crew = new Crew(water, {
      search: (text) =>
        Promise.resolve(
          text === 'Lossow' ? [{ ...there, ...village, kind: 'place', label: 'Lossow', exact: true }] : [],
        ),
    });
  });
  afterEach(() => vi.useRealTimers());

  const arriveAt = async (place: LonLat, ids: string[]) => {
    const done = crew.setIncident(tapped(place));
    water.asked.at(-1)?.answer(ids);
    await done;
  };

  it('never sees the list of one place for another', async () => {
    await arriveAt(here, ['a']);
    const first = crew.setIncident(tapped(there));
    expect(crew.around.nearest).toBeNull();
    const second = crew.setIncident(tapped(here));
    expect(water.asked[1]?.signal.aborted).toBe(true);
    water.asked[1]?.answer(['wrong']);
    water.asked[2]?.answer(['right']);
    await Promise.all([first, second]);
    expect(crew.around.nearest?.sources.map(({ id }) => id)).toEqual(['right']);
  });

  it('sees its list before it is known how the ways turn, and never the ways of another place', async () => {
    const geometry = { type: 'LineString', coordinates: [] } as const;
    const first = crew.setIncident(tapped(here));
    water.asked[0]?.answer(['a'], { distance: 2 });
    await first;
    expect([crew.around.phase, crew.around.ways.get('a')]).toEqual(['answered', undefined]);
    await vi.advanceTimersByTimeAsync(100);
    expect(water.asked[1]?.query).toMatchObject({ at: here, ways: true });
    water.asked[1]?.answer(['a'], { distance: 2, geometry });
    await vi.advanceTimersByTimeAsync(0);
    expect(crew.around.ways.get('a')).toEqual(geometry);

    const second = crew.setIncident(tapped(there));
    water.asked[2]?.answer(['a'], { distance: 3 });
    await second;
    expect(crew.around.ways.get('a')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    void crew.setIncident(tapped(here));
    expect(water.asked[3]?.signal.aborted).toBe(true);
  });

  it('asks for more where the list is full, and for as many as the district says at the next place', async () => {
    const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await arriveAt(here, eight);
    expect(water.asked[0]?.query.limit).toBeUndefined();
    expect(crew.around.hasMore).toBe(true);
    const more = crew.incident && crew.around.more(crew.incident.at);
    expect(water.asked[1]?.query.limit).toBe(16);
    expect(crew.around.nearest?.sources, 'the list stays until there is a longer one').toHaveLength(8);
    water.asked[1]?.answer([...eight, 'i']);
    await more;
    expect(crew.around.nearest?.sources).toHaveLength(9);
    await arriveAt(there, ['a']);
    expect(water.asked.at(-1)?.query.limit).toBeUndefined();
    expect(crew.around.hasMore).toBe(false);
  });

  it('is told when nobody answers, and not that there is no water', async () => {
    const done = crew.setIncident(tapped(here));
    water.asked[0]?.fail();
    await done;
    expect(crew.around.phase).toBe('failed');
    expect(crew.around.nearest).toBeNull();
  });

  it('sees a change near by without asking, once for a flock, and keeps the list if that fails', async () => {
    await arriveAt(here, ['a']);
    crew.changed(change('far', [10, 50, 10, 50]));
    vi.advanceTimersByTime(1000);
    expect(water.asked).toHaveLength(1);
    crew.changed(change('new', [11.461, 53.891, 11.461, 53.891]));
    crew.changed(change('a', null));
    vi.advanceTimersByTime(1000);
    expect(water.asked).toHaveLength(2);
    expect(crew.around.nearest?.sources).toHaveLength(1);
    water.asked[1]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect([crew.around.phase, crew.around.nearest?.sources.length]).toEqual(['answered', 1]);
    crew.missed();
    vi.advanceTimersByTime(1000);
    water.asked[2]?.answer(['a', 'new']);
    await vi.advanceTimersByTimeAsync(0);
    expect([crew.around.changes, crew.around.nearest?.sources.length]).toEqual([1, 2]);
  });

  it('opens on an alarm that names a place, and says so when nobody knows the place', async () => {
    const opened = crew.openAlarm('Lossow', '');
    water.asked[0]?.refuse();
    await vi.advanceTimersByTimeAsync(0);
    water.asked[1]?.answer(['a']);
    await opened;
    expect(crew.incident).toMatchObject({ at: there, text: '', label: 'Lossow', certainty: 'settlement' });

    const other = new Crew(water, { search: () => Promise.resolve([]) });
    const lost = other.openAlarm('Atlantis', 'Brand');
    water.asked[2]?.refuse();
    await lost;
    expect([other.incident, other.around.phase]).toEqual([null, 'failed']);
    expect(other.unplaced).toEqual({ at: 'Atlantis', text: 'Brand', tooCoarse: false, hits: [] });
  });

  it('is offered what an alarm may mean, and keeps the words of the alarm wherever it takes place', async () => {
    const hit: Hit = { ...there, kind: 'street', label: 'Dorfstraße', exact: false, certainty: 'coarse', radius: 500 };
    const unsure = new Crew(water, { search: () => Promise.resolve([hit]) });
    const opened = unsure.openAlarm('Dorfstrase', 'B2 Zimmerbrand');
    water.asked[0]?.refuse();
    await opened;
    expect([unsure.incident, unsure.unplaced?.hits]).toEqual([null, [hit]]);
    const taken = unsure.take(hit);
    water.asked[1]?.answer(['a']);
    await taken;
    expect([unsure.incident, unsure.unplaced]).toMatchObject([
      { at: there, text: 'B2 Zimmerbrand', label: 'Dorfstraße', certainty: 'coarse' },
      null,
    ]);
    const moved = unsure.setIncident(tapped(here));
    water.asked[2]?.answer(['a']);
    await moved;
    expect(unsure.incident?.text).toBe('');
  });

  it('chooses among the places that an alarm was refused with, and nobody else is asked', async () => {
    const searched: string[] = [];
    const search = { search: (text: string) => Promise.resolve(searched.push(text) ? [] : []) };
    const unsure = new Crew(water, search);
    const opened = unsure.openAlarm('4464624 5974134', 'B2 Zimmerbrand');
    water.asked[0]?.refuse([onDatum]);
    await opened;
    expect([unsure.incident, unsure.unplaced?.hits, searched]).toEqual([null, [onDatum], []]);
    const taken = unsure.take(onDatum);
    water.asked[1]?.answer(['a']);
    await taken;
    // What a coordinate is called is said by the address beside it.
    expect(unsure.incident).toMatchObject({ at: there, text: 'B2 Zimmerbrand', label: '', certainty: 'exact' });
  });

  it('goes where a text says without doubt, and else is told what it may mean', async () => {
    water.sureness = { ...EXACT, matched: 'Dorfstraße 3, 43211 Lossow' };
    const taken = crew.takeText('Dorfstr 3 Lossow');
    water.asked[0]?.answer([]);
    await vi.advanceTimersByTimeAsync(0);
    water.asked[1]?.answer(['a']);
    expect(await taken).toBe(true);
    expect(crew.incident).toMatchObject({ label: 'Dorfstraße 3, 43211 Lossow', by: 'search' });

    const refused = crew.takeText('4464624 5974134');
    water.asked.at(-1)?.refuse([onDatum]);
    expect(await refused).toEqual([onDatum]);
    expect(crew.incident?.label).toBe('Dorfstraße 3, 43211 Lossow');
  });

  it('is told that the coordinate of an alarm is too coarse to go there', async () => {
    const coarse = new Crew(water, {
      search: () => Promise.reject(new Unanswered('refused', 'coordinate-too-coarse')),
    });
    const opened = coarse.openAlarm('53.9, 11.4', '');
    water.asked[0]?.refuse();
    await opened;
    expect(coarse.unplaced?.tooCoarse).toBe(true);
  });

  it('is asked before a tap moves an alarm, keeps the words of the alarm if it does, and takes it back', async () => {
    const opened = crew.openAlarm('32U PE 61655 74265', 'Brand');
    water.asked[0]?.answer(['a']);
    await opened;
    const tap = crew.tap(there);
    expect([crew.incident?.at, crew.question?.why, crew.looking.view]).toEqual([here, 'moves', 'list']);
    water.asked.at(-1)?.answer([]);
    await tap;
    expect(crew.question?.asked).toMatchObject(there);
    crew.decline();
    expect([crew.question, crew.incident?.at, crew.around.nearest?.sources.length]).toEqual([null, here, 1]);

    void crew.tap(there);
    const moved = crew.accept();
    water.asked.at(-1)?.answer(['b']);
    await moved;
    expect(crew.incident).toMatchObject({ at: there, text: 'Brand', by: 'tap' });
    const back = crew.undo();
    water.asked.at(-1)?.answer(['a']);
    await back;
    expect(crew.incident).toMatchObject({ at: here, text: 'Brand', by: 'alarm' });
  });

  it('is asked about a fix that is worse than the district takes, until a better one comes', async () => {
    expect(crew.fixed(here, 900)).toBe(false);
    expect([crew.incident, crew.question?.why, crew.question?.place.radius]).toEqual([null, 'inaccurate', 900]);
    expect(crew.fixed(there, 12)).toBe(true);
    expect([crew.incident?.at, crew.question, crew.doubt]).toEqual([there, null, null]);
    crew.fixed(here, 900);
    const taken = crew.accept();
    water.asked.at(-1)?.answer(['a']);
    await taken;
    expect([crew.incident?.at, crew.doubt]).toEqual([here, 900]);
  });

  it('knows how sure the place of its alarm is, and keeps its words when the place becomes known better', async () => {
    water.sureness = { certainty: 'street', radius: 300 };
    const opened = crew.openAlarm('Dorfstraße, Lossow', 'Brand');
    water.asked[0]?.answer(['a']);
    await opened;
    expect([crew.incident?.certainty, crew.doubt]).toEqual(['street', 300]);
    const better = {
      kind: 'address',
      label: 'Dorfstraße 3, Lossow',
      exact: true,
      ...EXACT,
      lon: here.lon,
      lat: here.lat + 0.001,
    } as const;
    const taken = crew.take(better);
    water.asked.at(-1)?.answer(['a']);
    await taken;
    expect(crew.incident).toMatchObject({ text: 'Brand', label: 'Dorfstraße 3, Lossow', certainty: 'exact' });
    expect(crew.doubt).toBeNull();
  });

  it('looks at a hydrant that was searched, and its incident stays', async () => {
    await arriveAt(here, ['a']);
    const known = { collection: 'hydrants', id: 'h', exact: true } as const;
    const hydrant: Hit = { ...there, ...EXACT, ...known, kind: 'hydrant', label: 'LOS-0001' };
    const looked = crew.take(hydrant);
    expect([crew.looking.view, crew.looking.sought?.label]).toEqual(['detail', 'LOS-0001']);
    await vi.advanceTimersByTimeAsync(0);
    water.asked.at(-1)?.answer(['h']);
    await looked;
    expect([crew.looking.selected?.id, crew.incident?.at, Math.round(crew.looking.selected?.distance ?? 0)]).toEqual([
      'h',
      here,
      2847,
    ]);
    crew.looking.back();
    expect([crew.looking.view, crew.around.nearest?.sources.length]).toEqual(['list', 1]);

    const missed = crew.take({ ...hydrant, id: 'gone' });
    await vi.advanceTimersByTimeAsync(0);
    water.asked.at(-1)?.fail();
    await missed;
    expect([crew.looking.sought?.failed, crew.incident?.at]).toEqual([true, here]);
  });

  it('gets its alarm as soon as the line is back', async () => {
    const opened = crew.openAlarm('32U PE 61655 74265', 'Brand');
    water.asked[0]?.fail();
    await opened;
    const again = crew.again();
    water.asked[1]?.answer(['a']);
    await again;
    expect(crew.incident).toEqual({ at: here, text: 'Brand', ...alarm });
  });

  it('opens on an alarm in any notation, and takes a moved incident back', async () => {
    const opened = crew.openAlarm('32U PE 61655 74265', 'Brand');
    expect(water.asked[0]?.query.at).toBe('32U PE 61655 74265');
    water.asked[0]?.answer(['a']);
    await opened;
    expect(crew.incident).toEqual({ at: here, text: 'Brand', ...alarm });
    await arriveAt(there, ['b']);
    const back = crew.undo();
    water.asked.at(-1)?.answer(['a']);
    await back;
    expect(crew.incident).toEqual({ at: here, text: 'Brand', ...alarm });
    expect(crew.previous).toBeNull();
  });
});
