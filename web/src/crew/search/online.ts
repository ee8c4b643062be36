/** The server as a [`Search`]. */

import type { LonLat } from '../../map/place';
import type { Server } from '../live/server.svelte';
import { Unanswered } from '../water/source';
import type { Language } from '../words/speech.svelte';
import type { Hit, Search } from './search';

const LIMIT = 8;
/** Letters of a link of a map service; the server says what is too long. */
const LONGEST = 500;

export class OnlineSearch implements Search {
  constructor(
    private readonly server: Server,
    private readonly language: () => Language,
  ) {}

  async search(text: string, near: LonLat | null, signal: AbortSignal): Promise<readonly Hit[]> {
    const asked = new URLSearchParams({ q: text.slice(0, LONGEST), limit: String(LIMIT) });
    if (near) {
      asked.set('lon', near.lon.toFixed(5));
      asked.set('lat', near.lat.toFixed(5));
    }
    const answer = await this.#get(`/api/search?${asked}`, signal);
    if (answer.status === 400) return [];
    if (!answer.ok) {
      const retry = answer.status === 429 ? Number(answer.headers.get('retry-after')) || 1 : 0;
      throw new Unanswered('unreachable', `status ${answer.status}`, null, [], retry);
    }
    const { results, hint } = (await answer.json()) as { results: Hit[]; hint?: string };
    if (hint && results.length === 0) throw new Unanswered('refused', hint, hint);
    return results;
  }

  async #get(path: string, signal: AbortSignal): Promise<Response> {
    try {
      return await this.server.get(path, signal, { 'accept-language': this.language() });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Unanswered('unreachable', String(error));
    }
  }
}
