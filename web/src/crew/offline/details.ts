/**
 * The sheets of the sources this device has listed, for when the line is down and nothing was taken along. They are fetched
 * behind a list, one by one, so that each can be opened without a network; what has not come is not promised.
 */

import { type Detail, type Source, Unanswered, type WaterSource } from '../water/source';
import type { Language } from '../words/speech.svelte';

const KEY = 'geokontor.details';
/** Sheets that are kept: those of the lists that are. */
const MOST = 160;
const DAY = 86_400_000;
/** After a list, milliseconds: its map is drawn first. */
const AFTER = 1_500;

interface Kept {
  readonly detail: Detail;
  readonly language: Language;
  /** When the source was changed last, as its list had it; a sheet of another state is fetched anew. */
  readonly stamp: string | null;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export class Details {
  #kept: Map<string, Kept>;
  #fetching: AbortController | null = null;

  constructor(
    private readonly now: () => number,
    private readonly language: () => Language,
    private readonly storage: () => Pick<Storage, 'getItem' | 'setItem'> = () => localStorage,
  ) {
    this.#kept = this.#read();
  }

  /** Remembers a sheet that was shown. */
  keep(detail: Detail): void {
    this.#put(detail, this.#kept.get(detail.id)?.stamp ?? null);
  }

  /** A sheet as it was; rejects where it was never seen. */
  detail(id: string): Promise<Detail> {
    const kept = this.#kept.get(id);
    if (!kept) return Promise.reject(new Unanswered('unreachable', id));
    return Promise.resolve({ ...kept.detail, origin: 'recent' });
  }

  /** Fetches the sheets of a list that are not there or have changed, the nearest first. */
  async follow(sources: readonly Source[], water: WaterSource, after = AFTER): Promise<void> {
    this.#fetching?.abort();
    const fetching = new AbortController();
    const { signal } = fetching;
    this.#fetching = fetching;
    await new Promise((resolve) => setTimeout(resolve, after));
    for (const { collection, id, updated_at } of sources) {
      if (signal.aborted) return;
      const kept = this.#kept.get(id);
      if (kept && kept.stamp === updated_at && kept.language === this.language()) continue;
      try {
        this.#put(await water.detail(collection, id, signal), updated_at);
      } catch (error) {
        // Whoever cannot be reached for one is not asked for the others.
        if (!(error instanceof Unanswered) || error.why === 'unreachable') return;
      }
    }
  }

  #put(detail: Detail, stamp: string | null): void {
    this.#kept.delete(detail.id);
    this.#kept.set(detail.id, { detail, language: this.language(), stamp, time: this.now() });
    this.#kept = new Map([...this.#kept].slice(-MOST));
    try {
      this.storage().setItem(KEY, JSON.stringify([...this.#kept.values()]));
    } catch {
      // Refused or full: then the sheets last as long as the page.
    }
  }

  #read(): Map<string, Kept> {
    try {
      const kept = JSON.parse(this.storage().getItem(KEY) ?? '[]') as Kept[];
      const young = kept.filter(({ detail, time }) => this.now() - time < DAY && Array.isArray(detail.facts));
      return new Map(young.map((one) => [one.detail.id, one]));
    } catch {
      return new Map();
    }
  }
}
