/**
 * Photos that were taken along. The pictures lie in a cache by their addresses, whose content never changes; the list of them beside
 * them. The list is written when all of its pictures are there, so what is on the device is whole at any time.
 */
import type { LonLat } from '../../map/place';
import type { DevicePhoto, DevicePhotoList, ObjectFile } from '../../server/api';

const CACHE = 'geokontor-photos';
const LIST = '/api/device/photos';

/** Which pictures: those of lists alone, or the larger ones, too. */
export type Extent = 'small' | 'large';

/** What is on the device. */
export interface Kept {
  readonly extent: Extent;
  /** When the list was read, milliseconds since 1970. */
  readonly time: number;
  readonly photos: readonly DevicePhoto[];
}

/** Around where, if not everywhere. */
export interface Around extends LonLat {
  /** Metres. */
  readonly radius: number;
}

type Get = (path: string, signal?: AbortSignal) => Promise<Response>;

/** The addresses of the pictures, and what they weigh. */
function pictures({ file, thumbnail_bytes, screen_bytes }: DevicePhoto, extent: Extent): readonly [string, number][] {
  const small: [string, number] = [file.thumbnail ?? '', thumbnail_bytes];
  return extent === 'small' ? [small] : [small, [file.screen ?? '', screen_bytes]];
}

/** Bytes of all of them. */
export const weight = (photos: readonly DevicePhoto[], extent: Extent) =>
  photos.flatMap((photo) => pictures(photo, extent)).reduce((sum, [, bytes]) => sum + bytes, 0);

export class Album {
  constructor(
    private readonly get: Get,
    private readonly storage: () => CacheStorage | undefined = () => globalThis.caches,
  ) {}

  /** What was taken along; null if nothing was. */
  async kept(): Promise<Kept | null> {
    const list = await (await this.#open())?.match(LIST);
    return (await list?.json().catch(() => null)) ?? null;
  }

  /** What could be. */
  async offered(around: Around | null, signal?: AbortSignal): Promise<readonly DevicePhoto[]> {
    const query = around
      ? `?${new URLSearchParams({ lon: `${around.lon}`, lat: `${around.lat}`, radius: `${around.radius}` })}`
      : '';
    const answer = await this.get(LIST + query, signal);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return ((await answer.json()) as DevicePhotoList).photos;
  }

  /** Takes photos along in place of those that are there; tells how many bytes are here. What has come stays if it is called off. */
  async take(
    photos: readonly DevicePhoto[],
    extent: Extent,
    now: number,
    told: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const cache = await this.#open();
    if (!cache) throw new Error('nothing can be kept');
    const wanted = new Map(photos.flatMap((photo) => pictures(photo, extent)));
    let done = 0;
    for (const [url, bytes] of wanted) {
      signal.throwIfAborted();
      if (!(await cache.match(url, { ignoreVary: true }))) {
        const answer = await this.get(url, signal);
        // Taken away since the list was read: it is missing in the next one.
        if (answer.ok) await cache.put(url, answer);
        else if (answer.status !== 404) throw new Error(`status ${answer.status}`);
      }
      done += bytes;
      told(done);
    }
    const list: Kept = { extent, time: now, photos };
    await cache.put(LIST, new Response(JSON.stringify(list), { headers: { 'content-type': 'application/json' } }));
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      if (pathname !== LIST && !wanted.has(pathname)) await cache.delete(url, { ignoreVary: true });
    }
  }

  async remove(): Promise<void> {
    await this.storage()?.delete(CACHE);
  }

  /** The photos of an object as they were taken along, with addresses that need no network. */
  async of(object: string): Promise<ObjectFile[]> {
    const mine = (await this.kept())?.photos.filter((photo) => photo.object === object) ?? [];
    return Promise.all(
      mine.map(async ({ file }) => {
        const thumbnail = await this.#local(file.thumbnail);
        return { ...file, thumbnail, screen: (await this.#local(file.screen)) ?? thumbnail };
      }),
    );
  }

  async #local(url: string | null): Promise<string | null> {
    const picture = url && (await (await this.#open())?.match(url, { ignoreVary: true }));
    return picture ? URL.createObjectURL(await picture.blob()) : null;
  }

  #open(): Promise<Cache> | undefined {
    return this.storage()?.open(CACHE);
  }
}
