/** What has a name on the device: streets with their houses, settlements, municipalities. Reads src/offline/gazetteer.rs. */
import { distance, type LonLat } from '../../../map/place';
import type { Row } from '../register';
import { cutEnding, isEnding, isLight, type Token, tokens } from './fold';
import { type HouseNumber, isLetter, misfit } from './house';
import type { Words } from './words';

export interface GazetteerFile {
  /** Name, postcode, post town, municipality; older files know the first two. */
  readonly settlements: readonly (readonly [string, string, string?, string?])[];
  /**
   * Settlement, name, house numbers, differences of longitude and latitude in hundred-thousandths of a degree; of a street
   * without houses one place, and the metres within which all of it lies.
   */
  readonly streets: readonly (readonly [
    number,
    string,
    readonly string[],
    readonly number[],
    readonly number[],
    number?,
  ])[];
  /** Where streets meet, in columns: the one, the other, longitude, latitude. Older files have none. */
  readonly crossings?: readonly [readonly number[], readonly number[], readonly number[], readonly number[]];
  /** Name, place, key. */
  readonly municipalities: readonly (readonly [string, number, number, string?])[];
  /** Names of what the district lies in. */
  readonly lies_in?: readonly string[];
  /** EPSG codes of Gauss-Krüger as it is usually meant, the likeliest first. */
  readonly gauss_krueger?: readonly number[];
  readonly position_accuracy_m?: number;
  readonly address_within_m?: number;
}

const UNITS = 1e5;
/** Addresses from which on a settlement is of a rank, from 1 on: src/search/places.rs. */
const RANKS = [1_000, 250, 80, 20];

export interface House {
  /** As it is written. */
  readonly text: string;
  readonly number: HouseNumber | null;
  readonly at: LonLat;
}

/** Something with a name. */
export interface Entry {
  readonly kind: 'street' | 'place' | 'municipality' | 'hydrant' | 'water_source' | 'suction_point';
  readonly name: string;
  /** Numbers of its words, joined and apart. */
  readonly own: readonly number[];
  /** Letters of the words that may not be left out, and of all. */
  readonly letters: number;
  readonly allLetters: number;
  /** What else it may be called together with. */
  readonly context: Set<number>;
  readonly settlement: string;
  readonly postcode: string;
  readonly postTown: string;
  readonly municipality: string;
  readonly houses: House[];
  readonly at: LonLat;
  /** Metres from its place within which everything of it lies. */
  readonly reach: number;
  /** What is looked for more often, and what is greater, comes first. */
  readonly prominence: number;
  /** The source of water it is, where it is one. */
  readonly row?: Row;
}

/** Where streets meet: by the one that is named first, then by the other. */
export type Crossings = ReadonlyMap<Entry, ReadonlyMap<Entry, LonLat>>;

/** Everything with a name in a file. */
export function entriesOf(file: GazetteerFile, words: Words): { entries: Entry[]; crossings: Crossings } {
  const entries: Entry[] = [];
  const streets: (Entry | null)[] = [];
  const places = new Map<string, { houses: LonLat[]; postcodes: Set<string>; entry: Parameters<typeof placeOf>[0] }>();
  for (const [settlement, street, numbers, xs, ys, reach] of file.streets) {
    const [name = '', postcode = '', town, municipality = ''] = file.settlements[settlement] ?? [];
    const where = { settlement: name, postcode, postTown: town ?? name, municipality };
    const at = positions(xs, ys);
    const houses = numbers.map((number, k) => houseOf(number, at[k] ?? { lon: 0, lat: 0 }));
    const lies = { at: at[Math.floor(at.length / 2)] ?? { lon: 0, lat: 0 }, reach };
    const entry = street || name ? streetOf(street || name, where, sorted(houses), lies, words) : null;
    if (entry) entries.push(entry);
    streets.push(entry);
    // What lies on no address makes no settlement.
    if (houses.length === 0) continue;
    const key = `${name}|${municipality}`;
    const place = places.get(key) ?? { houses: [], postcodes: new Set<string>(), entry: where };
    place.houses.push(...houses.map(({ at }) => at));
    place.postcodes.add(postcode).add(where.postTown);
    places.set(key, place);
  }
  for (const { entry, houses, postcodes } of places.values()) {
    if (entry.settlement) entries.push(placeOf(entry, houses, postcodes, words));
  }
  for (const [name, x, y] of file.municipalities) {
    const own = { settlement: '', postcode: '', postTown: '', municipality: name };
    const inIt = [...places.values()]
      .filter(({ entry }) => entry.municipality === name)
      .flatMap(({ houses }) => houses);
    const at = { lon: x / UNITS, lat: y / UNITS };
    entries.push(entryOf('municipality', name, own, [], at, farthest(at, inIt), 0.35, words));
  }
  return { entries, crossings: crossingsOf(file, streets) };
}

function crossingsOf({ crossings }: GazetteerFile, streets: readonly (Entry | null)[]): Crossings {
  const [ones, others, xs, ys] = crossings ?? [[], [], [], []];
  const found = new Map<Entry, Map<Entry, LonLat>>();
  let first = 0;
  positions(xs, ys).forEach((at, k) => {
    first += ones[k] ?? 0;
    const [one, other] = [streets[first], streets[first + (others[k] ?? 0)]];
    if (one && other) found.set(one, (found.get(one) ?? new Map()).set(other, at));
  });
  return found;
}

type Where = Pick<Entry, 'settlement' | 'postcode' | 'postTown' | 'municipality'>;

function streetOf(
  name: string,
  where: Where,
  houses: House[],
  lies: { readonly at: LonLat; readonly reach: number | undefined },
  words: Words,
): Entry {
  const at = houses[Math.floor(houses.length / 2)]?.at ?? lies.at;
  // A town's own streets come before those of the villages it gives its name to.
  const prominence = where.settlement === where.postTown ? 0.3 : 0.35;
  const places = houses.map((house) => house.at);
  return entryOf('street', name, where, houses, at, lies.reach ?? farthest(at, places), prominence, words);
}

function placeOf(where: Where, houses: readonly LonLat[], near: ReadonlySet<string>, words: Words): Entry {
  const sum = houses.reduce((sum, { lon, lat }) => ({ lon: sum.lon + lon, lat: sum.lat + lat }), { lon: 0, lat: 0 });
  const middle = { lon: sum.lon / houses.length, lat: sum.lat / houses.length };
  // At the address nearest to the middle, so that it never lies in a lake.
  const at = houses.reduce(
    (best, house) => (distance(middle, house) < distance(middle, best) ? house : best),
    houses[0] ?? middle,
  );
  const rank = RANKS.filter((least) => houses.length < least).length;
  const entry = entryOf('place', where.settlement, where, [], at, farthest(at, houses), 0.07 * rank, words);
  for (const text of near) for (const { text: word } of tokens(text)) entry.context.add(words.number(word));
  return entry;
}

/** Something with a name, its words numbered. */
export function entryOf(
  kind: Entry['kind'],
  name: string,
  where: Where,
  houses: House[],
  at: LonLat,
  reach: number,
  prominence: number,
  words: Words,
): Entry {
  const found = tokens(name);
  const texts = found.map(({ text }) => text);
  const spelled = [...texts];
  if (texts.length > 1) spelled.push(texts.join(''));
  if (kind === 'street') {
    const [stem = '', ending = ''] = texts.slice(-2);
    // "Menzelstr." for the Adolf-Menzel-Straße.
    if (texts.length > 2 && isEnding(ending)) spelled.push(stem + ending);
    spelled.push(...texts.flatMap((text) => cutEnding(text) ?? []));
  }
  const around =
    kind === 'street' ? [where.settlement, where.postcode, where.postTown] : [where.postcode, where.postTown];
  const context = kind === 'municipality' ? [] : [...around, where.municipality].flatMap((text) => tokens(text));
  return {
    kind,
    name,
    own: [...new Set(spelled.map((text) => words.number(text)))],
    letters: lettersOf(found),
    allLetters: texts.join('').length,
    context: new Set(context.map(({ text }) => words.number(text))),
    ...where,
    houses,
    at,
    reach,
    prominence,
  };
}

/** Letters of the words that may not be left out; of all, if all may. */
function lettersOf(found: readonly Token[]): number {
  const count = (some: readonly Token[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  return count(found.filter(({ text }) => !isLight(text))) || count(found);
}

function houseOf(text: string, at: LonLat): House {
  return { text, number: tokens(text).find(({ number }) => number !== null)?.number ?? null, at };
}

function sorted(houses: House[]): House[] {
  const rank = ({ number }: House) => (number ? number.first * 20_000 + number.last : Number.POSITIVE_INFINITY);
  const letters = ({ number }: House) => number?.letters ?? '';
  return houses.sort((a, b) => rank(a) - rank(b) || (letters(a) < letters(b) ? -1 : letters(a) > letters(b) ? 1 : 0));
}

/** The houses that fit a number, the best first: itself or the nearest, then those with the same number. */
export function housesLike(houses: readonly House[], asked: HouseNumber): { house: House; off: number }[] {
  const all = houses.flatMap((house) => (house.number ? [{ house, off: misfit(asked, house.number) }] : []));
  const found = all.filter(({ off }) => off === 0 || isLetter(off));
  if (found.length > 0) return found.sort((a, b) => a.off - b.off);
  const best = all.reduce<(typeof all)[number] | null>((best, one) => (best && best.off <= one.off ? best : one), null);
  return best ? [best] : [];
}

export function farthest(at: LonLat, places: readonly LonLat[]): number {
  return places.reduce((most, place) => Math.max(most, distance(at, place)), 0);
}

function positions(xs: readonly number[], ys: readonly number[]): LonLat[] {
  let [x, y] = [0, 0];
  return xs.map((step, k) => {
    x += step;
    y += ys[k] ?? 0;
    return { lon: x / UNITS, lat: y / UNITS };
  });
}
