/**
 * Water as vector tiles, made on the device from its register: the layers and properties of the server's `firewater`
 * tileset, so that one style draws both, and a change that was followed is on the map at once.
 */
import type { LonLat } from '../../map/place';
import type { Status } from '../water/source';
import type { WaterIndex } from './nearest';
import type { Register, Row } from './register';
import { closest } from './shapes';
import { readiness } from './status';

const EXTENT = 4096;
/** How far around itself a tile shows symbols, in its units. */
const MARGIN = 64;
/** From here on each source stands for itself. */
const SINGLE_FROM = 14;
/** Cells along a tile's edge in which sources are counted together. */
const CELLS = 8;
const LAYERS = ['hydrants', 'water_sources', 'suction_points'];
const STATUSES: readonly Status[] = ['ready', 'restricted', 'unknown', 'out_of_service'];

type Value = string | number;

interface Feature {
  readonly x: number;
  readonly y: number;
  readonly values: Readonly<Record<string, Value>>;
}

const lonOf = (x: number, z: number) => (x / 2 ** z) * 360 - 180;
const latOf = (y: number, z: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;

/** Where a source has its symbol. */
function symbolAt(row: Row): LonLat {
  if (!row.shape) return row;
  const bounds = row.shape.type === 'Point' ? null : row.shape;
  return bounds ? closest(bounds, middle(row)) : row;
}

function middle(row: Row): LonLat {
  const flat = ((row.shape?.coordinates ?? []) as readonly unknown[]).flat(3) as number[];
  const pairs = flat.length / 2;
  const mean = (axis: number) => flat.filter((_, k) => k % 2 === axis).reduce((sum, value) => sum + value, 0) / pairs;
  return { lon: mean(0), lat: mean(1) };
}

/** The tile, MVT 2.1. `today` in days since 1970. */
export function waterTile(
  register: Register,
  index: WaterIndex,
  z: number,
  x: number,
  y: number,
  today: number,
): Uint8Array {
  const edge = MARGIN / EXTENT;
  const box = [lonOf(x - edge, z), latOf(y + 1 + edge, z), lonOf(x + 1 + edge, z), latOf(y - edge, z)] as const;
  const layers = new Map<string, Feature[]>(LAYERS.map((name) => [name, []]));
  for (const row of index.within(...box)) {
    const ready = readiness(register, row, today);
    if (!ready) continue;
    const { lon, lat } = symbolAt(row);
    const world = 2 ** z * EXTENT;
    const at = {
      x: Math.round(((lon + 180) / 360) * world) - x * EXTENT,
      y: Math.round((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * world) - y * EXTENT,
    };
    const values: Record<string, Value> = { id: row.id, status: ready.status };
    for (const name of ['kind', 'flow_method', 'flow_class']) {
      const code = register.code(row, name)?.[0] ?? (name === 'flow_class' ? 'unknown' : undefined);
      if (code !== undefined) values[name] = code;
    }
    for (const name of ['ref', 'flow_rate', 'yield_rate', 'main_diameter']) {
      const value = row.values?.[name];
      if (typeof value === 'string' || typeof value === 'number') values[name] = value;
    }
    layers.get(row.collection)?.push({ ...at, values });
  }
  const out = new Bytes();
  for (const [name, features] of layers) {
    const drawn = z < SINGLE_FROM ? counted(features) : features;
    if (drawn.length > 0) out.message(3, layerBytes(name, drawn));
  }
  return out.done();
}

/** Sources that share a cell as one symbol with their number, by status. */
function counted(features: readonly Feature[]): Feature[] {
  const cells = new Map<string, Feature[]>();
  for (const feature of features) {
    const cell = [feature.x, feature.y].map((value) => Math.floor((value * CELLS) / EXTENT)).join(' ');
    cells.set(cell, [...(cells.get(cell) ?? []), feature]);
  }
  return [...cells.values()].map((cell) => {
    const [first] = cell;
    if (cell.length === 1 && first) return first;
    const mean = (axis: 'x' | 'y') => Math.round(cell.reduce((sum, feature) => sum + feature[axis], 0) / cell.length);
    const of = (status: Status) => cell.filter(({ values }) => values.status === status).length;
    // None is told as well: the style reckons with all of them.
    const byStatus = Object.fromEntries(STATUSES.map((status) => [status, of(status)]));
    const values: Record<string, Value> = { count: cell.length, ...byStatus };
    return { x: mean('x'), y: mean('y'), values };
  });
}

/** A protocol buffer that is being written. */
class Bytes {
  readonly #bytes: number[] = [];

  varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.#bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  number(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  message(field: number, bytes: ArrayLike<number>): void {
    this.varint(field * 8 + 2);
    this.varint(bytes.length);
    for (let k = 0; k < bytes.length; k++) this.#bytes.push(bytes[k] ?? 0);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const text = new TextEncoder();
const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);

function packed(values: readonly number[]): Uint8Array {
  const out = new Bytes();
  for (const value of values) out.varint(value);
  return out.done();
}

function layerBytes(name: string, features: readonly Feature[]): Uint8Array {
  const [keys, values] = [new Map<string, number>(), new Map<Value, number>()];
  const place = <T>(map: Map<T, number>, value: T) => {
    const known = map.get(value);
    if (known !== undefined) return known;
    map.set(value, map.size);
    return map.size - 1;
  };
  const layer = new Bytes();
  layer.number(15, 2);
  layer.message(1, text.encode(name));
  for (const feature of features) {
    const tags = Object.entries(feature.values).flatMap(([key, value]) => [place(keys, key), place(values, value)]);
    const out = new Bytes();
    out.message(2, packed(tags));
    out.number(3, 1);
    out.message(4, packed([9, zigzag(feature.x), zigzag(feature.y)]));
    layer.message(2, out.done());
  }
  for (const key of keys.keys()) layer.message(3, text.encode(key));
  for (const value of values.keys()) {
    const out = new Bytes();
    if (typeof value === 'string') out.message(1, text.encode(value));
    else out.number(5, value);
    layer.message(4, out.done());
  }
  layer.number(5, EXTENT);
  return layer.done();
}
