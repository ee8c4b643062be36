/**
 * Reading a place from whatever a crew types, pastes or takes down on the radio, without a server.
 *
 * The same notations as src/coordinate/parse.rs, read the same way (tests/fixtures/coordinates.json is read by both);
 * refused are
 * Gauss-Krüger, as its datum needs a grid that no device has, and metres outside of Germany. A wrong place sends an engine the
 * wrong way: what can be read in two ways is refused, what was assumed is said.
 */
import type { LonLat } from '../../place/place';
import { readDegrees } from './degrees';
import { fromUtm } from './mercator';
import { type Bounds, isFineEnough, Misread, type Reading, TooCoarse, within } from './misread';
import { type Token, tokens } from './scan';
import { readUtmref, resemblesUtmref } from './utmref';

export { Misread, type Reading } from './misread';

const LONGEST = 200;
/** Metres of eastings and northings in Germany. */
const EASTING = [100_000, 900_000] as const;
const NORTHING = [5_200_000, 6_150_000] as const;
/** Metres may lie so far outside the district and still show their zone, degrees. */
const ROUGH = 1;

const between = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;

/** The place a text names. Rejects with [`Misread`]. */
export function parse(text: string, district: Bounds | null): Reading {
  const bare = text.trim();
  if (bare === '' || bare.length > LONGEST) throw new Misread(bare);
  const reading = read(bare, district);
  const outside = district !== null && !within(reading.at, district, 0);
  return outside ? { ...reading, notes: [...reading.notes, 'outside_district'] } : reading;
}

function read(text: string, district: Bounds | null): Reading {
  if (/^geo:/i.test(text)) return geoUri(text);
  if (resemblesUtmref(text)) {
    const middle = district && { lon: (district[0] + district[2]) / 2, lat: (district[1] + district[3]) / 2 };
    return readUtmref(text, middle);
  }
  const found = tokens(text);
  return isMetres(found) ? metres(found, district, text) : readDegrees(found, district, text);
}

/** RFC 5870, and the form Android passes on: `geo:0,0?q=53.89,11.46(name)`. */
function geoUri(text: string): Reading {
  const [path = '', query = ''] = text.slice(4).split('?', 2);
  const [place = '', ...parameters] = path.split(';');
  const foreign = parameters.some((part) => /^crs=/i.test(part) && !/^crs=wgs84$/i.test(part));
  const at = pair(place);
  const asked = query.split('&').find((part) => part.startsWith('q='));
  // 0,0 with a query is how apps say that the place is in the query.
  const meant = at && asked && at.lon === 0 && at.lat === 0 ? pair(asked.slice(2).split('(')[0] ?? '') : at;
  if (foreign || !meant) throw new Misread(text);
  if (!isFineEnough(meant.steps)) throw new TooCoarse(text);
  return { at: { lon: meant.lon, lat: meant.lat }, notes: [] };
}

/** Latitude and longitude with an optional height, and what the last figures of both count in degrees. */
function pair(text: string): (LonLat & { readonly steps: readonly [number, number] }) | null {
  const numbers = text.split(',').map((number) => number.trim());
  if (numbers.length < 2 || numbers.length > 3 || !numbers.every((number) => /^[-+]?\d+(\.\d+)?$/.test(number)))
    return null;
  const [lat, lon] = [Number(numbers[0]), Number(numbers[1])];
  const step = (number = '') => 10 ** -(number.split('.')[1]?.length ?? 0);
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { lon, lat, steps: [step(numbers[0]), step(numbers[1])] };
}

/** A number too large for degrees means metres. */
function isMetres(found: readonly Token[]): boolean {
  return found.some((token) => token.is === 'number' && token.value >= 1000);
}

function metres(found: readonly Token[], district: Bounds | null, text: string): Reading {
  const words = found.flatMap((token) => (token.is === 'word' ? [token.word] : []));
  const numbers = found.flatMap((token) => (token.is === 'number' ? [token] : []));
  if (numbers.some((number) => number.negative)) throw new Misread(text);
  const large = numbers.filter((number) => number.value >= 1000).map((number) => number.value);
  const small = numbers.filter((number) => number.value < 1000);
  const [a, b] = large;
  if (a === undefined || b === undefined || large.length !== 2 || small.length > 1) throw new Misread(text);
  const [easting, northing] = between(b, NORTHING) ? [a, b] : [b, a];
  if (!between(northing, NORTHING)) throw new Misread(text);
  const stated = small[0]?.value;
  if (stated !== undefined) {
    const isZone = stated >= 1 && stated <= 60 && Number.isInteger(stated);
    if (!isZone || !between(easting, EASTING)) throw new Misread(text);
    return { at: inBand(fromUtm(easting, northing, stated), words, text), notes: [] };
  }
  const prefix = Math.floor(easting / 1e6);
  if (prefix >= 31 && prefix <= 33 && between(easting % 1e6, EASTING)) {
    return { at: fromUtm(easting % 1e6, northing, prefix), notes: [] };
  }
  if (!between(easting, EASTING) || !district) throw new Misread(text);
  const near = [31, 32, 33].map((zone) => fromUtm(easting, northing, zone)).filter((at) => within(at, district, ROUGH));
  if (near.length !== 1 || !near[0]) throw new Misread(text);
  return { at: near[0], notes: ['zone_completed'] };
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
