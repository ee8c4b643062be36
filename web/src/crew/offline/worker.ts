/**
 * The store on the device, off the thread that draws: owns what was taken along and answers from it.
 *
 * The page speaks to it through [`./device.svelte`]; every call is answered, and the state is told whenever it changes.
 */
import { type Source as ArchiveSource, PMTiles, type RangeResponse } from 'pmtiles';
import type { LonLat } from '../../map/place';
import { EXACT } from '../place/certainty';
import type { Hit } from '../search/search';
import type { Asked, Source } from '../water/source';
import type { Language } from '../words/speech.svelte';
import type { Streets } from './byroad';
import { type Bounds, Misread } from './coordinate/misread';
import { Gazetteer, type GazetteerFile } from './gazetteer';
import { WaterIndex } from './nearest';
import { found, type Placed, placed, Several } from './placed';
import { type Changes, type Field, Register, type RegisterFile, type Row, rowsOfChanges } from './register';
import { Roads, type RoadsFile } from './roads';
import { shown } from './shown';
import { Labels } from './spread';
import { dayOf } from './status';
import { type Copy, type MapCopy, PIECE, Store } from './store';
import { isFull, type Manifest, Stuck, TakeAlong } from './takealong';
import { waterTile } from './tiles';

export interface State {
  readonly copy: Copy | null;
  readonly map: MapCopy | null;
  /** Sources of water in the copy. */
  readonly count: number;
  /** First and last zoom of the map. */
  readonly zooms: readonly [number, number] | null;
  /** What is being fetched; of the map with bytes. */
  readonly busy: { readonly part: 'register' | 'making' | 'map'; readonly done: number; readonly all: number } | null;
  readonly stuck: Stuck['why'] | null;
}

/** What can be asked, and with what it is answered. */
export interface Calls {
  open: () => State;
  sizes: () => { register: number; map: number | null };
  take: () => void;
  pause: () => void;
  remove: () => void;
  /** The server answers again. */
  reached: () => void;
  /** True if something changed. */
  sync: () => boolean;
  nearest: (
    at: LonLat | string,
    radius: number,
    limit: number | undefined,
    now: number,
    district: Bounds | null,
    language: Language,
  ) => NearestAnswer;
  search: (text: string, near: LonLat | null, district: Bounds | null, language: Language) => readonly Hit[];
  detail: (id: string) => { row: Row; fields: readonly Field[] } | null;
  tile: (tileset: string, z: number, x: number, y: number, now: number) => ArrayBuffer;
}

export interface NearestAnswer {
  readonly at: Asked;
  readonly notes: readonly string[];
  readonly limit: number;
  readonly sources: readonly Source[];
  readonly time: string;
  /** True where the ways of the hoses are reckoned. */
  readonly road_network: boolean;
}

/** The archive of the map, read from its pieces. */
class Pieces implements ArchiveSource {
  constructor(
    private readonly store: Store,
    private readonly map: MapCopy,
  ) {}

  getKey(): string {
    return this.map.etag;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const end = Math.min(offset + length, this.map.bytes);
    const out = new Uint8Array(Math.max(0, end - offset));
    for (let number = Math.floor(offset / PIECE); number * PIECE < end; number++) {
      const piece = await this.store.piece(this.map.etag, number);
      if (!piece) throw new Error(`piece ${number} of the map is missing`);
      const [from, to] = [Math.max(0, offset - number * PIECE), Math.min(piece.byteLength, end - number * PIECE)];
      out.set(new Uint8Array(piece, from, to - from), number * PIECE + from - offset);
    }
    return { data: out.buffer };
  }
}

class Device {
  #store: Store | null = null;
  #register: Register | null = null;
  #index: WaterIndex | null = null;
  #gazetteer: Gazetteer | null = null;
  #streets: Streets | null = null;
  #archive: PMTiles | null = null;
  #taking: AbortController | null = null;
  #state: State = { copy: null, map: null, count: 0, zooms: null, busy: null, stuck: null };
  #opened: Promise<void> | null = null;

  async #ready(): Promise<Store> {
    this.#opened ??= this.#open();
    await this.#opened;
    if (!this.#store) throw new Error('no store');
    return this.#store;
  }

  async #open(): Promise<void> {
    this.#store = await Store.open();
    await this.#load();
  }

  /** Reads what is kept. */
  async #load(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const { copy, map } = await store.kept();
    const [file, roads] = copy ? await Promise.all([store.file('register'), store.file('roads')]) : [null, null];
    this.#register = null;
    this.#index = null;
    this.#gazetteer = null;
    this.#streets = null;
    if (file) {
      this.#register = new Register(read<RegisterFile>(file));
      this.#register.apply(await store.rows());
      this.#index = new WaterIndex(this.#register);
    }
    if (roads) this.#streets = streets(read<RoadsFile>(roads));
    this.#archive = map?.whole ? new PMTiles(new Pieces(store, map)) : null;
    const header = await this.#archive?.getHeader().catch(() => null);
    const zooms = header ? ([header.minZoom, header.maxZoom] as const) : null;
    if (!header) this.#archive = null;
    this.#tell({ copy: file ? copy : null, map, zooms, count: this.#count() });
    // After what the page has asked for by now.
    setTimeout(() => this.#warm());
  }

  /** Asks a question nobody has: the first one is the slowest, as code is compiled and the roads are laid out by it. */
  #warm(): void {
    const { done, value: row } = this.#register?.rows().next() ?? { done: true, value: undefined };
    if (done) return;
    const question = { at: { lon: row.lon, lat: row.lat }, radius: 2_000, today: this.#today(Date.now()) };
    this.#index?.nearest(question, this.#streets);
    void this.#names().then((names) => names.near(question.at));
  }

  #count(): number {
    return this.#register ? [...this.#register.rows()].length : 0;
  }

  #tell(state: Partial<State>): void {
    this.#state = { ...this.#state, ...state };
    postMessage({ state: this.#state });
  }

  async open(): Promise<State> {
    await this.#ready();
    return this.#state;
  }

  async sizes(): Promise<{ register: number; map: number | null }> {
    const manifest: Manifest = await new TakeAlong(await this.#ready(), fetch.bind(self)).manifest();
    const bytes = (name: string) => manifest.parts.find((part) => part.name === name)?.bytes;
    const register = ['register', 'search', 'roads'].reduce((sum, name) => sum + (bytes(name) ?? 0), 0);
    return { register, map: bytes('map') ?? null };
  }

  async take(): Promise<void> {
    const store = await this.#ready();
    if (this.#taking) return;
    const taking = new AbortController();
    this.#taking = taking;
    this.#tell({ stuck: null, busy: { part: 'register', done: 0, all: 0 } });
    try {
      const progress = {
        waiting: () => this.#tell({ busy: { part: 'making', done: 0, all: 0 } }),
        map: (done: number, all: number) => this.#tell({ busy: { part: 'map', done, all } }),
      };
      // Pieces of the map harm nobody who follows meanwhile; the register is replaced by one page at a time.
      const taker = new TakeAlong(store, fetch.bind(self));
      await alone(() => taker.register(taking.signal));
      await this.#load();
      await taker.map(progress, taking.signal);
    } catch (error) {
      if (!taking.signal.aborted) this.#tell({ stuck: whyStuck(error) });
    } finally {
      this.#taking = null;
      await this.#load();
      this.#tell({ busy: null });
    }
  }

  pause(): void {
    this.#taking?.abort();
  }

  /** What the line was to blame for is over; what there is no room for is not. */
  reached(): void {
    if (this.#state.stuck === 'network') this.#tell({ stuck: null });
  }

  async remove(): Promise<void> {
    this.pause();
    const store = await this.#ready();
    await alone(() => store.clear());
    this.#tell({ stuck: null, busy: null });
    await this.#load();
  }

  /** Takes in what has changed since. */
  async sync(): Promise<boolean> {
    const store = await this.#ready();
    if (!this.#register) return false;
    return alone(async () => {
      const { copy } = await store.kept();
      const register = this.#register;
      if (!copy || !register) return false;
      const answer = await fetch(`/api/device/changes?since=${encodeURIComponent(copy.cursor)}`, { cache: 'no-store' });
      if (answer.status === 410) {
        await new TakeAlong(store, fetch.bind(self)).register();
        await this.#load();
        return true;
      }
      if (!answer.ok) throw new Stuck('network');
      const changes = (await answer.json()) as Changes;
      const rows = rowsOfChanges(changes);
      const next = { ...copy, cursor: changes.cursor, time: changes.time };
      await store.follow(next, rows);
      if (rows.length > 0) {
        register.apply(rows);
        this.#index = new WaterIndex(register);
      }
      this.#tell({ copy: next, count: rows.length > 0 ? this.#count() : this.#state.count });
      return rows.length > 0;
    }).catch((error: unknown) => {
      // A line that is down is told by the page; that the device keeps no more must be told here.
      if (whyStuck(error) !== 'network') this.#tell({ stuck: whyStuck(error) });
      return false;
    });
  }

  /** Never before the day of the copy: a clock that was set back makes nothing fresher. */
  #today(now: number): number {
    const copied = Date.parse(this.#state.copy?.time ?? '');
    return dayOf(Math.max(now, Number.isFinite(copied) ? copied : 0), this.#register?.file.time_zone);
  }

  async nearest(
    at: LonLat | string,
    radius: number,
    limit: number | undefined,
    now: number,
    district: Bounds | null,
    language: Language,
  ): Promise<NearestAnswer> {
    await this.#ready();
    const [register, index, copy] = [this.#register, this.#index, this.#state.copy];
    if (!register || !index || !copy) throw new Stuck('network');
    const gazetteer = await this.#names();
    const place: Placed =
      typeof at === 'string'
        ? placed(at, { gazetteer, register, district, language })
        : { ...EXACT, notes: [], matched: null, at };
    return {
      at: {
        ...shown(place.at, register.file.utmref_zone),
        certainty: place.certainty,
        radius: place.radius,
        matched: place.matched,
        near: gazetteer.near(place.at),
      },
      notes: place.notes,
      limit: limit ?? index.limit,
      sources: index.nearest({ at: place.at, radius, limit, today: this.#today(now) }, this.#streets),
      time: copy.time,
      road_network: this.#streets !== null,
    };
  }

  async search(
    text: string,
    near: LonLat | null,
    district: Bounds | null,
    language: Language,
  ): Promise<readonly Hit[]> {
    await this.#ready();
    const register = this.#register;
    if (!register) throw new Stuck('network');
    return found(text, near, { gazetteer: await this.#names(), register, district, language });
  }

  /** The names on the device, read when they are first asked for. */
  async #names(): Promise<Gazetteer> {
    const file = this.#gazetteer ? null : await this.#store?.file('search');
    this.#gazetteer ??= new Gazetteer(file ? read<GazetteerFile>(file) : NO_NAMES);
    return this.#gazetteer;
  }

  async detail(id: string): Promise<{ row: Row; fields: readonly Field[] } | null> {
    await this.#ready();
    const row = this.#register?.get(id);
    return row ? { row, fields: [...(this.#register?.fields.get(row.collection)?.values() ?? [])] } : null;
  }

  async tile(tileset: string, z: number, x: number, y: number, now: number): Promise<ArrayBuffer> {
    await this.#ready();
    if (tileset !== 'firewater') {
      const tile = await this.#archive?.getZxy(z, x, y);
      return tile?.data ?? new ArrayBuffer(0);
    }
    const [register, index] = [this.#register, this.#index];
    if (!register || !index) throw new Stuck('network');
    return waterTile(register, index, z, x, y, this.#today(now)).buffer as ArrayBuffer;
  }
}

/** Of a server without addresses. */
const NO_NAMES: GazetteerFile = { settlements: [], streets: [], municipalities: [] };

/** A file of the server. */
const read = <T>(file: ArrayBuffer): T => JSON.parse(new TextDecoder().decode(file)) as T;

function streets(file: RoadsFile): Streets {
  const roads = new Roads(file);
  return { roads, labels: new Labels(roads.nodes) };
}

/** One page at a time changes the store. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request('geokontor-device', work) as Promise<T>) : work();
}

function whyStuck(error: unknown): Stuck['why'] {
  if (error instanceof Stuck) return error.why;
  return isFull(error) ? 'full' : 'network';
}

const device = new Device();

addEventListener('message', ({ data }: MessageEvent<{ id: number; call: keyof Calls; with: unknown[] }>) => {
  const call = device[data.call] as (...given: unknown[]) => unknown;
  void (async () => call.apply(device, data.with))().then(
    (value) => postMessage({ id: data.id, value }, value instanceof ArrayBuffer ? { transfer: [value] } : {}),
    (error: unknown) =>
      postMessage({
        id: data.id,
        failed: error instanceof Misread ? 'misread' : 'failed',
        message: String(error),
        candidates: error instanceof Several ? error.candidates : [],
      }),
  );
});
