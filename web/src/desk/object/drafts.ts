/**
 * Drafts that outlive a closed browser. They are kept by account and object, so that nobody finds those of a colleague at
 * the same computer, with the state of the object they began from: if it has moved on, saving tells.
 */
import type { Feature } from '../api';
import type { Sheet } from './steps';

export interface Kept {
  readonly sheet: Sheet;
  /** What was read before anything was typed; null for an object that is being added. */
  readonly base: { readonly feature: Feature; readonly tag: string | null } | null;
  /** When it was kept, milliseconds since 1970. */
  readonly at: number;
}

/** What is needed of `localStorage`. */
type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Older drafts are forgotten, milliseconds. */
const LONGEST = 30 * 24 * 60 * 60 * 1000;

export class Drafts {
  readonly #key: string;

  constructor(
    account: string,
    collection: string,
    id: string,
    private readonly shelf: Shelf | null = shelfOfBrowser(),
    private readonly now: () => number = Date.now,
  ) {
    this.#key = `geokontor.draft.${account}.${collection}.${id}`;
  }

  keep(sheet: Sheet, base: Kept['base']): void {
    try {
      this.shelf?.setItem(this.#key, JSON.stringify({ sheet, base, at: this.now() }));
    } catch {
      // Full, or refused: the draft lives as long as the page does.
    }
  }

  recall(): Kept | null {
    try {
      const kept = JSON.parse(this.shelf?.getItem(this.#key) ?? 'null') as Kept | null;
      if (kept && this.now() - kept.at < LONGEST) return kept;
    } catch {
      // What cannot be read is no draft.
    }
    this.drop();
    return null;
  }

  drop(): void {
    try {
      this.shelf?.removeItem(this.#key);
    } catch {
      // As above.
    }
  }
}

/** Null where the browser refuses it. */
function shelfOfBrowser(): Shelf | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
