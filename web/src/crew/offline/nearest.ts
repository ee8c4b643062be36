/**
 * The nearest water without a server: the same sources in the same order as `/api/firewater/nearest`, by road where roads
 * were taken along, else by straight line.
 *
 * tests/fixtures/nearest.json and by_road.json, which the server has made, are what both are held to.
 */
import Flatbush from 'flatbush';
import type { LonLat } from '../../map/place';
import type { Coded, Route, Source } from '../water/source';
import { type Ranked, type Streets, Ways } from './byroad';
import { geodesic, metresADegree } from './geodesic';
import type { Register, Row } from './register';
import { boundsOf, closest } from './shapes';
import { shown } from './shown';
import { type Readiness, readiness } from './status';

/** The ways to so many are told turn by turn: what is listed, and may be drawn. */
const DRAWN = 8;
/** What most districts say: src/collection/laying.rs. */
const DEFAULT_LIMIT = 8;
const DEFAULT_WITHIN = 75;
/** Sources out of service that are told although usable ones fill the limit, at most: src/firewater/closed.rs. */
const BEYOND_LIMIT = 5;

interface Found {
  readonly row: Row;
  readonly readiness: Readiness;
  readonly position: LonLat;
  readonly distance: number;
  readonly bearing: number;
}

interface Question {
  readonly at: LonLat;
  /** Metres. */
  readonly radius: number;
  /** Usable sources; without it as many as the district says. */
  readonly limit?: number | undefined;
  /** Days since 1970. */
  readonly today: number;
}

/** Sources by place. Built from a state of the register; another state wants another. */
export class WaterIndex {
  readonly #rows: Row[];
  readonly #tree: Flatbush | null;
  readonly generation: number;

  constructor(private readonly register: Register) {
    this.generation = register.generation;
    this.#rows = [...register.rows()];
    this.#tree = this.#rows.length > 0 ? new Flatbush(this.#rows.length) : null;
    for (const row of this.#rows) {
      const [west, south, east, north] = row.shape ? boundsOf(row.shape) : [row.lon, row.lat, row.lon, row.lat];
      this.#tree?.add(west, south, east, north);
    }
    this.#tree?.finish();
  }

  /** Usable sources where nobody says how many. */
  get limit(): number {
    return this.register.file.nearest_water?.limit ?? DEFAULT_LIMIT;
  }

  /** Sources whose box meets a box of degrees. */
  within(west: number, south: number, east: number, north: number): Row[] {
    const found = this.#tree?.search(west, south, east, north) ?? [];
    return found.flatMap((k) => this.#rows[k] ?? []);
  }

  /**
   * Usable sources first, by distance; then those that never run dry, although they are farther; last those out of service,
   * as far as there is room and some that a crew comes upon before the last usable one.
   */
  nearest(asked: Question, streets: Streets | null): Source[] {
    const { at, radius, today } = asked;
    const limit = asked.limit ?? this.limit;
    const close = Math.min(this.register.file.nearest_water?.always_within ?? DEFAULT_WITHIN, radius);
    const ways = streets && new Ways(streets, at, radius);
    let found: Ranked<Found>[] = [];
    // The first box that holds enough of the usable ones is large enough.
    for (let reach = Math.min(radius, 1_000); ; reach = Math.min(radius, reach * 4)) {
      const { usable, unusable } = this.#collect(at, reach, today);
      found = ranked(ways, usable, limit);
      const isEnough = found.length >= limit && (found.at(-1)?.key ?? 0) <= reach;
      if (reach < radius && !isEnough) continue;
      if (found.length >= limit) {
        // What is at hand in a straight line is told in its rank, however long its way is.
        const known = new Set(found.map(({ one }) => one.row.id));
        const more = usable.filter(({ row, distance }) => distance <= close && !known.has(row.id));
        found = [...found, ...ranked(ways, more, more.length)].sort((a, b) => a.key - b.key);
      }
      const closed = told(ways, unusable, found, limit);
      if (found.length >= limit) found.push(...this.#unlimited(asked, ways, found));
      found.push(...closed);
      break;
    }
    return found.map((one, k) => this.#source(one, today, k < DRAWN ? ways : null, at));
  }

  /** Usable sources that never run dry and were cut off by the limit. */
  #unlimited({ at, radius, today }: Question, ways: Ways | null, known: readonly Ranked<Found>[]): Ranked<Found>[] {
    const { register } = this;
    const missing = register.unlimited - known.filter(({ one }) => register.neverRunsDry(one.row)).length;
    if (missing <= 0) return [];
    const here = new Set(known.map(({ one }) => one.row.id));
    const more = this.#collect(at, radius, today, (row) => register.neverRunsDry(row) && !here.has(row.id)).usable;
    // A lake that is near in a straight line may be far by road: some more of each collection are compared.
    const few = register.file.collections.flatMap(({ name }) =>
      more.filter(({ row }) => row.collection === name).slice(0, missing * 3),
    );
    return ranked(
      ways,
      few.sort((a, b) => a.distance - b.distance),
      missing,
    );
  }

  /** What lies within so many metres in a straight line, the nearest first. */
  #collect(
    at: LonLat,
    reach: number,
    today: number,
    wanted: (row: Row) => boolean = () => true,
  ): { usable: Found[]; unusable: Found[] } {
    const [usable, unusable]: [Found[], Found[]] = [[], []];
    const [across, along] = metresADegree(at.lat);
    const [x, y] = [(reach * 1.01) / across, (reach * 1.01) / along];
    for (const row of this.within(at.lon - x, at.lat - y, at.lon + x, at.lat + y)) {
      const ready = wanted(row) && readiness(this.register, row, today);
      if (!ready) continue;
      const position = row.shape ? closest(row.shape, at) : { lon: row.lon, lat: row.lat };
      const { distance, bearing } = geodesic(at, position);
      if (distance > reach) continue;
      const group = ready.status === 'out_of_service' ? unusable : usable;
      group.push({ row, readiness: ready, position, distance, bearing });
    }
    // A place to draw from lies on the edge of its water: what is as far stands in the order of the collections.
    const rank = ({ row }: Found) => this.register.file.collections.findIndex(({ name }) => name === row.collection);
    const byDistance = (a: Found, b: Found) =>
      Math.abs(a.distance - b.distance) < 0.01 ? rank(a) - rank(b) : a.distance - b.distance;
    return { usable: usable.sort(byDistance), unusable: unusable.sort(byDistance) };
  }

  #source({ one, metres }: Ranked<Found>, today: number, ways: Ways | null, from: LonLat): Source {
    const { row, readiness, position, distance, bearing } = one;
    const { register } = this;
    const coded = (name: string): Coded | null => {
      const found = register.code(row, name);
      if (!found) return null;
      const [code, de, en, least, below] = found;
      return { code, de, en, ...(least == null ? {} : { at_least: least }), ...(below == null ? {} : { below }) };
    };
    const number = (name: string) => (typeof row.values?.[name] === 'number' ? (row.values[name] as number) : null);
    const text = (name: string) => (typeof row.values?.[name] === 'string' ? (row.values[name] as string) : null);
    const flag = (name: string) => (typeof row.values?.[name] === 'boolean' ? (row.values[name] as boolean) : null);
    const [ref, called] = [text('ref'), text('name')];
    const reason = readiness.because === 'ended' ? null : text('status_reason');
    const updated = number('updated_at');
    const iso = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
    return {
      collection: row.collection,
      id: row.id,
      ...(ref === null ? {} : { ref }),
      ...(called === null ? {} : { name: called }),
      kind: coded('kind') ?? { code: 'unknown', de: 'Unbekannt', en: 'Unknown' },
      needs: register.code(row, 'kind')?.[5] ?? ['unknown'],
      distance: tenths(distance),
      bearing: Math.round(bearing) % 360,
      route:
        metres === null ? null : { distance: tenths(metres), ...drawn(ways && [from, ...ways.turns(one), position]) },
      unlimited: register.neverRunsDry(row),
      usable: readiness.status !== 'out_of_service',
      status: readiness.status,
      status_because: readiness.because,
      ...(reason === null ? {} : { status_reason: reason }),
      ...(readiness.until === null ? {} : { status_until: iso(readiness.until) }),
      status_as_of: readiness.asOf === null ? null : iso(readiness.asOf),
      status_age_days: readiness.asOf === null ? null : today - readiness.asOf,
      flow_class: coded('flow_class'),
      flow_rate: number('flow_rate') ?? number('yield_rate'),
      flow_method: coded('flow_method'),
      main_diameter: number('main_diameter'),
      usable_volume: number('usable_volume'),
      inexhaustible: flag('inexhaustible'),
      access_note: text('access_note'),
      position: shown(position, register.file.utmref_zone),
      updated_at: updated === null ? null : new Date(updated).toISOString(),
    };
  }
}

const tenths = (metres: number) => Math.round(metres * 10) / 10;

/** Those out of service that are told beside the usable ones. */
function told(
  ways: Ways | null,
  unusable: readonly Found[],
  usable: readonly Ranked<Found>[],
  limit: number,
): Ranked<Found>[] {
  const room = Math.max(0, limit - usable.length);
  const farthest = Math.max(0, ...usable.map(({ one }) => one.distance));
  const nearest = ranked(ways, unusable.slice(0, Math.max(limit, BEYOND_LIMIT)), Math.max(room, BEYOND_LIMIT));
  return nearest.filter(({ one }, k) => k < room || one.distance <= farthest);
}

/** Candidates by road, or in the order in which they come. */
function ranked(ways: Ways | null, candidates: readonly Found[], room: number): Ranked<Found>[] {
  if (ways) return ways.rank(candidates, room);
  return candidates.slice(0, room).map((one) => ({ one, key: one.distance, metres: null }));
}

/** A way as GeoJSON. */
function drawn(turns: readonly LonLat[] | null): Pick<Route, 'geometry'> {
  if (!turns) return {};
  return { geometry: { type: 'LineString', coordinates: turns.map(({ lon, lat }) => [lon, lat] as const) } };
}
