/**
 * Finding places without a server: addresses, streets, settlements, municipalities and the numbers of water sources.
 *
 * Reads `/api/device/search` (src/offline/gazetteer.rs). Spelling variants are made one before anything is compared; a
 * word of four letters may have one error, one of eight two, as typed or as it should be; the last word may be a beginning.
 */
import { distance, type LonLat } from '../place/place';
import type { Hit } from '../search/search';
import type { Register } from './register';

export interface GazetteerFile {
  readonly settlements: readonly (readonly [string, string])[];
  /** Settlement, name, house numbers, differences of longitude and latitude in hundred-thousandths of a degree. */
  readonly streets: readonly (readonly [number, string, readonly string[], readonly number[], readonly number[]])[];
  readonly municipalities: readonly (readonly [string, number, number])[];
}

const UNITS = 1e5;
const LIMIT = 8;

interface Street {
  readonly name: string;
  readonly settlement: string;
  readonly postcode: string;
  readonly words: readonly string[];
  readonly place: readonly string[];
  readonly numbers: readonly string[];
  readonly at: readonly LonLat[];
}

interface Named {
  readonly name: string;
  readonly words: readonly string[];
  readonly at: LonLat;
}

/** One spelling for all: `Straße` and `Str.` are `strasse`, umlauts have an e. */
export function plain(text: string): string[] {
  const one = text
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/a\.\s*d\./g, 'an der ')
    .replace(/(\d)\s+([a-z])(?![a-z])/g, '$1$2')
    .replace(/str\b\.?/g, 'strasse');
  return one.split(/[^a-z0-9]+/).filter((word) => word !== '');
}

export class Gazetteer {
  readonly #streets: Street[];
  readonly #places: Named[];

  constructor(file: GazetteerFile) {
    const places = new Map<string, { sum: [number, number]; count: number }>();
    this.#streets = file.streets.map(([settlement, name, numbers, xs, ys]) => {
      const [town = '', postcode = ''] = file.settlements[settlement] ?? [];
      const at = positions(xs, ys);
      const place = places.get(town) ?? { sum: [0, 0], count: 0 };
      for (const { lon, lat } of at) {
        place.sum[0] += lon;
        place.sum[1] += lat;
        place.count++;
      }
      places.set(town, place);
      return { name, settlement: town, postcode, words: plain(name), place: [...plain(town), postcode], numbers, at };
    });
    this.#places = [...places].map(([name, { sum, count }]) => ({
      name,
      words: plain(name),
      at: { lon: sum[0] / count, lat: sum[1] / count },
    }));
    for (const [name, x, y] of file.municipalities) {
      if (!places.has(name)) this.#places.push({ name, words: plain(name), at: { lon: x / UNITS, lat: y / UNITS } });
    }
  }

  /** The best places for a text; the nearer ones first among equals. */
  search(text: string, near: LonLat | null): Hit[] {
    const words = plain(text);
    if (words.length === 0) return [];
    const number =
      words.find((word, k) => k > 0 && /^\d{1,4}[a-z]?$/.test(word)) ??
      (/^\d{1,4}[a-z]?$/.test(words[0] ?? '') ? words[0] : undefined);
    const rest = words.filter((word) => word !== number);
    if (rest.length === 0) return [];
    const scored: { hit: Hit; score: number }[] = [];
    for (const street of this.#streets) {
      const score = match(rest, [...street.words, ...street.place], street.words.length);
      if (score !== null) scored.push({ hit: hitOf(street, number), score: score + (number ? 0 : 0.5) });
    }
    if (!number) {
      for (const place of this.#places) {
        const score = match(rest, place.words, place.words.length);
        if (score !== null) scored.push({ hit: { kind: 'place', label: place.name, ...place.at, exact: true }, score });
      }
    }
    const far = (hit: Hit) => (near ? Math.min(1, distance(near, hit) / 50_000) : 0);
    return scored
      .map(({ hit, score }) => ({ hit, score: score + far(hit) * 0.4 + (hit.exact ? 0 : 0.3) }))
      .sort((a, b) => a.score - b.score)
      .slice(0, LIMIT)
      .map(({ hit }) => hit);
  }
}

/** Sources by their number, `LOS-0001` and `los 1` alike. */
export function byNumber(register: Register, text: string, near: LonLat | null): Hit[] {
  const key = (ref: string) =>
    plain(ref)
      .join('')
      .replace(/(\D|^)0+(?=\d)/g, '$1');
  const wanted = key(text);
  if (wanted.length < 2 || !/\d/.test(wanted)) return [];
  const kinds = { hydrants: 'hydrant', water_sources: 'water_source', suction_points: 'suction_point' } as const;
  const found: { hit: Hit; rank: number }[] = [];
  for (const row of register.rows()) {
    const ref = row.values?.ref;
    const kind = kinds[row.collection as keyof typeof kinds];
    if (typeof ref !== 'string' || !kind) continue;
    const own = key(ref);
    if (!own.startsWith(wanted)) continue;
    const label = register.code(row, 'kind')?.[1] ?? null;
    const at = { lon: row.lon, lat: row.lat };
    const hit: Hit = {
      kind,
      label: ref,
      detail: label,
      ...at,
      collection: row.collection,
      id: row.id,
      exact: true,
    };
    found.push({ hit, rank: (own === wanted ? 0 : 1e9) + (near ? distance(near, at) : 0) });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, LIMIT)
    .map(({ hit }) => hit);
}

function positions(xs: readonly number[], ys: readonly number[]): LonLat[] {
  let [x, y] = [0, 0];
  return xs.map((step, k) => {
    x += step;
    y += ys[k] ?? 0;
    return { lon: x / UNITS, lat: y / UNITS };
  });
}

function hitOf(street: Street, number: string | undefined): Hit {
  const detail = [street.postcode, street.settlement].filter((part) => part !== '').join(' ');
  const label = (house?: string) => [street.name || street.settlement, house].filter(Boolean).join(' ');
  if (!number) {
    const at = street.at[Math.floor(street.at.length / 2)] ?? { lon: 0, lat: 0 };
    return { kind: 'street', label: label(), detail, ...at, exact: true };
  }
  const own = street.numbers.findIndex((house) => plain(house).join('') === number);
  const nearest = own >= 0 ? own : nearestNumber(street.numbers, Number.parseInt(number, 10));
  const at = street.at[nearest] ?? street.at[0] ?? { lon: 0, lat: 0 };
  return { kind: 'address', label: label(street.numbers[nearest]), detail, ...at, exact: own >= 0 };
}

function nearestNumber(numbers: readonly string[], wanted: number): number {
  let [best, found] = [Number.POSITIVE_INFINITY, 0];
  numbers.forEach((number, k) => {
    const off = Math.abs((Number.parseInt(number, 10) || 0) - wanted);
    if (off < best) [best, found] = [off, k];
  });
  return found;
}

/**
 * How badly words fit a name: 0 is whole and exact; null if one of them fits nothing. The first `own` words are the
 * name's, one of which must be meant.
 */
function match(words: readonly string[], names: readonly string[], own: number): number | null {
  let [score, meant] = [0, own === 0];
  for (const [k, word] of words.entries()) {
    let best: number | null = null;
    for (const [n, name] of names.entries()) {
      const fit = fits(word, name, k === words.length - 1);
      if (fit === null || (best !== null && fit >= best)) continue;
      best = fit;
      if (n < own) meant = true;
    }
    if (best === null) return null;
    score += best;
  }
  return meant ? score : null;
}

function fits(word: string, name: string, beginning: boolean): number | null {
  if (word === name) return 0;
  if (beginning && word.length >= 2 && name.startsWith(word)) return 0.2;
  const inBeginning = forgiven(word.length);
  if (inBeginning === 0) return null;
  // Errors that leave letters out make a name no shorter than it is: of a whole one the longer of both decides.
  const whole = Math.max(inBeginning, forgiven(name.length));
  const errors =
    beginning && name.length > word.length + whole
      ? differences(word, name.slice(0, word.length), inBeginning)
      : differences(word, name, whole);
  return errors === null ? null : 0.5 + errors * 0.5;
}

/** Errors that are forgiven in a word of so many letters, as in src/search/typo.rs. */
function forgiven(letters: number): number {
  if (letters >= 8) return 2;
  return letters >= 4 ? 1 : 0;
}

/** Errors between two words, a swap counting one; null if more than allowed. */
export function differences(a: string, b: string, allowed: number): number | null {
  if (Math.abs(a.length - b.length) > allowed) return null;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    if (Math.min(...next) > allowed) return null;
    [before, row] = [row, next];
  }
  const errors = row[b.length] ?? 0;
  return errors <= allowed ? errors : null;
}
