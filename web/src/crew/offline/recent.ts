/**
 * The last lists this device has shown, for when the line is down and nothing was taken along. Of a place it has a list of
 * it answers that list; of any other the coordinate, and those of the sources it has seen. It says so, and never that there is
 * no water.
 */

import { bearing, distance, isPlace, type LonLat } from '../../map/place';
import { EXACT, type Sureness } from '../place/certainty';
import type { Hit } from '../search/search';
import {
  type Detail,
  type Nearest,
  type NearestQuery,
  orElse,
  type Source,
  Unanswered,
  type WaterSource,
} from '../water/source';
import { asOf } from '../water/until';
import type { Details } from './details';

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
    readonly details: Details,
    private readonly storage: () => Pick<Storage, 'getItem' | 'setItem'> = () => localStorage,
  ) {
    this.#lists = this.#read();
  }

  /** Remembers a list; true if it is one. */
  keep({ at, radius = 0 }: NearestQuery, nearest: Nearest): boolean {
    if (radius < LIST || nearest.origin === 'recent') return false;
    const others = this.#lists.filter((kept) => !isSame(kept.nearest.at, nearest.at));
    const asked = typeof at === 'string' ? at : (this.#of(nearest.at)?.asked ?? null);
    this.#lists = [{ asked, nearest }, ...others].slice(0, MOST);
    try {
      this.storage().setItem(KEY, JSON.stringify(this.#lists));
    } catch {
      // Refused or full: then the lists last as long as the page.
    }
    return true;
  }

  async nearest({ at, radius = 2_000 }: NearestQuery): Promise<Nearest> {
    const kept = typeof at === 'string' ? this.#lists.find(({ asked }) => asked === at) : this.#of(at);
    if (kept) return { ...kept.nearest, limit: ALL, origin: 'recent' };
    const place = typeof at === 'string' ? await this.#placed(at) : { ...at, ...EXACT };
    const { shown } = await reading();
    const { certainty, radius: doubt } = place;
    const sources = this.#known(place, radius);
    const times = this.#lists.map(({ nearest }) => nearest.time).sort();
    return {
      at: { ...shown(place, this.#zone()), certainty, radius: doubt },
      notes: ['known_only'],
      radius,
      limit: ALL,
      sources,
      time: times[0] ?? new Date(this.now()).toISOString(),
      origin: 'recent',
    };
  }

  detail(_collection: string, id: string): Promise<Detail> {
    return this.details.detail(id);
  }

  shore(): Promise<LonLat | null> {
    return Promise.resolve(null);
  }

  /** The place of a coordinate; what else a text may be nobody here knows. */
  async #placed(text: string): Promise<LonLat & Sureness> {
    const { coordinates } = await reading();
    let hits: readonly Hit[];
    try {
      hits = coordinates(text, { district: null, zone: this.#zone() });
    } catch {
      throw new Unanswered('unreachable', 'no coordinate');
    }
    const [place, ...others] = hits;
    if (!place || others.length > 0) throw new Unanswered('refused', 'several places', null, hits);
    return place;
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

/** What is known of the line to the server. */
export interface Line {
  /** It is known to be down. */
  isLost(): boolean;
  /** The district was taken along: then that answers, and nothing need be remembered beside it. */
  isTaken(): boolean;
  /** What is shown is as of then. */
  recalled(time: string): void;
  /** The day it is in the district. */
  today(): string;
}

/**
 * A source whose lists and sheets are remembered, and behind it what is remembered: at once where the line is known to be
 * down and nothing else on this device answers.
 */
export function remembered(source: WaterSource, recent: Recent, line: Line): WaterSource {
  const isAlone = () => line.isLost() && !line.isTaken();
  const recall = async (query: NearestQuery) => {
    const nearest = await recent.nearest(query);
    line.recalled(nearest.time);
    const today = line.today();
    return { ...nearest, sources: nearest.sources.map((source) => asOf(source, today)) };
  };
  return {
    nearest: (query, signal) => {
      if (isAlone()) return recall(query);
      const asked = source.nearest(query, signal).then((nearest) => {
        if (recent.keep(query, nearest) && !line.isTaken()) void recent.details.follow(nearest.sources, source);
        return nearest;
      });
      return orElse(asked, () => recall(query));
    },
    detail: (collection, id, signal) => {
      if (isAlone()) return recent.detail(collection, id);
      const asked = source.detail(collection, id, signal).then((detail) => {
        if (!line.isTaken()) recent.details.keep(detail);
        return detail;
      });
      return orElse(asked, () => recent.detail(collection, id));
    },
    shore: (spot, from, signal) => source.shore(spot, from, signal),
  };
}
