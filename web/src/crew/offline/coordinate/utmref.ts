/** UTMREF, the military grid: read and written as in src/coordinate/mgrs.rs, for the bands between the poles. */
import type { LonLat } from '../../../map/place';
import { geodesic } from '../geodesic';
import { fromUtm, toUtm } from './mercator';
import { Misread, type Reading, TooCoarse } from './misread';

const BANDS = 'CDEFGHJKLMNPQRSTUVWX';
const COLUMNS = ['ABCDEFGH', 'JKLMNPQR', 'STUVWXYZ'];
const ROWS = 'ABCDEFGHJKLMNPQRSTUV';
const SQUARE = 100_000;
/** The widest cell that is a place, metres. */
const COARSEST = 100;
const ANNOUNCED = /^(UTM[- ]?REF|MGRS)[:\s=]*/;
const LETTERED = /^(\d{1,2})?[\s\-/,;]*([A-Z](?:[\s\-/,;]*[A-Z]){1,2})[\s\-/,;]*([\d\s\-/,;]*)$/;

const mod = (value: number, by: number) => ((value % by) + by) % by;

/** The zone a place lies in, with the exceptions of Norway. */
export function naturalZone({ lon, lat }: LonLat): number {
  const turned = mod(lon + 180, 360) - 180;
  if (lat >= 56 && lat < 64 && turned >= 3 && turned < 12) return 32;
  if (lat >= 72 && lat <= 84 && turned >= 0 && turned < 42) {
    if (turned < 9) return 31;
    if (turned < 21) return 33;
    return turned < 33 ? 35 : 37;
  }
  return Math.min(59, Math.floor((turned + 180) / 6)) + 1;
}

function bandOf(lat: number): string | null {
  if (lat < -80 || lat > 84) return null;
  return BANDS[Math.min(19, Math.floor((lat + 80) / 8))] ?? null;
}

/** `32U PE 61655 74265`; null where the zone does not reach. */
export function utmref(place: LonLat, zone: number = naturalZone(place)): string | null {
  const band = bandOf(place.lat);
  const [east, north] = toUtm(place, zone).map(Math.floor) as [number, number];
  if (!band || east < SQUARE || east >= 9 * SQUARE) return null;
  const away = mod(place.lon - (zone * 6 - 183) + 180, 360) - 180;
  // A degree beyond its zone is still spoken in it, as districts on a border do.
  if (Math.abs(away) > 4) return null;
  const column = COLUMNS[(zone - 1) % 3]?.[Math.floor(east / SQUARE) - 1];
  const row = ROWS[mod(Math.floor(north / SQUARE) + (zone % 2 === 0 ? 5 : 0), 20)];
  const figures = (metres: number) => String(mod(metres, SQUARE)).padStart(5, '0');
  return `${zone}${band} ${column}${row} ${figures(east)} ${figures(north)}`;
}

/** True for what can be nothing else. */
export function resemblesUtmref(text: string): boolean {
  const upper = text.trim().toUpperCase();
  if (ANNOUNCED.test(upper)) return true;
  const parts = LETTERED.exec(upper);
  if (!parts) return false;
  const letters = (parts[2] ?? '').replace(/[^A-Z]/g, '').length;
  const digits = (parts[3] ?? '').replace(/\D/g, '').length;
  return (letters === 3 && parts[1] !== undefined) || (letters === 2 && digits >= 2 && digits <= 11);
}

/** The middle of the cell a reference names; without its zone the one near `reference`. */
export function readUtmref(text: string, reference: LonLat | null): Reading {
  const parts = LETTERED.exec(text.trim().toUpperCase().replace(ANNOUNCED, '').trim());
  if (!parts) throw new Misread(text);
  const letters = (parts[2] ?? '').replace(/[^A-Z]/g, '');
  const blocks = (parts[3] ?? '').split(/\D+/).filter((block) => block !== '');
  const [east, north, cell] = digits(blocks, text);
  if (cell > COARSEST) throw new TooCoarse(text);
  const zone = parts[1] === undefined ? null : Number(parts[1]);
  if (letters.length === 3 && zone !== null) {
    const found = cellAt(zone, letters[0] ?? '', letters.slice(1), east, north, cell);
    if (!found) throw new Misread(text);
    return { at: found, notes: [], radius: cell * Math.SQRT1_2 };
  }
  if (letters.length !== 2 || !reference) throw new Misread(text);
  const here = naturalZone(reference);
  const zones = zone === null ? [here, ((here + 58) % 60) + 1, (here % 60) + 1] : [zone];
  const bands = [0, -8, 8].flatMap((step) => bandOf(reference.lat + step) ?? []);
  const found = zones
    .flatMap((zone) => bands.map((band) => ({ band, at: cellAt(zone, band, letters, east, north, cell) })))
    .flatMap(({ band, at }) => (at && bandOf(at.lat) === band ? [at] : []))
    .sort((a, b) => geodesic(a, reference).distance - geodesic(b, reference).distance)[0];
  if (!found) throw new Misread(text);
  return { at: found, notes: ['zone_completed'], radius: cell * Math.SQRT1_2 };
}

/** Easting and northing within the square, and the size of the cell, metres. */
function digits(blocks: readonly string[], text: string): [number, number, number] {
  let [east, north] = ['', ''];
  if (blocks.length === 1) {
    const all = blocks[0] ?? '';
    if (all.length % 2 === 1) throw new Misread(text);
    [east, north] = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  } else {
    // "61 65 74 26" is spoken in pairs: the first half is the easting.
    if (blocks.length % 2 === 1) throw new Misread(text);
    [east, north] = [blocks.slice(0, blocks.length / 2).join(''), blocks.slice(blocks.length / 2).join('')];
  }
  if (east.length !== north.length || east.length > 5) throw new Misread(text);
  const cell = 10 ** (5 - east.length);
  return [Number(east || 0) * cell, Number(north || 0) * cell, cell];
}

function cellAt(zone: number, band: string, square: string, east: number, north: number, cell: number): LonLat | null {
  const bandIndex = BANDS.indexOf(band);
  if (zone < 1 || zone > 60 || bandIndex < 0 || (band === 'X' && [32, 34, 36].includes(zone))) return null;
  const column = (COLUMNS[(zone - 1) % 3] ?? '').indexOf(square[0] ?? '?');
  const row = ROWS.indexOf(square[1] ?? '?');
  if (column < 0 || row < 0) return null;
  const south = bandIndex * 8 - 80;
  const top = band === 'X' ? 84 : south + 8;
  // The letter comes round every 2000 km; the band, at most 1400 km high, decides between them.
  for (let turn = -5; turn < 5; turn++) {
    const origin = {
      east: (column + 1) * SQUARE,
      north: (turn * 20 + mod(row - (zone % 2 === 0 ? 5 : 0), 20)) * SQUARE,
    };
    if (Math.abs(origin.north) > 9_400_000) continue;
    const corners = [0, SQUARE].flatMap((e) =>
      [0, SQUARE].map((n) => fromUtm(origin.east + e, origin.north + n, zone)),
    );
    const lats = corners.map((corner) => corner.lat);
    const aways = corners.map((corner) => Math.abs(mod(corner.lon - (zone * 6 - 183) + 180, 360) - 180));
    if (Math.max(...lats) <= south || Math.min(...lats) >= top || Math.min(...aways) > 4) continue;
    return fromUtm(origin.east + east + cell / 2, origin.north + north + cell / 2, zone);
  }
  return null;
}
