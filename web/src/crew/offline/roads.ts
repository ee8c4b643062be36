/**
 * The roads along which hoses are laid, as the server has cut them at their junctions (src/offline/roads.rs): where the road
 * nearest to a place is, and how junctions hang together. Ways are sought by [`./spread`].
 *
 * Lengths are metres on the ellipsoid, stretch by stretch; around a place the ground is flat for as far as a road may be.
 */
import Flatbush from 'flatbush';
import type { LonLat } from '../../map/place';
import { metresADegree } from './geodesic';

/** `/api/device/roads`. */
export interface RoadsFile {
  readonly format: number;
  /** How far from a road a place may lie to be reached by it, metres. */
  readonly road_within: number;
  /** What a straight line is taken times to be ranked among ways where there is none. */
  readonly detour: number;
  readonly nodes: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly points: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A place on a road, and how far from it is what it is the nearest one to. */
export interface Snap {
  readonly edge: number;
  /** Metres from the edge's first node. */
  readonly along: number;
  readonly offset: number;
}

const UNITS = 1e7;

export class Roads {
  readonly within: number;
  readonly detour: number;
  readonly nodes: number;
  /** Of each edge: first and last node, first point and the one after the last, metres. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly #start: Uint32Array;
  readonly length: Float64Array;
  /** Of each point: degrees, and metres from its edge's first. */
  readonly #lon: Float64Array;
  readonly #lat: Float64Array;
  readonly #along: Float64Array;
  /** Where the exits of each node begin, with the end as last element; an exit is an edge. */
  readonly first: Uint32Array;
  readonly exits: Uint32Array;
  readonly #parts: Uint32Array;
  /** Boxes of the straight pieces; each piece begins at a point. */
  readonly #pieces: Uint32Array;
  readonly #tree: Flatbush | null;

  constructor(file: RoadsFile) {
    const edges = file.from.length;
    this.within = file.road_within;
    this.detour = file.detour;
    this.nodes = file.nodes;
    this.from = new Uint32Array(edges);
    this.to = new Uint32Array(edges);
    this.#start = new Uint32Array(edges + 1);
    this.length = new Float64Array(edges);
    this.#lon = Float64Array.from(sums(file.x), (units) => units / UNITS);
    this.#lat = Float64Array.from(sums(file.y), (units) => units / UNITS);
    this.#along = new Float64Array(this.#lon.length);
    this.#number(file);
    this.#pieces = this.#measure();
    this.#tree = this.#boxes();
    this.first = new Uint32Array(this.nodes + 1);
    this.#parts = Uint32Array.from({ length: this.nodes }, (_, node) => node);
    this.exits = this.#join();
  }

  #number(file: RoadsFile): void {
    let last = 0;
    for (let edge = 0; edge < file.from.length; edge++) {
      const from = last + (file.from[edge] ?? 0);
      last = from + (file.to[edge] ?? 0);
      this.from[edge] = from;
      this.to[edge] = last;
      this.#start[edge + 1] = at(this.#start, edge) + (file.points[edge] ?? 0);
    }
  }

  /** Metres of all points and edges; gives the straight pieces. */
  #measure(): Uint32Array {
    const pieces: number[] = [];
    for (let edge = 0; edge < this.length.length; edge++) {
      const [start, end] = [at(this.#start, edge), at(this.#start, edge + 1)];
      let metres = 0;
      for (let point = start; point + 1 < end; point++) {
        const [lon, lat, lon2, lat2] = [
          at(this.#lon, point),
          at(this.#lat, point),
          at(this.#lon, point + 1),
          at(this.#lat, point + 1),
        ];
        const [across, up] = metresADegree((lat + lat2) / 2);
        metres += Math.hypot((lon2 - lon) * across, (lat2 - lat) * up);
        this.#along[point + 1] = metres;
        pieces.push(point);
      }
      this.length[edge] = metres;
    }
    return Uint32Array.from(pieces);
  }

  #boxes(): Flatbush | null {
    if (this.#pieces.length === 0) return null;
    const tree = new Flatbush(this.#pieces.length);
    for (const point of this.#pieces) {
      const [lon, lat, lon2, lat2] = [
        at(this.#lon, point),
        at(this.#lat, point),
        at(this.#lon, point + 1),
        at(this.#lat, point + 1),
      ];
      tree.add(Math.min(lon, lon2), Math.min(lat, lat2), Math.max(lon, lon2), Math.max(lat, lat2));
    }
    tree.finish();
    return tree;
  }

  /** Sorts the edges by their nodes, and finds out which nodes hang together. */
  #join(): Uint32Array {
    const { first, from, to } = this;
    // An edge back to its own node leads nowhere.
    const leading = [...from.keys()].filter((edge) => from[edge] !== to[edge]);
    const count = (node: number) => {
      first[node + 1] = at(first, node + 1) + 1;
    };
    for (const edge of leading) {
      count(at(from, edge));
      count(at(to, edge));
    }
    for (let node = 0; node < this.nodes; node++) first[node + 1] = at(first, node + 1) + at(first, node);
    const free = first.slice();
    const exits = new Uint32Array(leading.length * 2);
    for (const edge of leading) {
      const [a, b] = [at(from, edge), at(to, edge)];
      for (const node of [a, b]) {
        exits[at(free, node)] = edge;
        free[node] = at(free, node) + 1;
      }
      const [x, y] = [this.#root(a), this.#root(b)];
      this.#parts[Math.max(x, y)] = Math.min(x, y);
    }
    for (let node = 0; node < this.nodes; node++) this.#parts[node] = this.#root(node);
    return exits;
  }

  #root(of: number): number {
    let node = of;
    while (at(this.#parts, node) !== node) {
      const above = at(this.#parts, at(this.#parts, node));
      this.#parts[node] = above;
      node = above;
    }
    return node;
  }

  /** The connected part of the network that a place on a road belongs to. */
  part({ edge }: Snap): number {
    return at(this.#parts, at(this.from, edge));
  }

  /** The place on the nearest road, no farther than hoses are laid to one. */
  snap(place: LonLat): Snap | null {
    const [across, up] = metresADegree(place.lat);
    const [x, y] = [this.within / across, this.within / up];
    const near = this.#tree?.search(place.lon - x, place.lat - y, place.lon + x, place.lat + y) ?? [];
    let best: { point: number; part: number; offset: number } | null = null;
    for (const piece of near) {
      const point = at(this.#pieces, piece);
      const [u, v] = [(at(this.#lon, point) - place.lon) * across, (at(this.#lat, point) - place.lat) * up];
      const [du, dv] = [
        (at(this.#lon, point + 1) - at(this.#lon, point)) * across,
        (at(this.#lat, point + 1) - at(this.#lat, point)) * up,
      ];
      const squared = du * du + dv * dv;
      const part = squared > 0 ? Math.min(1, Math.max(0, -(u * du + v * dv) / squared)) : 0;
      const offset = Math.hypot(u + du * part, v + dv * part);
      if (offset <= this.within && (!best || offset < best.offset)) best = { point, part, offset };
    }
    if (!best) return null;
    const { point, part, offset } = best;
    const [low, high] = [at(this.#along, point), at(this.#along, point + 1)];
    return { edge: this.#edgeOf(point), along: low + (high - low) * part, offset };
  }

  #edgeOf(point: number): number {
    let [low, high] = [0, this.length.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (at(this.#start, middle) <= point) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The road from one place of an edge to another, both included. */
  stretch(edge: number, from: number, to: number): LonLat[] {
    const [start, end] = [at(this.#start, edge), at(this.#start, edge + 1)];
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    const out: LonLat[] = [this.#at(start, end, low)];
    for (let point = start; point < end; point++) {
      const along = at(this.#along, point);
      if (along > low && along < high) out.push({ lon: at(this.#lon, point), lat: at(this.#lat, point) });
    }
    out.push(this.#at(start, end, high));
    return from > to ? out.reverse() : out;
  }

  #at(start: number, end: number, along: number): LonLat {
    let after = start;
    while (after < end - 1 && at(this.#along, after) < along) after++;
    const before = Math.max(start, after - 1);
    const [low, high] = [at(this.#along, before), at(this.#along, after)];
    const part = high > low ? Math.min(1, Math.max(0, (along - low) / (high - low))) : 0;
    const between = (axis: Float64Array) => at(axis, before) + (at(axis, after) - at(axis, before)) * part;
    return { lon: between(this.#lon), lat: between(this.#lat) };
  }
}

/** What each is, where each was told as the difference from the one before. */
function sums(differences: readonly number[]): number[] {
  let sum = 0;
  return differences.map((difference) => {
    sum += difference;
    return sum;
  });
}

/** An element that is there. */
export const at = (list: Uint32Array | Float64Array, index: number): number => list[index] as number;
