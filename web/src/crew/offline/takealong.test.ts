import { describe, expect, it } from 'vitest';
import type { Copy, Kept, MapCopy, Store } from './store';
import { PIECE } from './store';
import { bareTag, type Progress, Stuck, TakeAlong } from './takealong';

/** A store in memory that takes only so many pieces. */
class Memory {
  copy: Copy | null = null;
  whole: MapCopy | null = null;
  readonly held = new Map<number, ArrayBuffer>();
  room = Number.POSITIVE_INFINITY;
  kept = async (): Promise<Kept> => ({ copy: this.copy, map: this.whole });
  replace = async (copy: Copy) => {
    this.copy = copy;
  };
  keepMap = async (map: MapCopy) => {
    this.whole = map;
  };
  pieces = async () => new Set(this.held.keys());
  keepPiece = async (_: string, number: number, bytes: ArrayBuffer) => {
    if (this.held.size >= this.room) throw new DOMException('full', 'QuotaExceededError');
    this.held.set(number, bytes);
  };
}

const BYTES = 2.5 * PIECE;
const quiet: Progress = { map: () => undefined, waiting: () => undefined };

/** A server with a map of two and a half pieces; `fails` decides which request it does not answer. */
function server(fails: (path: string, nth: number) => boolean = () => false) {
  const asked: string[] = [];
  const get = async (path: string, init?: RequestInit): Promise<Response> => {
    const range = new Headers(init?.headers).get('range') ?? '';
    asked.push(`${path} ${range}`.trim());
    if (fails(path, asked.length)) throw new TypeError('offline');
    if (path.endsWith('manifest')) {
      const part = (name: string, bytes: number) => ({
        name,
        url: `/${name}`,
        state: 'ready',
        bytes,
        etag: `"${name}1"`,
      });
      const parts = [part('register', 10), part('search', 10), part('map', BYTES)];
      return Response.json({ format: 1, time: '2026-06-01T10:00:00Z', cursor: '0.1.5:5:', parts });
    }
    const headers = { etag: `"${path.slice(1)}1-gzip"` };
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range) ?? [];
    if (from === undefined) return new Response('{}', { headers });
    return new Response(new ArrayBuffer(Number(to) - Number(from) + 1), { status: 206, headers });
  };
  return { asked, get };
}

const taker = (store: Memory, get: ReturnType<typeof server>['get']) => new TakeAlong(store as unknown as Store, get);
const signal = new AbortController().signal;

describe('taking the district along', () => {
  it('keeps the register with the cursor it belongs to, then the map piece by piece', async () => {
    const store = new Memory();
    const { get } = server();
    await taker(store, get).register();
    await taker(store, get).map(quiet, signal);
    expect(store.copy).toMatchObject({ cursor: '0.1.5:5:', register: 'register1' });
    expect([...store.held.values()].map((piece) => piece.byteLength)).toEqual([PIECE, PIECE, PIECE / 2]);
    expect(store.whole).toMatchObject({ whole: true, bytes: BYTES });
  });

  it('goes on where it was interrupted', async () => {
    const store = new Memory();
    const broken = server((path, nth) => path === '/map' && nth === 3);
    await expect(taker(store, broken.get).map(quiet, signal)).rejects.toThrow(Stuck);
    expect([store.held.size, store.whole]).toEqual([1, null]);
    const { asked, get } = server();
    await taker(store, get).map(quiet, signal);
    expect(asked.filter((line) => line.startsWith('/map'))).toEqual([
      `/map bytes=${PIECE}-${2 * PIECE - 1}`,
      `/map bytes=${2 * PIECE}-${BYTES - 1}`,
    ]);
    expect(store.whole?.whole).toBe(true);
  });

  it('says that the device is full and leaves what is there', async () => {
    const store = new Memory();
    store.room = 1;
    const { get } = server();
    await taker(store, get).register();
    await expect(taker(store, get).map(quiet, signal)).rejects.toMatchObject({ why: 'full' });
    expect([store.copy?.register, store.held.size, store.whole]).toEqual(['register1', 1, null]);
  });

  it('compares tags by what they name', () => {
    expect(['W/"a-gzip"', '"a-br"', '"a"', null].map(bareTag)).toEqual(['a', 'a', 'a', '']);
  });
});
