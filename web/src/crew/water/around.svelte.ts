/** The water around a place: asked for, asked for again when something changed, and how the hoses lie. */

import { distance, isPlace, type LonLat } from '../../map/place';
import type { Change } from '../live/events';
import { type Nearest, type Route, type Source, Unanswered, type WaterSource } from './source';

export const RADIUS = 2_000;
const WIDER: readonly number[] = [2_000, 5_000, 15_000];
/** Usable sources that are asked for at most. */
const MOST = 64;
/** Milliseconds after an answer: its list is painted before more is asked for. */
const PAINTED = 100;

export class Around {
  nearest = $state.raw<Nearest | null>(null);
  phase = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  radius = $state(RADIUS);
  /** The ways of the hoses turn by turn, by source: for the map, which can wait for them. */
  ways = $state.raw<ReadonlyMap<string, Route['geometry']>>(new Map());
  /** Counts the times the list changed under the crew's eyes. */
  changes = $state(0);
  /** There may be more than are listed. */
  readonly hasMore = $derived.by(() => {
    const { limit, sources } = this.nearest ?? { limit: MOST, sources: [] };
    return limit < MOST && sources.filter((source) => source.usable).length >= limit;
  });
  readonly nextRadius = $derived(WIDER.find((radius) => radius > this.radius) ?? null);
  /** The last question made no sense, so asking it again would not either. */
  refusal: Unanswered | null = null;

  #asking: AbortController | null = null;
  /** Usable sources that are asked for; nothing: as many as the district says, so that list, map and sheet are the same. */
  #limit: number | undefined;

  constructor(private readonly water: WaterSource) {}

  /** Another place: as much is asked for as for any. */
  async begin(at: LonLat): Promise<void> {
    this.#limit = undefined;
    this.radius = RADIUS;
    await this.ask(at);
  }

  async widen(at: LonLat): Promise<void> {
    if (this.nextRadius === null) return;
    this.radius = this.nextRadius;
    await this.ask(at);
  }

  /** Asks for twice as many. */
  async more(at: LonLat): Promise<void> {
    if (!this.hasMore || !this.nearest) return;
    this.#limit = Math.min(MOST, 2 * this.nearest.limit);
    await this.ask(at, true);
  }

  /** A change of the register may concern the list of a place. */
  concerns(change: Change, at: LonLat): boolean {
    if (this.nearest?.sources.some((source) => source.id === change.id)) return true;
    return [change.before, change.after].some((box) => {
      if (!box) return false;
      const [west, south, east, north] = box;
      const nearestPoint = {
        lon: Math.min(Math.max(at.lon, west), east),
        lat: Math.min(Math.max(at.lat, south), north),
      };
      return isPlace(nearestPoint.lon, nearestPoint.lat) && distance(at, nearestPoint) <= this.radius;
    });
  }

  /** `quiet`: the crew did not ask, so what is shown stays until there is something new. */
  async ask(at: LonLat | string, quiet = false): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    if (!quiet) {
      // The list of another place must never be taken for this one's.
      this.nearest = null;
      this.phase = 'asking';
    }
    this.refusal = null;
    try {
      const nearest = await this.water.nearest({ at, radius: this.radius, limit: this.#limit }, asking.signal);
      if (asking.signal.aborted) return;
      if (quiet && this.nearest && differs(this.nearest, nearest)) this.changes++;
      this.nearest = nearest;
      this.phase = 'answered';
      void this.#draw(nearest, asking.signal);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.refusal = error instanceof Unanswered && error.why === 'refused' ? error : null;
      // What was shown stays when nobody asked for anything new; that it is old is said by the line to the server.
      if (!quiet || !this.nearest) this.phase = 'failed';
    }
  }

  /** Asks how the ways turn, where the list was told without: it is not kept waiting for them. */
  async #draw({ at, radius, limit, sources }: Nearest, signal: AbortSignal): Promise<void> {
    const turns = (some: readonly Source[]) => new Map(some.map(({ id, route }) => [id, route?.geometry] as const));
    this.ways = turns(sources);
    if (!sources.some(({ route }) => route && !route.geometry)) return;
    await new Promise((resolve) => setTimeout(resolve, PAINTED));
    if (signal.aborted) return;
    const drawn = await this.water.nearest({ at, radius, limit, ways: true }, signal).catch(() => null);
    if (drawn && !signal.aborted) this.ways = turns(drawn.sources);
  }
}
function differs(a: Nearest, b: Nearest): boolean {
  const words = ({ sources }: Nearest) =>
    JSON.stringify(sources.map(({ id, status, distance }) => [id, status, distance]));
  return words(a) !== words(b);
}
