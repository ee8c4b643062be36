/**
 * The shortest ways along roads from one place: a search that goes no farther than it is asked (Dijkstra 1959). All ways
 * of an answer come from one search, which goes on where the question before has left it. The same as
 * src/firewater/network/spread.rs.
 */
import type { LonLat } from '../../map/place';
import { at, type Roads, type Snap } from './roads';

/** Nodes looked at for one answer: a limit of work, so that every device answers the same. */
const MOST_NODES = 50_000;
/** Stands for "from the start", where there is no edge before. */
const START = 0xffff_ffff;

/** What a search knows of each node; kept for the next one, whose number tells old labels from new. */
export class Labels {
  search = 0;
  readonly cost: Float64Array;
  readonly by: Uint32Array;
  readonly reached: Uint32Array;
  readonly final: Uint32Array;

  constructor(nodes: number) {
    this.cost = new Float64Array(nodes);
    this.by = new Uint32Array(nodes);
    this.reached = new Uint32Array(nodes);
    this.final = new Uint32Array(nodes);
  }
}

/** A search under way. */
export class Spread {
  readonly #waiting = new Heap();
  readonly #search: number;
  #looked = 0;

  constructor(
    private readonly roads: Roads,
    private readonly labels: Labels,
    readonly from: Snap,
  ) {
    this.#search = ++labels.search;
    const { edge, along } = from;
    this.#offer(at(roads.from, edge), along, START);
    this.#offer(at(roads.to, edge), at(roads.length, edge) - along, START);
  }

  /** Metres along roads from the start to a place on a road; null beyond `bound`, or if there is no way. */
  metresTo(to: Snap, bound: number): number | null {
    if (this.roads.part(to) !== this.roads.part(this.from)) return null;
    for (;;) {
      const best = this.#best(to)?.metres ?? Number.POSITIVE_INFINITY;
      // What is not final yet is no nearer than the next node that waits.
      if (this.#waiting.least >= Math.min(best, bound) || this.#looked >= MOST_NODES)
        return best <= bound ? best : null;
      this.#step();
    }
  }

  /** The turns of the way to a place whose metres are known. */
  pathTo(to: Snap): LonLat[] {
    const { roads, from } = this;
    const best = this.#best(to);
    if (!best) return [];
    if (best.over === null) return roads.stretch(to.edge, from.along, to.along);
    const length = at(roads.length, to.edge);
    let node = at(best.over === 0 ? roads.from : roads.to, to.edge);
    const back: LonLat[][] = [roads.stretch(to.edge, best.over === 0 ? 0 : length, to.along)];
    for (let by = at(this.labels.by, node); by !== START; by = at(this.labels.by, node)) {
      const isForwards = at(roads.to, by) === node;
      const whole = at(roads.length, by);
      back.push(isForwards ? roads.stretch(by, 0, whole) : roads.stretch(by, whole, 0));
      node = at(isForwards ? roads.from : roads.to, by);
    }
    const own = at(roads.length, from.edge);
    const [a, b] = [at(roads.from, from.edge), at(roads.to, from.edge)];
    const isFirst = a === b ? from.along <= own - from.along : a === node;
    back.push(roads.stretch(from.edge, from.along, isFirst ? 0 : own));
    return back.reverse().flat();
  }

  /** The shortest way found to a place: metres, and over which end of its edge; null for along the start's own. */
  #best(to: Snap): { metres: number; over: 0 | 1 | null } | null {
    const { roads, from } = this;
    const found: { metres: number; over: 0 | 1 | null }[] = [];
    if (to.edge === from.edge) found.push({ metres: Math.abs(to.along - from.along), over: null });
    for (const over of [0, 1] as const) {
      const node = at(over === 0 ? roads.from : roads.to, to.edge);
      const rest = over === 0 ? to.along : at(roads.length, to.edge) - to.along;
      if (at(this.labels.final, node) === this.#search) found.push({ metres: at(this.labels.cost, node) + rest, over });
    }
    return found.reduce<(typeof found)[number] | null>((a, b) => (a && a.metres <= b.metres ? a : b), null);
  }

  #offer(node: number, cost: number, by: number): void {
    const { labels } = this;
    const isKnown = at(labels.reached, node) === this.#search;
    if (isKnown && (at(labels.final, node) === this.#search || cost >= at(labels.cost, node))) return;
    labels.reached[node] = this.#search;
    labels.cost[node] = cost;
    labels.by[node] = by;
    this.#waiting.push(cost, node);
  }

  /** Makes the nearest node that waits final and offers its neighbours. */
  #step(): void {
    const { roads, labels } = this;
    const [cost, node] = this.#waiting.pop();
    if (at(labels.final, node) === this.#search || at(labels.cost, node) !== cost) return;
    labels.final[node] = this.#search;
    this.#looked++;
    for (let exit = at(roads.first, node); exit < at(roads.first, node + 1); exit++) {
      const edge = at(roads.exits, exit);
      const other = at(roads.from, edge) === node ? at(roads.to, edge) : at(roads.from, edge);
      this.#offer(other, cost + at(roads.length, edge), edge);
    }
  }
}

/** Nodes that wait, the cheapest on top. */
class Heap {
  readonly #costs: number[] = [];
  readonly #nodes: number[] = [];

  get least(): number {
    return this.#costs[0] ?? Number.POSITIVE_INFINITY;
  }

  push(cost: number, node: number): void {
    const [costs, nodes] = [this.#costs, this.#nodes];
    let place = costs.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const known = costs[above] as number;
      if (known <= cost) break;
      costs[place] = known;
      nodes[place] = nodes[above] as number;
      place = above;
    }
    costs[place] = cost;
    nodes[place] = node;
  }

  pop(): [cost: number, node: number] {
    const [costs, nodes] = [this.#costs, this.#nodes];
    const top: [number, number] = [costs[0] as number, nodes[0] as number];
    const [cost, node] = [costs.pop() as number, nodes.pop() as number];
    const size = costs.length;
    if (size === 0) return top;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= size) break;
      if (below + 1 < size && (costs[below + 1] as number) < (costs[below] as number)) below++;
      const known = costs[below] as number;
      if (known >= cost) break;
      costs[place] = known;
      nodes[place] = nodes[below] as number;
      place = below;
    }
    costs[place] = cost;
    nodes[place] = node;
    return top;
  }
}
