/** The open proposals about objects of one collection, as the list, the map and the object show them. */
import type { ProposalSummary } from '../../server/api';
import { Refused } from '../../server/problem';
import { openIn } from './api';
import { byObject } from './rules';

/** What others propose is asked for so often while the page is looked at, milliseconds. */
const OFTEN = 60_000;

export class Waiting {
  all = $state.raw<readonly ProposalSummary[]>([]);
  readonly by = $derived.by(() => byObject(this.all, this.collection));
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #look = () => {
    if (document.visibilityState === 'visible') void this.read();
  };

  constructor(readonly collection: string) {
    void this.read();
    this.#timer = setInterval(this.#look, OFTEN);
    document.addEventListener('visibilitychange', this.#look);
  }

  async read(): Promise<void> {
    try {
      this.all = await openIn(this.collection);
    } catch (error) {
      // Whoever may not know of any has none; what cannot be asked for now is asked for again.
      if (!(error instanceof Refused)) throw error;
    }
  }

  end(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
  }
}
