/**
 * Reading a place from whatever a crew types, pastes or takes down on the radio, without a server.
 *
 * The same notations as src/coordinate/parse.rs, read the same way (tests/fixtures/coordinates.json is read by both);
 * refused are metres outside of Germany. A wrong place sends an engine the wrong way: what can be read in two ways is
 * refused, what was assumed is said.
 */
import type { LonLat } from '../../../map/place';
import { geodesic } from '../geodesic';
import { readDegrees } from './degrees';
import { type Datum, datumOf, epsgOf, fromGaussKrueger, isPulkovo83Land, zoneOf } from './gausskrueger';
import { decoded, pair, readLink } from './link';
import { fromUtm } from './mercator';
import { type Bounds, isFineEnough, Misread, openMetres, type Reading, TooCoarse, WhichDatum, within } from './misread';
import { NOTHING_SAID, type Said, take, unannounced } from './said';
import { type Token, tokens } from './scan';
import { readUtmref, resemblesUtmref } from './utmref';

export { Misread, type Reading, WhichDatum } from './misread';

const LONGEST = 500;
/** Metres of eastings and northings in Germany. */
const EASTING = [100_000, 900_000] as const;
const NORTHING = [5_200_000, 6_209_999] as const;
const GAUSS_KRUEGER_EASTING = [200_000, 799_999] as const;
/** Metres may lie so far outside the district and still show their zone, degrees. */
const ROUGH = 1;
/** The same of Gauss-Krüger. */
const NEAR = 0.05;
/** Datums nearer to one another than this are the same for a crew, metres. */
const SAME = 1;
const METRE = Math.SQRT1_2;

const between = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;

/** What is known of the district: where it is, and on which datums Gauss-Krüger is usual there, the likeliest first. */
export interface Ground {
  readonly bounds: Bounds | null;
  readonly datums: readonly Datum[];
}

/** The place a text names. Throws [`Misread`]. */
export function parse(text: string, district: Bounds | null, datums: readonly Datum[] = []): Reading {
  const bare = text.trim();
  if (bare === '' || bare.length > LONGEST) throw new Misread(bare);
  const reading = read(bare, { bounds: district, datums });
  const outside = district !== null && !within(reading.at, district, 0);
  return outside ? { ...reading, notes: [...reading.notes, 'outside_district'] } : reading;
}

/** The address or name that a link of a map service, or a `geo:` address, asks for instead of a coordinate. */
export function namedByLink(text: string): string | null {
  const bare = text.trim();
  if (!/^geo:/i.test(bare)) {
    const link = readLink(bare);
    return link?.is === 'text' ? link.text : null;
  }
  const [path = '', query = ''] = bare.slice(4).split('?', 2);
  const asked = query.split('&').find((part) => part.startsWith('q='));
  const at = pair(path.split(';')[0] ?? '')?.at;
  if (asked === undefined || at?.lon !== 0 || at.lat !== 0) return null;
  const named = decoded(asked.slice(2));
  return /\p{L}/u.test(named) && !pair(named.split('(')[0] ?? '') ? named : null;
}

function read(announced: string, ground: Ground): Reading {
  const text = unannounced(announced);
  const link = readLink(text);
  if (link) return ofLink(link, text);
  if (/^geo:/i.test(text)) return geoUri(text);
  if (resemblesUtmref(text)) {
    const { bounds } = ground;
    return readUtmref(text, bounds && { lon: (bounds[0] + bounds[2]) / 2, lat: (bounds[1] + bounds[3]) / 2 });
  }
  const { rest, said } = take(text);
  const found = tokens(rest);
  return isMetres(found) ? metres(found, said, ground, text) : readDegrees(found, ground.bounds, text);
}

function ofLink(link: NonNullable<ReturnType<typeof readLink>>, text: string): Reading {
  if (link.is === 'view') return { at: link.at, notes: [], radius: link.radius };
  if (link.is !== 'place') throw new Misread(text);
  if (!isFineEnough(link.steps)) throw new TooCoarse(text);
  return { at: link.at, notes: [], radius: openMetres(link.steps, link.at.lat) };
}

/** RFC 5870, and the form Android passes on: `geo:0,0?q=53.89,11.46(name)`. */
function geoUri(text: string): Reading {
  const [path = '', query = ''] = text.slice(4).split('?', 2);
  const [place = '', ...parameters] = path.split(';');
  const foreign = parameters.some((part) => /^crs=/i.test(part) && !/^crs=wgs84$/i.test(part));
  const found = pair(place);
  const asked = query.split('&').find((part) => part.startsWith('q='));
  // 0,0 with a query is how apps say that the place is in the query.
  const isNowhere = found?.at.lon === 0 && found.at.lat === 0;
  const meant = isNowhere && asked ? pair(asked.slice(2).split('(')[0] ?? '') : found;
  if (foreign || !meant) throw new Misread(text);
  if (!isFineEnough(meant.steps)) throw new TooCoarse(text);
  return { at: meant.at, notes: [], radius: openMetres(meant.steps, meant.at.lat) };
}

/** A number too large for degrees means metres. */
function isMetres(found: readonly Token[]): boolean {
  return found.some((token) => token.is === 'number' && token.value >= 1000);
}

function metres(found: readonly Token[], said: Said, ground: Ground, text: string): Reading {
  const words = found.flatMap((token) => (token.is === 'word' ? [token.word] : []));
  const numbers = found.flatMap((token) => (token.is === 'number' ? [token] : []));
  if (numbers.some((number) => number.negative)) throw new Misread(text);
  const large = numbers.filter((number) => number.value >= 1000).map((number) => number.value);
  const small = numbers.filter((number) => number.value < 1000);
  const [a, b] = large;
  if (a === undefined || b === undefined || large.length !== 2 || small.length > 1) throw new Misread(text);
  const orders = ordersOf(a, b, small.length > 0 ? [] : words, text);
  const isSystem = said.epsg !== null || said.datum !== null || said.isGaussKrueger;
  if (isSystem) {
    if (small.length > 0) throw new Misread(text);
    return inSystem(orders, said, ground, text);
  }
  if (small.length === 0) {
    const reading = gaussKrueger(orders, NOTHING_SAID, ground, text);
    if (reading) return reading;
  }
  const [easting, northing] = between(b, NORTHING) ? [a, b] : [b, a];
  if (!between(northing, NORTHING)) throw new Misread(text);
  const stated = small[0]?.value;
  if (stated !== undefined) {
    const isZone = stated >= 1 && stated <= 60 && Number.isInteger(stated);
    if (!isZone || !between(easting, EASTING)) throw new Misread(text);
    return { at: inBand(fromUtm(easting, northing, stated), words, text), notes: [], radius: METRE };
  }
  const at = prefixed(easting, northing);
  if (at) return { at, notes: [], radius: METRE };
  const { bounds } = ground;
  if (!between(easting, EASTING) || !bounds) throw new Misread(text);
  const near = [31, 32, 33].map((zone) => fromUtm(easting, northing, zone)).filter((at) => within(at, bounds, ROUGH));
  if (near.length !== 1 || !near[0]) throw new Misread(text);
  return { at: near[0], notes: ['zone_completed'], radius: METRE };
}

const EAST = /^(E|O|ME|OST|OSTWERT|EASTING|EAST|R|RW|RECHTS|RECHTSWERT)$/;
const NORTH = /^(N|MN|NORDWERT|NORTHING|NORTH|H|HW|HOCH|HOCHWERT)$/;
/** Surveyors call the northing X, everyone else the easting, so X and Y tell nothing. */
const NOISE = /^(UTM|ZONE|M|NORD|NÖRDLICH|X|Y)$/;

/** The ways to take two numbers as easting and northing: both, unless words say which is which. */
function ordersOf(a: number, b: number, words: readonly string[], text: string): Orders {
  const sides = words
    .filter((word) => !NOISE.test(word))
    .map((word) => (EAST.test(word) ? 'e' : NORTH.test(word) ? 'n' : '?'));
  if (sides.includes('?')) throw new Misread(text);
  if (sides.join('') === 'en') return [[a, b]];
  if (sides.join('') === 'ne') return [[b, a]];
  return [
    [a, b],
    [b, a],
  ];
}

/** UTM with its zone before the easting. */
function prefixed(easting: number, northing: number): LonLat | null {
  const prefix = Math.floor(easting / 1e6);
  const fits = prefix >= 31 && prefix <= 33 && between(easting % 1e6, EASTING) && between(northing, NORTHING);
  return fits ? fromUtm(easting % 1e6, northing, prefix) : null;
}

type Orders = readonly (readonly [number, number])[];

/** Two numbers in a system that was said. */
function inSystem(orders: Orders, said: Said, ground: Ground, text: string): Reading {
  const { epsg } = said;
  const zone = epsg === null ? 0 : epsg >= 25_828 && epsg <= 25_838 ? epsg - 25_800 : epsg - 32_600;
  if (epsg !== null && zone >= 1 && zone <= 60) {
    const fitting = orders.find(([easting, northing]) => between(easting, EASTING) && between(northing, NORTHING));
    if (!fitting) throw new Misread(text);
    return { at: fromUtm(fitting[0], fitting[1], zone), notes: [], radius: METRE };
  }
  if (epsg !== null && [5_649, 4_647, 5_650, 325_833].includes(epsg)) {
    const at = orders.map(([easting, northing]) => prefixed(easting, northing)).find((at) => at !== null);
    if (!at) throw new Misread(text);
    return { at, notes: [], radius: METRE };
  }
  if (epsg !== null && datumOf(epsg) === null) throw new Misread(text);
  const reading = gaussKrueger(orders, said, ground, text);
  if (!reading) throw new Misread(text);
  return reading;
}

/** Gauss-Krüger on the datum that was said, or that is usual here; null if the numbers are none. */
function gaussKrueger(orders: Orders, said: Said, { bounds, datums }: Ground, text: string): Reading | null {
  const told = said.zone ?? (said.epsg === null ? null : zoneOf(said.epsg));
  const fitting = orders.flatMap(([east, northing]) => {
    const [digit, within] = [Math.floor(east / 1e6), east % 1e6];
    const zone = told !== null && (digit === 0 || digit === told) ? told : told === null ? digit : 0;
    const fits = zone >= 2 && zone <= 5 && between(within, GAUSS_KRUEGER_EASTING) && between(northing, NORTHING);
    return fits ? [{ zone, easting: zone * 1e6 + within, northing }] : [];
  });
  const place = (one: (typeof fitting)[number], datum: Datum) => fromGaussKrueger(one.easting, one.northing, datum);
  // A northing may look like an easting of zone 5: then the district decides, or nobody.
  const near = fitting.filter((one) => bounds !== null && within(place(one, 'dhdn'), bounds, NEAR));
  const isSame = fitting.length === 2 && fitting[0]?.easting === fitting[1]?.easting;
  const one = near.length === 1 ? near[0] : fitting.length === 1 || isSame ? fitting[0] : undefined;
  if (fitting.length === 0) return null;
  if (!one) throw new Misread(text);
  const datum = said.datum ?? (said.epsg === null ? null : datumOf(said.epsg));
  if (datum) {
    if (epsgOf(datum, one.zone) === null) throw new Misread(text);
    return { at: place(one, datum), notes: [], radius: METRE };
  }
  const [west, east] = [place(one, 'dhdn'), place(one, 'pulkovo83')];
  if (!isPulkovo83Land(east, one.zone) || geodesic(west, east).distance <= SAME)
    return { at: west, notes: [], radius: METRE };
  const [usual] = datums;
  if (usual) return { at: usual === 'dhdn' ? west : east, notes: ['datum_assumed'], radius: METRE };
  throw new WhichDatum(text, [
    [31_464 + one.zone, west],
    [2_394 + one.zone, east],
  ]);
}

/** A band letter beside the zone must fit. */
function inBand(at: LonLat, words: readonly string[], text: string): LonLat {
  const band = words.find((word) => /^[C-HJ-NP-X]$/.test(word) && !'NE'.includes(word));
  if (band) {
    const south = 'CDEFGHJKLMNPQRSTUVWX'.indexOf(band) * 8 - 80;
    if (at.lat < south - 1 || at.lat > south + 13) throw new Misread(text);
  }
  return at;
}
