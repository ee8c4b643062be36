/**
 * What the map was drawn with, kept for the service worker: its own eyes are open only from the second visit on, as what
 * asks for tiles on the first one is no client of its.
 */

/** Caches that the service worker answers from; the same names as there. */
const MAP = 'geokontor-map';
const TILES = 'geokontor-tiles';
const PHOTOS = 'geokontor-photos';
/** Tiles often come in flocks. */
const FLOCK = 500;

export class Seen {
  #paths = new Set<string>();
  #isReady = false;
  #flock: ReturnType<typeof setTimeout> | undefined;
  /** The service worker sees for itself what this page asks for. */
  readonly #isSeen = Boolean(navigator.serviceWorker?.controller);

  /** A tile has been drawn. */
  tile(path: string): void {
    if (this.#isSeen) return;
    this.#paths.add(path);
    this.#soon();
  }

  /** The service worker is there: from now on it is worth keeping anything. */
  async ready(): Promise<void> {
    if (this.#isSeen) return;
    await navigator.serviceWorker.ready;
    this.#isReady = true;
    await keepMapFiles();
    this.#soon();
  }

  #soon(): void {
    if (!this.#isReady) return;
    clearTimeout(this.#flock);
    this.#flock = setTimeout(() => void this.#keep().catch(() => undefined), FLOCK);
  }

  async #keep(): Promise<void> {
    const paths = [...this.#paths];
    this.#paths.clear();
    const cache = await caches.open(TILES);
    await Promise.all(paths.map((path) => cache.add(path).catch(() => undefined)));
  }
}

/**
 * Styles, symbols and what is told of the tiles are fetched once, so that the service worker has them; the letters of the
 * names are its own.
 */
export async function keepMapFiles(): Promise<void> {
  const files = ['day', 'night'].flatMap((theme) => [
    `/map/styles/${theme}.json`,
    ...['', '@2x'].flatMap((ratio) => ['json', 'png'].map((ending) => `/map/sprites/${theme}${ratio}.${ending}`)),
  ]);
  const cache = await globalThis.caches?.open(MAP).catch(() => null);
  // One that is missing costs a symbol on the map, not the map.
  await Promise.all(
    [...files, '/tiles/base', '/tiles/firewater'].map((file) => cache?.add(file).catch(() => undefined)),
  );
}

/** What was kept without being taken along goes, too. */
export async function forgetSeen(): Promise<void> {
  await Promise.all([MAP, TILES, PHOTOS].map((name) => globalThis.caches?.delete(name).catch(() => false)));
}
