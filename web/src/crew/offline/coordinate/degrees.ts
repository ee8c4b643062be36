/** Degrees, with minutes and seconds or without, with directions or without, as in src/coordinate/parse/degrees.rs. */
import type { LonLat } from '../../../map/place';
import { type Bounds, isFineEnough, Misread, openMetres, type Reading, TooCoarse, within } from './misread';
import type { Mark, Token } from './scan';

/** How far outside the district bare numbers may lie and still show their order, degrees. */
const NEARBY = 0.5;
const ORDER: readonly Mark[] = ['degrees', 'minutes', 'seconds'];

interface Direction {
  readonly axis: 'lat' | 'lon';
  readonly negative: boolean;
  /** A label such as "Breite" instead of a letter such as N. */
  readonly label: boolean;
}

interface Angle {
  readonly degrees: number;
  /** What its last figure counts, degrees. */
  readonly step: number;
}

interface Part {
  readonly value: number;
  readonly negative: boolean;
  /** As written; null for a whole number. */
  readonly decimals: number | null;
  mark: Mark | null;
}

type Item = Part | Direction | 'break';

const isDirection = (item: Item): item is Direction => item !== 'break' && 'axis' in item;
const isPart = (item: Item): item is Part => item !== 'break' && 'value' in item;

const DIRECTIONS: readonly (readonly [RegExp, Direction])[] = [
  [/^(N|NORD|NORTH|NÖRDL|NÖRDLICH(ER?)?)$/, { axis: 'lat', negative: false, label: false }],
  [/^(S|SÜD|SUED|SOUTH|SÜDL|SÜDLICH(ER?)?)$/, { axis: 'lat', negative: true, label: false }],
  [/^(E|O|Ö|OST|EAST|ÖSTL|ÖSTLICH(ER?)?)$/, { axis: 'lon', negative: false, label: false }],
  [/^(W|WEST|WESTL|WESTLICH(ER?)?)$/, { axis: 'lon', negative: true, label: false }],
  [/^(LAT|LATITUDE|BREITE|BREITENGRAD)$/, { axis: 'lat', negative: false, label: true }],
  [/^(LON|LNG|LONG|LONGITUDE|LÄNGE|LAENGE|LÄNGENGRAD)$/, { axis: 'lon', negative: false, label: true }],
];

export function readDegrees(tokens: readonly Token[], district: Bounds | null, text: string): Reading {
  const refuse = () => new Misread(text);
  const { items, lonFirst } = itemsOf(tokens, refuse);
  const directions = items.filter(isDirection);
  const [one, other] = directions;
  if (!one) {
    const [first, second] = halves(items, refuse).map((parts) => angle(parts, refuse)) as [Angle, Angle];
    if (!isFineEnough([first.step, second.step])) throw new TooCoarse(text);
    const reading = ordered(first.degrees, second.degrees, lonFirst, district, refuse);
    return { ...reading, radius: openMetres([first.step, second.step], reading.at.lat) };
  }
  if (!other || directions.length > 2 || one.axis === other.axis) throw refuse();
  const [first, second] = groups(items, refuse);
  const values = { lat: 0, lon: 0 };
  const steps = { lat: 0, lon: 0 };
  for (const [direction, parts] of [
    [one, first],
    [other, second],
  ] as const) {
    if (!direction.label && parts.some((part) => part.negative)) throw refuse();
    const { degrees, step } = angle(parts, refuse);
    values[direction.axis] = direction.negative ? -degrees : degrees;
    steps[direction.axis] = step;
  }
  if (!isFineEnough([steps.lat, steps.lon])) throw new TooCoarse(text);
  const at = place(values.lat, values.lon) ?? fail(refuse);
  return { at, notes: [], radius: openMetres([steps.lat, steps.lon], at.lat) };
}

function fail(refuse: () => Misread): never {
  throw refuse();
}

function itemsOf(tokens: readonly Token[], refuse: () => Misread): { items: Item[]; lonFirst: boolean } {
  const items: Item[] = [];
  let lonFirst = false;
  for (const token of tokens) {
    const last = items.at(-1);
    if (token.is === 'number') items.push({ ...token, mark: null });
    else if (token.is === 'break') items.push('break');
    else if (token.is === 'mark') {
      if (last === undefined || !isPart(last) || last.mark !== null) throw refuse();
      last.mark = token.mark;
    } else if (token.word === 'POINT') lonFirst = true;
    else if (token.word !== 'BR' && token.word !== 'L') {
      const direction = DIRECTIONS.find(([pattern]) => pattern.test(token.word))?.[1];
      if (!direction) throw refuse();
      // "östlicher Länge": the adjective already said it.
      const said = last !== undefined && isDirection(last) && last.axis === direction.axis && direction.label;
      if (!said) items.push(direction);
    }
  }
  return { items, lonFirst };
}

/** The numbers of each of two directions, which stand before their numbers or behind them. */
function groups(items: readonly Item[], refuse: () => Misread): [Part[], Part[]] {
  const runs: Part[][] = [[]];
  for (const item of items) {
    if (isDirection(item)) runs.push([]);
    else if (isPart(item)) runs.at(-1)?.push(item);
  }
  const [before = [], between = [], behind = []] = runs;
  if (before.length === 0 && between.length > 0 && behind.length > 0) return [between, behind];
  if (before.length > 0 && between.length > 0 && behind.length === 0) return [before, between];
  throw refuse();
}

/** Splits numbers without directions: at the only break, before the second degree mark, or in the middle. */
function halves(items: readonly Item[], refuse: () => Misread): [Part[], Part[]] {
  const pieces: Part[][] = [[]];
  for (const item of items) {
    if (item === 'break') pieces.push([]);
    else if (isPart(item)) pieces.at(-1)?.push(item);
  }
  const filled = pieces.filter((piece) => piece.length > 0);
  const [first, second] = filled;
  if (filled.length === 2 && first && second) return [first, second];
  const all = filled.flat();
  const marks = all.flatMap((part, index) => (part.mark === 'degrees' ? [index] : []));
  let cut = marks.length === 2 && marks[0] === 0 ? marks[1] : undefined;
  if (cut === undefined && [2, 4, 6].includes(all.length) && filled.length === 1) cut = all.length / 2;
  if (cut === undefined) throw refuse();
  return [all.slice(0, cut), all.slice(cut)];
}

function angle(parts: readonly Part[], refuse: () => Misread): Angle {
  if (parts.length === 0 || parts.length > 3) throw refuse();
  let [degrees, unit, step] = [0, 1, 1];
  parts.forEach((part, index) => {
    if (part.mark !== null && part.mark !== ORDER[index]) throw refuse();
    if (index + 1 < parts.length && part.decimals !== null) throw refuse();
    if (index > 0 && (part.negative || part.value >= 60)) throw refuse();
    degrees += part.value / unit;
    step = 10 ** -(part.decimals ?? 0) / unit;
    unit *= 60;
  });
  return { degrees: parts[0]?.negative ? -degrees : degrees, step };
}

function ordered(
  first: number,
  second: number,
  lonFirst: boolean,
  district: Bounds | null,
  refuse: () => Misread,
): Omit<Reading, 'radius'> {
  if (lonFirst) return { at: place(second, first) ?? fail(refuse), notes: [] };
  const [usual, swapped] = [place(first, second), place(second, first)];
  const near = (at: LonLat | null) => at !== null && district !== null && within(at, district, NEARBY);
  if (near(usual) && near(swapped) && first !== second) throw refuse();
  if (near(usual) && usual) return { at: usual, notes: [] };
  if (near(swapped) && swapped) return { at: swapped, notes: ['longitude_first'] };
  return { at: usual ?? fail(refuse), notes: ['order_assumed'] };
}

function place(lat: number, lon: number): LonLat | null {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}
