/** From a question to the names that fit it, as in src/search/find.rs and fit.rs. */
import { distance, type LonLat } from '../../../map/place';
import type { Hit } from '../../search/search';
import { type Crossings, type Entry, farthest, type House, housesLike } from './entries';
import { type Token, tokens } from './fold';
import { type HouseNumber, isLetter } from './house';
import { type Role, wordsOf } from './role';
import { ERROR, NONE, type Words } from './words';

/** More words than these are not looked at. */
const MOST_WORDS = 16;
const MOST_STREETS = 128;

interface Word {
  readonly token: Token;
  readonly role: Role;
  readonly costs: Uint8Array;
}

interface Fit {
  score: number;
  isExact: boolean;
  isBegun: boolean;
  loose: number;
  missing: number;
  number: HouseNumber | null;
  own: number;
  around: number;
  isComplete: boolean;
}

/** Something that fits, the smaller its score the better. */
export interface Candidate {
  readonly score: number;
  readonly isExact: boolean;
  readonly isBegun: boolean;
  readonly loose: number;
  readonly entry: Entry;
  readonly house: House | null;
  /** Another house than the one asked for. */
  readonly isNearby: boolean;
  /** The street that it meets, and where. */
  readonly meets?: { readonly other: Entry; readonly at: LonLat };
}

/** A question's words and what each costs. */
export class Asked {
  readonly #words: readonly Word[];
  readonly #isCut: boolean;

  constructor(
    text: string,
    within: readonly (readonly string[])[],
    private readonly known: Words,
  ) {
    const found = wordsOf(text, within);
    this.#isCut = found.length > MOST_WORDS;
    const kept = found.slice(0, MOST_WORDS);
    this.#words = kept.map(({ token, role }, k) => ({
      token,
      role,
      costs: known.costs(token, k === kept.length - 1 && !this.#isCut),
    }));
  }

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  /** Whether the question says all words of a name. */
  says(name: string): boolean {
    const all = tokens(name);
    return all.length > 0 && all.every(({ text }) => this.#words.some(({ token }) => token.text === text));
  }

  /** All names that fit: those that lack the fewest words; where two streets have them between them, both. */
  candidates(entries: readonly Entry[], crossings: Crossings, near: LonLat | null): Candidate[] {
    const needed = this.#words.filter(({ role }) => role === 'needed').length;
    let fewest = Math.max(0, needed - 1);
    let fitting: { entry: Entry; fit: Fit }[] = [];
    for (const entry of entries) {
      const fit = this.#fit(entry, fewest);
      if (!fit) continue;
      if (fit.missing < fewest) {
        fewest = fit.missing;
        fitting = [];
      }
      fitting.push({ entry, fit });
    }
    const corner = fewest > 0 ? this.#corner(entries, crossings, near) : [];
    const found = corner.length > 0 ? corner : fitting.flatMap(({ entry, fit }) => this.#ofEntry(entry, fit, near));
    const exact = found.filter(({ isExact }) => isExact);
    // What is exact stands alone, and of that what differs least from the question.
    const least = Math.min(...exact.map(({ loose }) => loose));
    const kept = exact.length > 0 ? exact.filter(({ loose }) => loose === least) : found;
    return kept.sort((a, b) => a.score - b.score);
  }

  #fit(entry: Entry, most: number): Fit | null {
    const fit: Fit = {
      score: 0,
      isExact: false,
      isBegun: false,
      loose: 0,
      missing: 0,
      number: null,
      own: 0,
      around: 0,
      isComplete: true,
    };
    let [isMeant, isWrong, covered, lightCovered] = [false, false, 0, 0];
    for (const [nth, { token, role, costs }] of this.#words.entries()) {
      const own = cheapest(costs, entry.own);
      const around = cheapest(costs, entry.context);
      const isOwn = own.cost <= around.cost;
      const cost = Math.min(own.cost, around.cost);
      // What need not be there is there only as it is written.
      if (cost >= (role === 'needed' ? NONE : ERROR)) {
        if (role === 'light') {
          fit.score += 0.1;
          fit.loose += 2;
        } else if (role === 'needed') {
          if (token.number && entry.kind === 'street' && !fit.number) fit.number = token.number;
          else fit.missing += 1;
        }
        if (fit.missing > most) return null;
        continue;
      }
      // A little more for what only stands beside the name.
      fit.score += (isOwn ? cost : cost + 1) / ERROR;
      isWrong ||= cost >= ERROR;
      const isWhole = cost === 0 || (token.dotted && cost < ERROR);
      fit.isBegun ||= !isWhole;
      const letters = this.known.text(own.id).length;
      if (isOwn && role === 'needed') {
        isMeant = true;
        covered += letters;
        if (isWhole) fit.own |= 1 << nth;
      } else if (isOwn) lightCovered += letters;
      else if (isWhole) fit.around |= 1 << nth;
      // A settlement may be asked for by its postcode alone.
      if (entry.kind === 'place' && /^\d{5}$/.test(token.text)) isMeant = true;
    }
    if (!isMeant) return null;
    const letters = Math.max(1, entry.letters);
    fit.isComplete = covered >= letters || (fit.own === 0 && covered === 0 && lightCovered === 0);
    if (covered + lightCovered < entry.allLetters) fit.loose += 1;
    fit.score += 0.5 * (1 - Math.min(1, covered / letters)) + 3 * fit.missing;
    fit.isExact = fit.isComplete && !fit.isBegun && !isWrong && fit.missing === 0 && !this.#isCut;
    fit.isBegun = !fit.isExact && !isWrong && fit.missing === 0;
    return fit;
  }

  #ofEntry(entry: Entry, fit: Fit, near: LonLat | null): Candidate[] {
    const far = (at: LonLat, reach: number) => farFrom(near, at, reach);
    const base = fit.score + entry.prominence;
    const of = (score: number, isThere: boolean, house: House | null): Candidate => ({
      score,
      isExact: fit.isExact && isThere,
      isBegun: fit.isBegun && isThere,
      loose: fit.loose,
      entry,
      house,
      isNearby: house !== null && !isThere,
    });
    if (!fit.number || entry.houses.length === 0) {
      const lacks = fit.number !== null;
      return [of(base + far(entry.at, entry.reach) + (lacks ? 1.2 : 0), !lacks, null)];
    }
    return housesLike(entry.houses, fit.number).map(({ house, off }) => {
      const other = off === 0 ? 0 : isLetter(off) ? 0.3 : 0.7 + 0.01 * Math.min(20, off);
      return of(base + other + far(house.at, 0), off === 0, house);
    });
  }

  /** Two streets that have all words between them: a corner, or both of them where they do not meet. */
  #corner(entries: readonly Entry[], crossings: Crossings, near: LonLat | null): Candidate[] {
    const needed = this.#words.reduce(
      (bits, { role, token }, nth) => (role === 'needed' && !token.number ? bits | (1 << nth) : bits),
      0,
    );
    const streets = entries
      .flatMap((entry) => {
        const fit = entry.kind === 'street' ? this.#fit(entry, MOST_WORDS) : null;
        return fit?.isComplete && fit.own !== 0 ? [{ entry, fit }] : [];
      })
      .slice(0, MOST_STREETS);
    const apart = new Set<Entry>();
    const found: Candidate[] = [];
    const meeting = (one: Entry, other: Entry) => {
      const at = crossings.get(one)?.get(other);
      if (at) found.push(crossing(one, other, at, near));
      return at !== undefined;
    };
    for (const [k, one] of streets.entries()) {
      for (const other of streets.slice(k + 1)) {
        const isPair = (one.fit.own & ~other.fit.own) !== 0 && (other.fit.own & ~one.fit.own) !== 0;
        const all = one.fit.own | other.fit.own | (one.fit.around & other.fit.around);
        if (!isPair || (all & needed) !== needed) continue;
        if (meeting(one.entry, other.entry) || meeting(other.entry, one.entry)) continue;
        if (one.entry.municipality === other.entry.municipality) apart.add(one.entry).add(other.entry);
      }
    }
    if (found.length > 0) return found;
    return [...apart].map((entry) => ({
      score: 1.5,
      isExact: false,
      isBegun: false,
      loose: 0,
      entry,
      house: null,
      isNearby: false,
    }));
  }
}

function crossing(entry: Entry, other: Entry, at: LonLat, near: LonLat | null): Candidate {
  const score = 0.4 + farFrom(near, at, 0);
  return { score, isExact: true, isBegun: false, loose: 0, entry, house: null, isNearby: false, meets: { other, at } };
}

/** What distance adds to a score. */
function farFrom(near: LonLat | null, at: LonLat, reach: number): number {
  return near ? Math.min(0.9, 0.2 * Math.log(1 + Math.max(0, distance(near, at) - reach) / 1000)) : 0;
}

function cheapest(costs: Uint8Array, ids: Iterable<number>): { cost: number; id: number } {
  let best = { cost: NONE, id: -1 };
  for (const id of ids) {
    const cost = costs[id] ?? NONE;
    if (cost < best.cost) best = { cost, id };
  }
  return best;
}

/** A candidate in the words of the server; `least` metres lie around a street or settlement, however few its houses. */
export function hitOf({ entry, house, isExact, isBegun, isNearby, meets }: Candidate, least: number): Hit {
  const exactness = { exact: isExact, ...(isBegun ? { begun: true } : {}) };
  const { settlement, postTown, municipality } = entry;
  const apart = [settlement, municipality].filter(
    (name, k, all) => name && name !== postTown && all.indexOf(name) === k,
  );
  const detail = entry.kind === 'street' ? apart.join(', ') : municipality === entry.name ? '' : municipality;
  const town = [entry.postcode, postTown].filter(Boolean).join(' ');
  const withTown = (line: string) => (town ? `${line}, ${town}` : line);
  const what = { detail: detail || null, ...exactness };
  if (meets) {
    const label = withTown(`${entry.name} / ${meets.other.name}`);
    return { kind: 'crossing', label, ...meets.at, ...what, certainty: 'exact', radius: null };
  }
  if (house) {
    const places = entry.houses.map(({ at }) => at);
    const sure = isNearby
      ? ({ certainty: 'street', radius: Math.ceil(Math.max(least, farthest(house.at, places))) } as const)
      : ({ certainty: 'exact', radius: null } as const);
    return { kind: 'address', label: withTown(`${entry.name} ${house.text}`), ...house.at, ...what, ...sure };
  }
  const radius = Math.ceil(Math.max(least, entry.reach));
  if (entry.kind === 'street') {
    return { kind: 'street', label: withTown(entry.name), ...entry.at, ...what, certainty: 'street', radius };
  }
  return { kind: entry.kind, label: entry.name, ...entry.at, ...what, certainty: 'settlement', radius };
}
