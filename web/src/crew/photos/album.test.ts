import { expect, test } from 'vitest';
import type { DevicePhoto } from '../../server/api';
import { Album, weight } from './album';

/** As much of the browser's caches as is used. */
class Memory {
  readonly kept = new Map<string, Response>();

  async open() {
    const key = (at: string) => new URL(at, 'https://geo.example').pathname;
    return {
      match: async (at: string) => this.kept.get(key(at))?.clone(),
      put: async (at: string, answer: Response) => void this.kept.set(key(at), answer),
      keys: async () => [...this.kept.keys()].map((path) => ({ url: `https://geo.example${path}` })),
      delete: async (at: string) => this.kept.delete(key(at)),
    };
  }

  async delete() {
    this.kept.clear();
    return true;
  }
}

const photo = (id: string, object = 'h1') =>
  ({
    object,
    file: { id, thumbnail: `/api/files/${id}/thumbnail`, screen: `/api/files/${id}/screen` },
    thumbnail_bytes: 10,
    screen_bytes: 100,
  }) as unknown as DevicePhoto;

function album(answers: Record<string, number> = {}) {
  const memory = new Memory();
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    return new Response(path, { status: answers[path] ?? 200 });
  };
  return { memory, asked, album: new Album(get, () => memory as unknown as CacheStorage) };
}

const never = new AbortController().signal;

test('what it weighs is told before, by what is taken', () => {
  expect(weight([photo('a'), photo('b')], 'small')).toBe(20);
  expect(weight([photo('a'), photo('b')], 'large')).toBe(220);
});

test('pictures that are here are not fetched again, and those that are not listed any more go', async () => {
  const { memory, asked, album: own } = album();
  const told: number[] = [];
  await own.take([photo('a'), photo('b')], 'small', 7, (bytes) => told.push(bytes), never);
  expect(told).toEqual([10, 20]);
  expect(await own.kept()).toMatchObject({ extent: 'small', time: 7 });
  await own.take([photo('b'), photo('c')], 'large', 8, () => undefined, never);
  expect(asked.filter((path) => path === '/api/files/b/thumbnail')).toHaveLength(1);
  expect([...memory.kept.keys()].filter((path) => path.includes('/a/'))).toEqual([]);
  await own.remove();
  expect(await own.kept()).toBeNull();
});

test('a list is kept when all of its pictures are there, and one that is gone meanwhile holds up nothing', async () => {
  const broken = album({ '/api/files/b/thumbnail': 503 });
  await expect(broken.album.take([photo('a'), photo('b')], 'small', 7, () => undefined, never)).rejects.toThrow('503');
  expect(await broken.album.kept()).toBeNull();
  const gone = album({ '/api/files/b/thumbnail': 404 });
  await gone.album.take([photo('a'), photo('b')], 'small', 7, () => undefined, never);
  expect((await gone.album.kept())?.photos).toHaveLength(2);
  const stopped = new AbortController();
  stopped.abort();
  await expect(album().album.take([photo('a')], 'small', 7, () => undefined, stopped.signal)).rejects.toThrow();
});

test('without a network an object has the photos that were taken along, the small one where there is no larger', async () => {
  URL.createObjectURL = () => 'blob:1';
  const { album: own } = album();
  await own.take([photo('a', 'h1'), photo('b', 'h2')], 'small', 7, () => undefined, never);
  expect(await own.of('h2')).toMatchObject([{ id: 'b', thumbnail: 'blob:1', screen: 'blob:1' }]);
  expect(await own.of('h3')).toEqual([]);
});
