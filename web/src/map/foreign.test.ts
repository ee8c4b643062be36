import type { StyleSpecification } from 'maplibre-gl';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ForeignGround } from './foreign';

const STYLE = {
  version: 8,
  sprite: [
    { id: 'default', url: 'https://own.de/map/sprites/day' },
    { id: 'ground', url: 'https://theirs.de/sprite' },
  ],
  sources: {
    firewater: { type: 'vector', url: 'https://own.de/tiles/firewater' },
    'ground:raster': { type: 'raster', tiles: ['https://theirs.de/{z}/{x}/{y}.png'] },
    'ground:land': { type: 'vector', url: 'https://theirs.de/tiles.json' },
  },
  layers: [],
} as StyleSpecification;

const TILE = { url: 'via+https://theirs.de/1/2/3.png', type: 'image' };
const nobody = () => new AbortController().signal;
const picture = (status = 200, type = 'image/png') =>
  new Response(status === 200 ? 'x' : null, { status, headers: { 'content-type': type } });
/** Never answers, and ends when it is given up. */
const hangs = (_: unknown, init?: RequestInit) =>
  new Promise<Response>((_resolve, reject) =>
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
  );

const fetched = vi.fn<typeof fetch>();
let told: boolean[];
let ground: ForeignGround;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetched);
  fetched.mockReset();
  told = [];
  ground = new ForeignGround((answers) => told.push(answers));
});
afterEach(() => {
  ground.destroy();
  vi.useRealTimers();
});

describe("somebody else's ground", () => {
  it('is asked for by way of this, and keeps our symbols waiting for nothing', () => {
    const { sources, sprite } = ground.style(STYLE);
    expect(sources).toEqual({
      firewater: STYLE.sources.firewater,
      'ground:raster': { type: 'raster', tiles: ['via+https://theirs.de/{z}/{x}/{y}.png'] },
      'ground:land': { type: 'vector', url: 'via+https://theirs.de/tiles.json' },
    });
    expect(sprite).toEqual([{ id: 'default', url: 'https://own.de/map/sprites/day' }]);
    const addSprite = vi.fn();
    ground.dress({ addSprite, listImages: () => [] } as never);
    expect(addSprite, 'ours have not come').not.toHaveBeenCalled();
    for (let twice = 0; twice < 2; twice++) ground.dress({ addSprite, listImages: () => ['hydrant'] } as never);
    expect(addSprite).toHaveBeenCalledExactlyOnceWith('ground', 'via+https://theirs.de/sprite');
  });

  it('that answers again brings its tiles, unless it was never described or has no symbols', () => {
    ground.style(STYLE);
    const refreshTiles = vi.fn();
    const map = (source: object, images: string[]) =>
      ({ getSource: () => source, listImages: () => images, refreshTiles }) as never;
    expect(ground.renew(map({}, ['ground:bus']))).toBe(false);
    expect(ground.renew(map({ tiles: [] }, ['hydrant']))).toBe(false);
    expect(refreshTiles).not.toHaveBeenCalled();
    expect(ground.renew(map({ tiles: [] }, ['ground:bus']))).toBe(true);
    expect(refreshTiles.mock.calls).toEqual([['ground:raster'], ['ground:land']]);
  });

  it('is described with addresses that lead here', async () => {
    fetched.mockResolvedValue(Response.json({ tiles: ['https://theirs.de/{z}'], maxzoom: 15 }));
    const { data } = await ground.load({ url: 'via+https://theirs.de/tiles.json', type: 'json' }, nobody());
    expect(fetched.mock.calls[0]?.[0]).toBe('https://theirs.de/tiles.json');
    expect(data).toEqual({ tiles: ['via+https://theirs.de/{z}'], maxzoom: 15 });
  });

  it.each([
    ['fails', () => fetched.mockResolvedValue(picture(500))],
    ['is refused', () => fetched.mockRejectedValue(new TypeError('refused'))],
    ['sends a text instead of a picture', () => fetched.mockResolvedValue(picture(200, 'text/xml'))],
  ])('that %s is told once', async (_, begins) => {
    begins();
    await expect(ground.load(TILE, nobody())).rejects.toThrow();
    await expect(ground.load(TILE, nobody())).rejects.toThrow();
    expect(told).toEqual([false]);
  });

  it('that hangs is given up and told after eight seconds', async () => {
    fetched.mockImplementation(hangs);
    const tile = expect(ground.load(TILE, nobody())).rejects.toThrow('no answer');
    await vi.advanceTimersByTimeAsync(7_000);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    await tile;
    expect(told).toEqual([false]);
  });

  it('that is slow is waited for as long as something of it comes', async () => {
    let answer: (answer: Response) => void = () => undefined;
    fetched.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const last = ground.load(TILE, nobody());
    for (let tile = 0; tile < 5; tile++) {
      await vi.advanceTimersByTimeAsync(5_000);
      fetched.mockResolvedValueOnce(picture());
      await ground.load(TILE, nobody());
    }
    answer(picture());
    await expect(last).resolves.toBeDefined();
    expect(told).toEqual([]);
  });

  it('is asked again until it answers, and that is told', async () => {
    fetched.mockResolvedValue(picture(503));
    await expect(ground.load(TILE, nobody())).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told).toEqual([false]);
    fetched.mockResolvedValue(picture());
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told).toEqual([false, true]);
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it('that has nothing for a place, or is not wanted any more, is none that does not answer', async () => {
    fetched.mockResolvedValue(picture(404));
    await expect(ground.load(TILE, nobody())).rejects.toMatchObject({ status: 404 });
    await expect(ground.load({ ...TILE, type: 'arrayBuffer' }, nobody())).resolves.toEqual({
      data: new ArrayBuffer(0),
    });
    fetched.mockImplementation(hangs);
    const gone = new AbortController();
    const tile = expect(ground.load(TILE, gone.signal)).rejects.toThrow();
    gone.abort();
    await tile;
    expect(told).toEqual([]);
  });
});
