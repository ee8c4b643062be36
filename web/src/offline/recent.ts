/**
 * The last lists this device has shown, for when the line is down and nothing was taken along. Of a place it has a list of
 * it answers that list; of any other the coordinate, and those of the sources it has seen. It says so, and never that there is
 * no water.
 */
import { bearing, distance, isPlace, type LonLat } from '../place/place';
import { type Nearest, type NearestQuery, type Source, Unanswered, type WaterSource } from '../water/source';

const KEY = 'geokontor.recent';
/** Lists that are kept. */
const MOST = 6;
/** Metres; no crew tells two places apart that are as near. */
const SAME = 1;
/** A list of less than this around a place was asked for something else. */
const LIST = 1_000;
/** Sources of a place without a list of its own, usable or not. */
const FEW = 8;
/** After a day nobody needs an alarm any more, and it is nobody's business. */
const DAY = 86_400_000;
/** More than is ever there, so that nobody offers to ask for more. */
const ALL = 64;

/** A list, and the words it was asked for with. */
interface Kept {
  readonly asked: string | null;
  readonly nearest: Nearest;
}

export class Recent implements WaterSource {
  #lists: readonly Kept[];

  constructor(
    /** The time, milliseconds since 1970. */
    private readonly now: () => number,
    private readonly storage: () => Pick<Storage, 'getItem' | 'setItem'> = () => localStorage,
  ) {
    this.#lists = this.#read();
  }

  /** Remembers a list. */
  keep({ at, radius = 0 }: NearestQuery, nearest: Nearest): void {
    if (radius < LIST || nearest.origin === 'recent') return;
    const others = this.#lists.filter((kept) => !isSame(kept.nearest.at, nearest.at));
    const asked = typeof at === 'string' ? at : (this.#of(nearest.at)?.asked ?? null);
    this.#lists = [{ asked, nearest }, ...others].slice(0, MOST);
    try {
      this.storage().setItem(KEY, JSON.stringify(this.#lists));
    } catch {
      // Refused or full: then the lists last as long as the page.
    }
  }

  async nearest({ at, radius = 2_000 }: NearestQuery): Promise<Nearest> {
    const kept = typeof at === 'string' ? this.#lists.find(({ asked }) => asked === at) : this.#of(at);
    if (kept) return { ...kept.nearest, limit: ALL, origin: 'recent' };
    const { parse, shown } = await reading();
    let place: LonLat;
    try {
      place = typeof at === 'string' ? parse(at, null).at : at;
    } catch {
      throw new Unanswered('unreachable', 'no coordinate');
    }
    const sources = this.#known(place, radius);
    const times = this.#lists.map(({ nearest }) => nearest.time).sort();
    return {
      at: shown(place, this.#zone()),
      notes: ['known_only'],
      radius,
      limit: ALL,
      sources,
      time: times[0] ?? new Date(this.now()).toISOString(),
      origin: 'recent',
    };
  }

  detail(_collection: string, id: string): Promise<never> {
    return Promise.reject(new Unanswered('unreachable', id));
  }

  shore(): Promise<LonLat | null> {
    return Promise.resolve(null);
  }

  #of(at: LonLat): Kept | undefined {
    return this.#lists.find(({ nearest }) => isSame(nearest.at, at));
  }

  /** What was seen around a place, in straight lines: by which roads is not known from here. */
  #known(place: LonLat, radius: number): Source[] {
    const seen = new Map<string, Source>();
    for (const { nearest } of this.#lists)
      for (const one of nearest.sources) if (!seen.has(one.id)) seen.set(one.id, one);
    const from = [...seen.values()]
      .map((one) => ({
        ...one,
        distance: distance(place, one.position),
        bearing: bearing(place, one.position),
        route: null,
      }))
      .filter((one) => one.distance <= radius)
      .sort((a, b) => a.distance - b.distance);
    const few = (usable: boolean) => from.filter((one) => one.usable === usable).slice(0, FEW);
    return [...few(true), ...few(false)];
  }

  /** The zone in which the server spells places of this district. */
  #zone(): number | null {
    const zone = Number.parseInt(this.#lists.find(({ nearest }) => nearest.at.utmref)?.nearest.at.utmref ?? '', 10);
    return Number.isFinite(zone) ? zone : null;
  }

  #read(): Kept[] {
    try {
      const lists = JSON.parse(this.storage().getItem(KEY) ?? '[]') as Kept[];
      return lists.filter(({ nearest }) => {
        const isYoung = this.now() - Date.parse(nearest.time) < DAY;
        return isYoung && isPlace(nearest.at.lon, nearest.at.lat) && Array.isArray(nearest.sources);
      });
    } catch {
      return [];
    }
  }
}

const isSame = (a: LonLat, b: LonLat) => distance(a, b) < SAME;

/** Reading and writing coordinates, which a page with a server leaves to it. */
export const reading = () =>
  import('./reading').catch(() => Promise.reject(new Unanswered('unreachable', 'not loaded')));

/**
 * A source whose lists are remembered, and behind it what is remembered: at once where the line is known to be down and
 * nothing else on this device answers. `recalled` is told of when that is.
 */
export function remembered(
  source: WaterSource,
  recent: Recent,
  isAlone: () => boolean,
  recalled: (time: string) => void,
): WaterSource {
  const recall = async (query: NearestQuery) => {
    const nearest = await recent.nearest(query);
    recalled(nearest.time);
    return nearest;
  };
  return {
    nearest: async (query, signal) => {
      if (isAlone()) return recall(query);
      try {
        const nearest = await source.nearest(query, signal);
        recent.keep(query, nearest);
        return nearest;
      } catch (error) {
        if (!(error instanceof Unanswered) || error.why !== 'unreachable') throw error;
        return recall(query);
      }
    },
    detail: (collection, id, signal) => source.detail(collection, id, signal),
    shore: (spot, from, signal) => source.shore(spot, from, signal),
  };
}
