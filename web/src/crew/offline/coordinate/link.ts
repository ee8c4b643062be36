/** Links of map services, as in src/coordinate/parse/link.rs: the pin, then what is asked for, last the middle of the view. */
import type { LonLat } from '../../../map/place';

export type Link =
  | { readonly is: 'place'; readonly at: LonLat; readonly steps: readonly [number, number] }
  /** The middle of a view, and the metres around it in which what is meant may lie. */
  | { readonly is: 'view'; readonly at: LonLat; readonly radius: number }
  | { readonly is: 'text'; readonly text: string }
  /** What holds no place, or hides it. */
  | { readonly is: 'nothing' };

type Pair = { readonly at: LonLat; readonly steps: readonly [number, number] };

const HOSTS = /^(www\.|maps\.|goo\.gl\/|google\.|osm\.org|openstreetmap\.org|w3w\.co|what3words\.com|waze\.com)/i;
const SHORT =
  /^(www\.)?(maps\.app\.goo\.gl\/|goo\.gl\/|g\.co\/|osm\.org\/go\/|openstreetmap\.org\/go\/|bit\.ly\/|maps\.apple\/p\/|wa\.me\/)/i;
const POINTS = 'q query destination daddr to coordinate ll sp marker pin point at address'.split(' ');
const VIEWS = 'center centre cp sll map'.split(' ');
const MARKS = [
  ['mlat', 'mlon'],
  ['lat', 'lon'],
  ['lat', 'lng'],
  ['latitude', 'longitude'],
] as const;
const THREE_WORDS = /^\/*\p{L}{3,}\.\p{L}{3,}\.\p{L}{3,}$/u;
/** Half of what is seen of a map on a telephone, in pixels. */
const VIEW_PX = 200;

/** Reads a link; null for what is none. */
export function readLink(text: string): Link | null {
  const isWords = THREE_WORDS.test(text) && !text.toLowerCase().startsWith('www.');
  if (isWords || /what3words\.com|w3w\.co\//i.test(text)) return { is: 'nothing' };
  const link = text.split(/\s+/).find((piece) => piece.includes('://') || (HOSTS.test(piece) && piece.includes('/')));
  if (!link) return null;
  const address = link.includes('://') ? link.slice(link.indexOf('://') + 3) : link;
  return SHORT.test(address) ? { is: 'nothing' } : (ofAddress(address) ?? { is: 'nothing' });
}

function ofAddress(address: string): Link | null {
  const end = address.search(/[?#]/);
  const path = end < 0 ? address : address.slice(0, end);
  const parameters = new Map<string, string>();
  for (const pair of (end < 0 ? '' : address.slice(end)).split(/[?#&]/)) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).toLowerCase();
    if (at > 0 && !parameters.has(name)) parameters.set(name, decoded(pair.slice(at + 1)));
  }
  const segments = path
    .split('/')
    .slice(1)
    .map(decoded)
    .filter((segment) => segment !== '');
  const points = POINTS.flatMap((name) => parameters.get(name) ?? []);
  const marked = MARKS.map(([lat, lon]) => pair(`${parameters.get(lat)},${parameters.get(lon)}`));
  const place =
    pin(address) ??
    first(marked) ??
    first(points.map(point)) ??
    first(segments.filter((segment) => !segment.startsWith('@')).map(point));
  if (place) return { is: 'place', ...place };
  const named = (name: string) => {
    const at = segments.indexOf(name);
    return at >= 0 ? segments[at + 1] : undefined;
  };
  const hasLetters = (text: string) => /\p{L}/u.test(text);
  const text = points.find(hasLetters) ?? named('place') ?? named('search');
  if (text !== undefined && hasLetters(text) && !text.startsWith('@')) return { is: 'text', text };
  const view =
    first(segments.filter((segment) => segment.startsWith('@')).map((segment) => viewOf(segment.slice(1)))) ??
    first(VIEWS.flatMap((name) => parameters.get(name) ?? []).map(viewOf));
  return view ? { is: 'view', ...view } : null;
}

const first = <T>(found: readonly (T | null)[]): T | null => found.find((one) => one !== null) ?? null;

/** Percent-decoded; `+` is a space. */
export function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Latitude and longitude with an optional height, and what the last figures of both count in degrees. */
export function pair(text: string): Pair | null {
  const numbers = text.split(',').map((number) => number.trim());
  if (numbers.length < 2 || numbers.length > 3 || !numbers.every((number) => /^[-+]?\d+(\.\d+)?$/.test(number)))
    return null;
  const [lat, lon] = [Number(numbers[0]), Number(numbers[1])];
  const step = (number = '') => 10 ** -(number.split('.')[1]?.length ?? 0);
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { at: { lon, lat }, steps: [step(numbers[0]), step(numbers[1])] };
}

/** The pin of Google Maps, `!3d53.89!4d11.46`: the last one is what was chosen. */
function pin(address: string): Pair | null {
  const at = address.lastIndexOf('!3d');
  const found = at < 0 ? null : /^!3d([^!]+)!4d([^!?&/#]+)/.exec(address.slice(at));
  return found && pair(`${found[1]},${found[2]}`);
}

/** `53.89,11.46`, perhaps announced (`loc:`) or followed by a name; Bing writes `point.53.89_11.46_Name`. */
function point(text: string): Pair | null {
  const plain = text
    .replace(/^(loc:)+/, '')
    .replace(/^(point\.)+/, '')
    .replace(/[_~]/g, ',');
  const [lat = '', lon = ''] = (/^[\d.,\- +]*/.exec(plain)?.[0] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // House numbers and postcodes are whole numbers.
  return lat.includes('.') || lon.includes('.') ? pair(`${lat},${lon}`) : null;
}

/** `53.89,11.46,17z` or `…,500m` of Google Maps, `17/53.89/11.46` of OpenStreetMap, `53.89~11.46` of Bing. */
function viewOf(text: string): { at: LonLat; radius: number } | null {
  const parts = text.split(/[/,~]/).map((part) => part.trim());
  const number = (text = '') => Number.parseFloat(text);
  const [zoom, lat, lon] = text.includes('/') ? parts : [parts[2], parts[0], parts[1]];
  const found = pair(`${lat},${lon}`);
  if (!found) return null;
  if (zoom?.endsWith('m')) return { at: found.at, radius: number(zoom) / 2 };
  const level = Math.min(22, Math.max(0, zoom === undefined ? 15 : number(zoom)));
  const metresAPixel = (156_543.034 * Math.cos((found.at.lat * Math.PI) / 180)) / 2 ** level;
  return Number.isNaN(level) ? null : { at: found.at, radius: metresAPixel * VIEW_PX };
}
