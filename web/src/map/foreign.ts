/**
 * Somebody else's map under the fire water, where the configuration names one (src/tiles/style/ground.rs): everything of it
 * is fetched by way of this, so that nothing of ours waits for it and it is known whether it answers. It loads no
 * MapLibre.
 */
import type { Map as MapLibre, StyleSpecification } from 'maplibre-gl';

/** What the server puts before the names of its sources, and what it calls its symbols. */
const SOURCE = 'ground:';
const SYMBOLS = 'ground';
/** Before the scheme of its addresses, so that MapLibre asks here. */
const VIA = 'via+';
export const SCHEMES: readonly string[] = [`${VIA}https`, `${VIA}http`];

/** Of so long nothing was heard: it does not answer. On a weak line tiles queue, so any answer counts for all. */
const PATIENCE = 8_000;
const LOOK = 1_000;
/** It is asked again after so long. */
const AGAIN = 15_000;

type Sources = StyleSpecification['sources'];
/** What is needed of a map. */
type Drawn = Pick<MapLibre, 'addSprite' | 'getSource' | 'listImages' | 'refreshTiles'>;
type Asked = { readonly url: string; readonly type?: string };

/** What a source says of a place that it has nothing for, as MapLibre knows it. */
class Nothing extends Error {
  readonly status = 404;
}

/** True for the sources that are not ours. */
export const isForeign = (source: string): boolean => source.startsWith(SOURCE);

export class ForeignGround {
  #heard = Number.NEGATIVE_INFINITY;
  /** What was asked for in vain; null while it answers. */
  #unanswered: Asked | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #sources: readonly string[] = [];
  #symbols: string | null = null;
  #isDressed = false;

  /** `told` hears when it stops answering, and when it begins again. */
  constructor(private readonly told: (answers: boolean) => void) {}

  /**
   * The same style with its sources by way of this, and without its symbols, for which ours would wait: [`dress`] brings
   * them.
   */
  style(style: StyleSpecification): StyleSpecification {
    this.#answered();
    const { sprite } = style;
    const symbols = Array.isArray(sprite) ? sprite.find(({ id }) => id === SYMBOLS) : undefined;
    this.#symbols = symbols ? VIA + symbols.url : null;
    this.#isDressed = false;
    this.#sources = Object.keys(style.sources).filter(isForeign);
    const sources = Object.entries(style.sources).map(([name, source]) => [
      name,
      isForeign(name) ? via(source) : source,
    ]);
    const own = Array.isArray(sprite) ? { sprite: sprite.filter(({ id }) => id !== SYMBOLS) } : {};
    return { ...style, ...own, sources: Object.fromEntries(sources) as Sources };
  }

  /**
   * Brings the symbols to a map that has ours; before, MapLibre would take ours for missing as soon as these had failed.
   * To be called whenever something of the style has come.
   */
  dress(map: Drawn): void {
    if (!this.#symbols || this.#isDressed || map.listImages().length === 0) return;
    this.#isDressed = true;
    map.addSprite(SYMBOLS, this.#symbols);
  }

  /** Asks for the tiles that could not be had. False: more than tiles is missing, the map wants the style anew. */
  renew(map: Drawn): boolean {
    const isDescribed = this.#sources.every((name) => 'tiles' in (map.getSource(name) ?? {}));
    const hasSymbols = !this.#symbols || map.listImages().some(isForeign);
    if (!isDescribed || !hasSymbols) return false;
    for (const name of this.#sources) map.refreshTiles(name);
    return true;
  }

  /** Fetches what MapLibre asks for by an address of such a style. */
  async load(asked: Asked, signal: AbortSignal): Promise<{ data: ArrayBuffer | object }> {
    const begun = performance.now();
    try {
      const data = await this.#fetched(asked, signal);
      this.#answered();
      return { data };
    } catch (error) {
      if (error instanceof Nothing) this.#answered();
      else if (!signal.aborted && this.#heard < begun) this.#failed(asked);
      throw error;
    }
  }

  /** Looks whether one that does not answer does so now. */
  again(): void {
    clearTimeout(this.#again);
    const asked = this.#unanswered;
    if (!asked) return;
    const nobody = new AbortController().signal;
    this.#fetched(asked, nobody).then(
      () => this.#answered(),
      (error) => (error instanceof Nothing ? this.#answered() : this.#wait()),
    );
  }

  destroy(): void {
    this.#unanswered = null;
    clearTimeout(this.#again);
  }

  #answered(): void {
    this.#heard = performance.now();
    clearTimeout(this.#again);
    if (!this.#unanswered) return;
    this.#unanswered = null;
    this.told(true);
  }

  #failed(asked: Asked): void {
    if (this.#unanswered) return;
    this.#unanswered = asked;
    this.#wait();
    this.told(false);
  }

  #wait(): void {
    clearTimeout(this.#again);
    if (this.#unanswered) this.#again = setTimeout(() => this.again(), AGAIN);
  }

  async #fetched({ url, type }: Asked, signal: AbortSignal): Promise<ArrayBuffer | object> {
    const begun = performance.now();
    const silence = new AbortController();
    const watch = setInterval(() => {
      if (performance.now() - Math.max(begun, this.#heard) >= PATIENCE) silence.abort(new Error(`${url}: no answer`));
    }, LOOK);
    try {
      const answer = await fetch(url.slice(VIA.length), { signal: AbortSignal.any([signal, silence.signal]) });
      if (answer.status === 404) {
        if (type === 'arrayBuffer') return new ArrayBuffer(0);
        throw new Nothing(url);
      }
      if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
      // A service that has no picture to give often tells why in a text.
      if (type === 'image' && isText(answer)) throw new Error(`${url}: no picture`);
      this.#heard = performance.now();
      return type === 'json' ? described((await answer.json()) as object) : await answer.arrayBuffer();
    } finally {
      clearInterval(watch);
    }
  }
}

const isText = (answer: Response): boolean => /^text\/|xml|json/.test(answer.headers.get('content-type') ?? '');

/** A source whose addresses lead here. */
function via(source: Sources[string]): Sources[string] {
  const own = source as { url?: string; tiles?: string[]; data?: unknown };
  return {
    ...source,
    ...(own.url ? { url: VIA + own.url } : {}),
    ...(own.tiles ? { tiles: own.tiles.map((tile) => VIA + tile) } : {}),
    ...(typeof own.data === 'string' ? { data: VIA + own.data } : {}),
  } as Sources[string];
}

/** A description of tiles (TileJSON) that leads here; any other JSON as it is. */
function described(json: object): object {
  const { tiles } = json as { tiles?: unknown };
  return Array.isArray(tiles) ? { ...json, tiles: tiles.map((tile) => VIA + String(tile)) } : json;
}
