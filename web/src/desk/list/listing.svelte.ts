/** The objects of a collection that pass a filter, page by page, and kept as they are now. */
import { Refused } from '../../server/problem';
import { type Feature, object, type Page, page, pageAt, past, type Question } from '../api';
import type { Changes } from '../changes';
import { ofOne } from './filter';

/** More objects than this at once are read anew together. */
const MANY = 40;

export class Listing {
  rows = $state.raw<readonly Feature[]>([]);
  /** How many have come so far while `busy`. */
  loaded = $state(0);
  busy = $state(true);
  /** The filter that all rows are of; empty for all objects. */
  answered = $state('');
  /** Why there is no list, or not all of it. */
  fault = $state<string | null>(null);
  #question: Question = { filter: null, properties: [], at: null };
  readonly #ended = new AbortController();
  #reading: AbortController | undefined;

  constructor(
    readonly collection: string,
    /** What is said where the server says nothing. */
    private readonly unreachable: () => string,
  ) {}

  /** Reads what answers a question. */
  ask(question: Question): Promise<void> {
    this.#question = question;
    return this.read();
  }

  /**
   * Reads all of it anew. What is shown stays until the first page has come, and that until all have: a long list is
   * ordered and drawn twice, however many pages it has.
   */
  async read(): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const signal = AbortSignal.any([reading.signal, this.#ended.signal]);
    this.busy = true;
    this.loaded = 0;
    this.fault = null;
    try {
      const { at } = this.#question;
      let next: Page | null = at
        ? await past(this.collection, at, signal)
        : await page(this.collection, this.#question, signal);
      const rows: Feature[] = [];
      while (next) {
        for (const feature of next.features) rows.push(feature);
        if (signal.aborted) return;
        if (this.loaded === 0) this.rows = [...rows];
        this.loaded = rows.length;
        const link: string | undefined = next.links?.find(({ rel }) => rel === 'next')?.href;
        next = link ? await pageAt(link, signal) : null;
      }
      this.rows = rows;
      this.answered = this.#question.filter ?? '';
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
  }

  /** Somebody has changed something: a few objects are asked for one by one, many all together. */
  async follow(changes: Changes): Promise<void> {
    // What was stays as it was.
    if (this.#question.at) return;
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

  /** An object of which the new state is known; whether it passes a filter is asked. */
  async know(id: string, feature: Feature | null): Promise<void> {
    const { at, filter } = this.#question;
    if (at) return;
    if (filter === null || feature === null) this.put(id, feature);
    else await this.follow(new Set([id]));
  }

  /** Puts an object in its place; null takes it out. */
  put(id: string, feature: Feature | null): void {
    const at = this.rows.findIndex((row) => row.id === id);
    if (feature === null) this.rows = this.rows.filter((row) => row.id !== id);
    else this.rows = at < 0 ? [...this.rows, feature] : this.rows.with(at, feature);
  }

  /** The object, if it still passes the filter. */
  async #now(id: string): Promise<Feature | null> {
    const { filter } = this.#question;
    if (filter === null) return (await object(this.collection, id))?.feature ?? null;
    const { features } = await page(
      this.collection,
      { ...this.#question, filter: ofOne(filter, id) },
      this.#ended.signal,
    );
    return features[0] ?? null;
  }

  end(): void {
    this.#ended.abort();
  }
}
