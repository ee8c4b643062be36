/**
 * The nearest water without a server: the same sources in the same order as `/api/firewater/nearest` by straight line.
 *
 * tests/fixtures/nearest.json, which the server has made, is what both are held to.
 */
import Flatbush from 'flatbush';
import type { LonLat } from '../place/place';
import type { Coded, Shown, Source } from '../water/source';
import { utmref } from './coordinate/utmref';
import { geodesic, metresADegree } from './geodesic';
import type { Register, Row } from './register';
import { boundsOf, closest } from './shapes';
import { type Readiness, readiness } from './status';

interface Found {
  readonly row: Row;
  readonly readiness: Readiness;
  readonly position: LonLat;
  readonly distance: number;
  readonly bearing: number;
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

  /** Sources whose box meets a box of degrees. */
  within(west: number, south: number, east: number, north: number): Row[] {
    const found = this.#tree?.search(west, south, east, north) ?? [];
    return found.flatMap((k) => this.#rows[k] ?? []);
  }

  /** Usable sources first, each group by distance. `today` in days since 1970. */
  nearest(at: LonLat, radius: number, limit: number, today: number): Source[] {
    const usable: Found[] = [];
    const unusable: Found[] = [];
    // The first box that holds enough of the usable ones is large enough.
    for (let reach = Math.min(radius, 1_000); ; reach = Math.min(radius, reach * 4)) {
      usable.length = 0;
      unusable.length = 0;
      this.#collect(at, reach, today, usable, unusable);
      if (reach >= radius || usable.length >= limit) break;
    }
    // What is not usable is listed beyond the last usable one only where there is room for it.
    if (usable.length >= limit) unusable.length = 0;
    // A place to draw from lies on the edge of its water: what is as far stands in the order of the collections.
    const rank = ({ row }: Found) => this.register.file.collections.findIndex(({ name }) => name === row.collection);
    const byDistance = (a: Found, b: Found) =>
      Math.abs(a.distance - b.distance) < 0.01 ? rank(a) - rank(b) : a.distance - b.distance;
    const found = [...usable.sort(byDistance), ...unusable.sort(byDistance)].slice(0, limit);
    return found.map((found) => this.#source(found, today));
  }

  #collect(at: LonLat, reach: number, today: number, usable: Found[], unusable: Found[]): void {
    const [across, along] = metresADegree(at.lat);
    const [x, y] = [(reach * 1.01) / across, (reach * 1.01) / along];
    for (const row of this.within(at.lon - x, at.lat - y, at.lon + x, at.lat + y)) {
      const ready = readiness(this.register, row, today);
      if (!ready) continue;
      const position = row.shape ? closest(row.shape, at) : { lon: row.lon, lat: row.lat };
      const { distance, bearing } = geodesic(at, position);
      if (distance > reach) continue;
      const group = ready.status === 'out_of_service' ? unusable : usable;
      group.push({ row, readiness: ready, position, distance, bearing });
    }
  }

  #source({ row, readiness, position, distance, bearing }: Found, today: number): Source {
    const { register } = this;
    const coded = (name: string): Coded | null => {
      const code = register.code(row, name);
      return code && { code: code[0], de: code[1], en: code[2] };
    };
    const number = (name: string) => (typeof row.values?.[name] === 'number' ? (row.values[name] as number) : null);
    const text = (name: string) => (typeof row.values?.[name] === 'string' ? (row.values[name] as string) : null);
    const flag = (name: string) => (typeof row.values?.[name] === 'boolean' ? (row.values[name] as boolean) : null);
    const [ref, reason, updated] = [text('ref'), text('status_reason'), number('updated_at')];
    return {
      collection: row.collection,
      id: row.id,
      ...(ref === null ? {} : { ref }),
      kind: coded('kind') ?? { code: 'unknown', de: 'Unbekannt', en: 'Unknown' },
      distance: Math.round(distance * 10) / 10,
      bearing: Math.round(bearing) % 360,
      usable: readiness.status !== 'out_of_service',
      status: readiness.status,
      status_because: readiness.because,
      ...(reason === null ? {} : { status_reason: reason }),
      status_as_of: readiness.asOf === null ? null : new Date(readiness.asOf * 86_400_000).toISOString().slice(0, 10),
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

/** A place in the forms crews use, as the server writes them. */
export function shown(at: LonLat, zone: number | null): Shown {
  const round = (value: number) => Math.round(value * 1e7) / 1e7;
  const minutes = (value: number, letter: string) => {
    const thousandths = Math.round(Math.abs(value) * 60_000);
    const [degrees, rest] = [Math.floor(thousandths / 60_000), thousandths % 60_000];
    const pad = (number: number, width: number) => String(number).padStart(width, '0');
    return `${degrees}° ${pad(Math.floor(rest / 1000), 2)},${pad(rest % 1000, 3)}' ${letter}`;
  };
  return {
    lon: round(at.lon),
    lat: round(at.lat),
    utmref: zone === null ? utmref(at) : utmref(at, zone),
    degrees_minutes: `${minutes(at.lat, at.lat < 0 ? 'S' : 'N')} ${minutes(at.lon, at.lon < 0 ? 'W' : 'O')}`,
  };
}
