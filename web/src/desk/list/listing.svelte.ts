/** The objects of a collection that pass a filter, page by page, and kept as they are now. */
import { Refused } from '../../server/problem';
import { type Feature, object, type Page, page, pageAt } from '../api';
import type { Changes } from '../changes';
import { ofOne } from './filter';

/** More objects than this at once are read anew together. */
const MANY = 40;

export class Listing {
  rows = $state.raw<readonly Feature[]>([]);
  /** How many there are, once the server has said so. */
  matched = $state<number | null>(null);
  busy = $state(true);
  /** Why there is no list, or not all of it. */
  fault = $state<string | null>(null);
  readonly #ended = new AbortController();
  #reading: AbortController | undefined;

  constructor(
    readonly collection: string,
    /** In CQL2. */
    readonly filter: string | null,
    /** What is said where the server says nothing. */
    private readonly unreachable: () => string,
  ) {
    void this.read();
  }

  /** Reads all of it anew; what is shown stays until the first page has come. */
  async read(): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const signal = AbortSignal.any([reading.signal, this.#ended.signal]);
    this.busy = true;
    this.fault = null;
    try {
      let rows: readonly Feature[] = [];
      let next: Page | null = await page(this.collection, this.filter, signal);
      while (next) {
        rows = [...rows, ...next.features];
        if (signal.aborted) return;
        this.rows = rows;
        this.matched = next.numberMatched ?? rows.length;
        const link: string | undefined = next.links.find(({ rel }) => rel === 'next')?.href;
        next = link ? await pageAt(link, signal) : null;
      }
      this.matched = rows.length;
    } catch (error) {
      if (signal.aborted) return;
      this.#failed(error);
    }
    this.busy = false;
  }

  #failed(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    const { errors, detail, title } = error.problem;
    this.fault = errors.map(({ message }) => message).join(' ') || detail || title || this.unreachable();
    this.rows = [];
    this.matched = null;
  }

  /** Somebody has changed something: a few objects are asked for one by one, many all together. */
  async follow(changes: Changes): Promise<void> {
    if (changes === 'all' || changes.size > MANY || this.busy) {
      await this.read();
      return;
    }
    try {
      for (const id of changes) this.put(id, await this.#now(id));
    } catch (error) {
      // What cannot be asked for now is read with the next change.
      if (!(error instanceof Refused) && !this.#ended.signal.aborted) throw error;
    }
  }

  /** Puts an object in its place; null takes it out. */
  put(id: string, feature: Feature | null): void {
    const at = this.rows.findIndex((row) => row.id === id);
    if (feature === null) this.rows = this.rows.filter((row) => row.id !== id);
    else this.rows = at < 0 ? [...this.rows, feature] : this.rows.with(at, feature);
    this.matched = this.rows.length;
  }

  /** The object, if it still passes the filter. */
  async #now(id: string): Promise<Feature | null> {
    if (this.filter === null) return (await object(this.collection, id))?.feature ?? null;
    const { features } = await page(this.collection, ofOne(this.filter, id), this.#ended.signal);
    return features[0] ?? null;
  }

  end(): void {
    this.#ended.abort();
  }
}
