/**
 * Taking the district along: first the register, which matters most, with addresses and roads, then the map in pieces.
 *
 * What is on the device is whole at any time: a part replaces its forerunner when all of it is there. Stopping, losing the
 * network or running out of room leaves what was there, and the pieces of the map that have come.
 */
import { type Copy, PIECE, type Store } from './store';

/** `/api/device/manifest`. */
export interface Manifest {
  readonly format: number;
  readonly time: string;
  readonly cursor: string;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  readonly url: string;
  readonly state: 'ready' | 'making';
  /** As it travels. */
  readonly bytes?: number;
  readonly etag?: string;
}

/** Why it did not go on. */
export class Stuck extends Error {
  constructor(readonly why: 'network' | 'full' | 'format') {
    super(why);
    this.name = 'Stuck';
  }
}

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export interface Progress {
  /** Bytes of the map that are here. */
  map(done: number, all: number): void;
  /** The map is being made by the server. */
  waiting(): void;
}

const TRIES = 4;
const MAKING = 3_000;

/** A tag without weakness and coding, which differ between a file as it is named and as it travels. */
export const bareTag = (tag: string | null | undefined) =>
  (tag ?? '')
    .replace(/^W\//, '')
    .replace(/^"|"$/g, '')
    .replace(/-(gzip|br|zstd)$/, '');

/** True if the device refused to keep more. */
export function isFull(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    (error.name === 'QuotaExceededError' || error.name === 'NS_ERROR_DOM_QUOTA_REACHED')
  );
}

export class TakeAlong {
  constructor(
    private readonly store: Store,
    private readonly get: Fetch,
  ) {}

  async manifest(signal?: AbortSignal): Promise<Manifest> {
    const answer = await this.#asked('/api/device/manifest', { cache: 'no-store', ...(signal ? { signal } : {}) });
    const manifest = (await answer.json()) as Manifest;
    if (manifest.format !== 1) throw new Stuck('format');
    return manifest;
  }

  /** The register, and addresses and roads if they are others than those that are here. */
  async register(signal?: AbortSignal): Promise<Copy> {
    for (let tries = 0; tries < TRIES; tries++) {
      const manifest = await this.manifest(signal);
      const { copy } = await this.store.kept();
      const part = (name: string) => manifest.parts.find((part) => part.name === name);
      const [register, search, roads] = [part('register'), part('search'), part('roads')];
      if (!register?.etag) throw new Stuck('format');
      const [bytes, addresses, network] = await Promise.all([
        this.#part(register, signal),
        search && copy?.search !== bareTag(search.etag) ? this.#part(search, signal) : undefined,
        roads && copy?.roads !== bareTag(roads.etag) ? this.#any(roads, signal) : undefined,
      ]);
      // Changed between the manifest and the file: the cursor would not fit.
      if (bytes === null || addresses === null) continue;
      const next: Copy = {
        cursor: manifest.cursor,
        time: manifest.time,
        register: bareTag(register.etag),
        search: search?.etag ? bareTag(search.etag) : null,
        roads: roads ? (network?.tag ?? copy?.roads ?? null) : null,
      };
      await this.#kept(
        this.store.replace(next, {
          register: bytes,
          ...(addresses ? { search: addresses } : {}),
          ...(network ? { roads: network.bytes } : roads ? {} : { roads: null }),
        }),
      );
      return next;
    }
    throw new Stuck('network');
  }

  /** The bytes of a part; null if it is not the one that was announced. */
  async #part(part: Part, signal?: AbortSignal): Promise<ArrayBuffer | null> {
    const answer = await this.#asked(part.url, { cache: 'no-store', ...(signal ? { signal } : {}) });
    if (bareTag(answer.headers.get('etag')) !== bareTag(part.etag)) return null;
    return this.#read(answer);
  }

  /** A part that belongs to no cursor, as it is now. */
  async #any(part: Part, signal?: AbortSignal): Promise<{ bytes: ArrayBuffer; tag: string }> {
    const answer = await this.#asked(part.url, { cache: 'no-store', ...(signal ? { signal } : {}) });
    return { bytes: await this.#read(answer), tag: bareTag(answer.headers.get('etag')) };
  }

  /** The map, as far as it is not here yet. */
  async map(progress: Progress, signal: AbortSignal): Promise<void> {
    for (let tries = 0; tries < TRIES; ) {
      const part = (await this.manifest(signal)).parts.find((part) => part.name === 'map');
      if (!part) return;
      if (part.state !== 'ready' || !part.bytes || !part.etag) {
        progress.waiting();
        await pause(MAKING, signal);
        continue;
      }
      if (await this.#pieces({ ...part, bytes: part.bytes, etag: part.etag }, progress, signal)) return;
      // Another map was made meanwhile: its pieces do not fit those that are here.
      tries++;
    }
    throw new Stuck('network');
  }

  /** False if the archive became another one on the way. */
  async #pieces(
    part: Part & { bytes: number; etag: string },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { bytes, etag } = part;
    const kept = (await this.store.kept()).map;
    if (kept?.whole && kept.etag === etag) return true;
    const here = await this.store.pieces(etag);
    const count = Math.ceil(bytes / PIECE);
    const size = (number: number) => Math.min(PIECE, bytes - number * PIECE);
    let done = [...here].reduce((sum, number) => sum + size(number), 0);
    progress.map(done, bytes);
    for (let number = 0; number < count; number++) {
      if (here.has(number)) continue;
      const [first, last] = [number * PIECE, number * PIECE + size(number) - 1];
      const headers = { range: `bytes=${first}-${last}`, 'if-range': etag };
      const answer = await this.#asked(part.url, { headers, signal, cache: 'no-store' });
      if (answer.status !== 206) {
        await answer.body?.cancel();
        return false;
      }
      const piece = await this.#read(answer);
      if (piece.byteLength !== size(number)) throw new Stuck('network');
      await this.#kept(this.store.keepPiece(etag, number, piece));
      done += piece.byteLength;
      progress.map(done, bytes);
    }
    await this.#kept(this.store.keepMap({ etag, bytes, whole: true }));
    return true;
  }

  async #asked(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await this.get(path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Stuck('network');
    }
    if (!answer.ok) throw new Stuck('network');
    return answer;
  }

  async #read(answer: Response): Promise<ArrayBuffer> {
    try {
      return await answer.arrayBuffer();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Stuck('network');
    }
  }

  async #kept(keeping: Promise<void>): Promise<void> {
    try {
      await keeping;
    } catch (error) {
      if (isFull(error)) throw new Stuck('full');
      throw error;
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('called off', 'AbortError'));
    });
  });
}
