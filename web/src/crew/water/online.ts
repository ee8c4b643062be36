/** The server as a [`WaterSource`]. */

import type { LonLat } from '../../map/place';
import type { Server } from '../live/server.svelte';
import { edge, type Shape } from '../offline/shapes';
import type { Hit } from '../search/search';
import type { Language } from '../words/speech.svelte';
import { type FeatureProperties, factsOf, type Schema } from './facts';
import { type Detail, type Nearest, type NearestQuery, Unanswered, type WaterSource, type WaterSpot } from './source';

/** An answer that was asked for before this code had arrived. */
export interface Early {
  readonly query: string;
  readonly answer: Promise<Response>;
}

export class OnlineWater implements WaterSource {
  readonly #schemas = new Map<string, Promise<Schema>>();

  constructor(
    private readonly server: Server,
    private readonly language: () => Language,
    private early: Early | null,
  ) {}

  async nearest(query: NearestQuery, signal: AbortSignal): Promise<Nearest> {
    const asked = parameters(query);
    const early = this.early?.query === asked ? this.early.answer : null;
    this.early = null;
    const answer = await this.#answered(early, `/api/firewater/nearest?${asked}`, signal, this.#speaks());
    if (answer.status === 400) throw await refusal(answer);
    if (!answer.ok) throw new Unanswered('unreachable', `status ${answer.status}`);
    const nearest = (await answer.json()) as Omit<Nearest, 'origin'>;
    this.server.heard(nearest.time);
    return { ...nearest, origin: 'server' };
  }

  async detail(collection: string, id: string, signal: AbortSignal): Promise<Detail> {
    const path = `/ogc/collections/${encodeURIComponent(collection)}`;
    const [schema, feature] = await Promise.all([this.#schema(collection, path), this.#item(collection, id, signal)]);
    return {
      collection,
      id,
      facts: factsOf(feature, schema, this.language()),
      origin: 'server',
    };
  }

  async shore({ collection, id }: WaterSpot, from: LonLat, signal: AbortSignal): Promise<LonLat | null> {
    return edge((await this.#item(collection, id, signal)).geometry, from);
  }

  #item(collection: string, id: string, signal: AbortSignal): Promise<FeatureProperties & { geometry: Shape }> {
    return this.#json(
      `/ogc/collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(id)}?f=json`,
      signal,
    );
  }

  /** Labels do not change while a page is open; they are fetched once a collection and language. */
  #schema(collection: string, path: string): Promise<Schema> {
    const language = this.language();
    const key = `${collection} ${language}`;
    const known = this.#schemas.get(key);
    if (known) return known;
    const asked = this.#json<Schema>(`${path}/schema?f=json`, undefined, this.#speaks());
    this.#schemas.set(key, asked);
    asked.catch(() => this.#schemas.delete(key));
    return asked;
  }

  #speaks(): HeadersInit {
    return { 'accept-language': this.language() };
  }

  async #json<T>(path: string, signal?: AbortSignal, headers?: HeadersInit): Promise<T> {
    const answer = await this.#answered(null, path, signal, headers);
    if (answer.status === 404) throw await refusal(answer);
    if (!answer.ok) throw new Unanswered('unreachable', `status ${answer.status}`);
    return (await answer.json()) as T;
  }

  async #answered(
    early: Promise<Response> | null,
    path: string,
    signal?: AbortSignal,
    headers?: HeadersInit,
  ): Promise<Response> {
    try {
      return await (early?.catch(() => null).then((answer) => answer ?? this.server.get(path, signal, headers)) ??
        this.server.get(path, signal, headers));
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unanswered('unreachable', String(error));
    }
  }
}

/** The query as the server reads it. */
export function parameters(query: NearestQuery): string {
  const asked = new URLSearchParams();
  if (typeof query.at === 'string') asked.set('at', query.at);
  else {
    asked.set('lon', query.at.lon.toFixed(7));
    asked.set('lat', query.at.lat.toFixed(7));
  }
  if (query.radius !== undefined) asked.set('radius', String(query.radius));
  if (query.limit !== undefined) asked.set('limit', String(query.limit));
  if (query.ways) asked.set('geometry', 'route');
  return asked.toString();
}

/** What a problem (RFC 9457) says, and the places that a text may mean. */
async function refusal(answer: Response): Promise<Unanswered> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const why = problem.detail ?? problem.title ?? `status ${answer.status}`;
  const candidates = (problem.candidates ?? []).map((candidate) => ({ ...candidate, exact: false }));
  return new Unanswered('refused', why, null, candidates);
}

interface Problem {
  readonly detail?: string;
  readonly title?: string;
  readonly candidates?: readonly Omit<Hit, 'exact'>[];
}
