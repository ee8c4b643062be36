/** What the panel shows: the list, or what of it is being looked at. */
import { bearing, distance, type LonLat } from '../../map/place';
import type { Around } from '../water/around.svelte';
import type { Asked, Source, WaterSource, WaterSpot } from '../water/source';

export type View = 'list' | 'detail' | 'relay' | 'menu';

/** Metres around a source that is looked for in which it is told. */
const SPOT = 50;
/** Sources that may be told there. */
const MOST = 64;

/** A source that is looked for to be looked at. */
export interface Sought {
  /** Its name, as far as it is known. */
  readonly label: string;
  /** It could not be had. */
  readonly failed: boolean;
  /** Where it is, when it could not be had. */
  readonly at?: Asked;
}

export class Looking {
  view = $state<View>('list');
  sought = $state.raw<Sought | null>(null);
  #held = $state.raw<Source | null>(null);
  #seeking: AbortController | null = null;

  constructor(
    private readonly water: WaterSource,
    private readonly around: Around,
    /** From where ways are told, where there is an incident. */
    private readonly from: () => LonLat | null,
  ) {}

  /** The source that is looked at, as the list has it now. */
  readonly selected = $derived.by(() => {
    const held = this.#held;
    return held && (this.#listed(held.id) ?? held);
  });

  #listed(id: string): Source | undefined {
    return this.around.nearest?.sources.find((source) => source.id === id);
  }

  select(source: Source): void {
    this.#held = source;
    this.sought = null;
    this.view = 'detail';
  }

  back(): void {
    if (this.view === 'relay' && this.selected) this.view = 'detail';
    else this.list();
  }

  /** Back to the list, whatever was looked at. */
  list(): void {
    this.view = 'list';
    this.#held = null;
    this.sought = null;
    this.#seeking?.abort();
  }

  /** Opens the sheet of a source wherever it lies; what is told of its way is told from the incident. */
  async look(spot: WaterSpot, label: string): Promise<void> {
    const listed = this.#listed(spot.id);
    if (listed) {
      this.select(listed);
      return;
    }
    this.#seeking?.abort();
    this.#seeking = new AbortController();
    const { signal } = this.#seeking;
    this.#held = null;
    this.sought = { label, failed: false };
    this.view = 'detail';
    const source = await this.#sourceAt(spot, signal).catch(() => null);
    if (signal.aborted) return;
    if (source) this.select(source);
    else void this.#miss(spot, label, signal);
  }

  /** What is known of a source without its sheet: where it is. */
  async #miss(at: LonLat, label: string, signal: AbortSignal): Promise<void> {
    this.sought = { label, failed: true };
    const answer = await this.water.nearest({ at, radius: 1, limit: 1 }, signal).catch(() => null);
    if (answer && !signal.aborted) this.sought = { label, failed: true, at: answer.at };
  }

  async #sourceAt(spot: WaterSpot, signal: AbortSignal): Promise<Source | null> {
    const from = this.from() ?? spot;
    // Where a lake is reached, and not its middle.
    const at = (await this.water.shore(spot, from, signal)) ?? spot;
    const { sources } = await this.water.nearest({ at, radius: SPOT, limit: MOST }, signal);
    const found = sources.find(({ id }) => id === spot.id);
    if (!found) return null;
    const { position } = found;
    return { ...found, distance: distance(from, position), bearing: bearing(from, position), route: null };
  }
}
