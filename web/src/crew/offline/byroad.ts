/**
 * Sources ranked by the way of a hose along roads: the rule of src/firewater/by_road.rs.
 *
 * A way leads straight from the place to its nearest road, along roads, and straight from there to the source; where the
 * water is nearer than a road, straight to it. Where no road is near or the network has a gap, the straight line counts
 * with the district's factor for detours; what is farther by road than is searched comes last.
 */
import type { LonLat } from '../../map/place';
import type { Roads, Snap } from './roads';
import { type Labels, Spread } from './spread';

/** Ways are searched up to so many times the radius, in metres at least and at most. */
const FACTOR = 3;
const LEAST = 1_000;
const MOST = 20_000;

/** Roads, and the memory of searches along them. */
export interface Streets {
  readonly roads: Roads;
  readonly labels: Labels;
}

/** Something at a place, so many metres off in a straight line. */
export interface Candidate {
  readonly position: LonLat;
  readonly distance: number;
}

/** A candidate in its rank. */
export interface Ranked<C> {
  readonly one: C;
  /** Metres it is ranked by. */
  readonly key: number;
  /** Metres of the way; null where there is none. */
  readonly metres: number | null;
}

/** All ways from one place. */
export class Ways {
  readonly #start: Snap | null;
  readonly #spread: Spread | null;
  readonly #bound: number;

  constructor(
    private readonly streets: Streets,
    from: LonLat,
    radius: number,
  ) {
    this.#start = streets.roads.snap(from);
    this.#spread = this.#start && new Spread(streets.roads, streets.labels, this.#start);
    this.#bound = Math.max(radius, Math.min(MOST, Math.max(LEAST, radius * FACTOR)));
  }

  /** The nearest `room` of candidates that come by rising straight distance, which no way is shorter than. */
  rank<C extends Candidate>(candidates: readonly C[], room: number): Ranked<C>[] {
    const ranked: Ranked<C>[] = [];
    if (room <= 0) return ranked;
    for (const one of candidates) {
      const last = ranked.length >= room ? (ranked.at(-1)?.key ?? 0) : Number.POSITIVE_INFINITY;
      // No way is shorter than the straight line.
      if (one.distance > last) break;
      const { key, metres } = this.#to(one, last);
      if (key >= last) continue;
      const after = ranked.findIndex((known) => known.key > key);
      ranked.splice(after < 0 ? ranked.length : after, 0, { one, key, metres });
      ranked.length = Math.min(ranked.length, room);
    }
    return ranked;
  }

  /** The way to a candidate; no farther than `bound` is told apart. */
  #to({ position, distance: straight }: Candidate, last: number): { key: number; metres: number | null } {
    const bound = Math.min(last, this.#bound);
    const detour = { key: straight * this.streets.roads.detour, metres: null };
    const [start, spread] = [this.#start, this.#spread];
    if (!start || !spread) return detour;
    if (straight <= start.offset) return { key: straight, metres: straight };
    const { roads } = this.streets;
    const snap = roads.snap(position);
    if (!snap) return detour;
    if (straight <= snap.offset) return { key: straight, metres: straight };
    if (roads.part(snap) !== roads.part(start)) return detour;
    const offsets = start.offset + snap.offset;
    const along = spread.metresTo(snap, bound - offsets);
    if (along === null) return { key: Math.max(bound, detour.key), metres: null };
    const metres = Math.max(along + offsets, straight);
    return { key: metres, metres };
  }

  /** The turns of a way that was found: none if it leads straight there. */
  turns({ position, distance }: Candidate): LonLat[] {
    const [start, spread] = [this.#start, this.#spread];
    const snap = start && this.streets.roads.snap(position);
    if (!spread || !snap || distance <= Math.max(start.offset, snap.offset)) return [];
    return spread.pathTo(snap);
  }
}
