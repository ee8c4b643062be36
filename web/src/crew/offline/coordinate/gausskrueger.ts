/**
 * Gauss-Krüger in three-degree zones, on the two datums of Germany, without a grid: seven parameters each, as the EPSG
 * register has them. For 42/83 they are good for 0.1 m (EPSG:1775); for DHDN for 3 m (EPSG:1776), where the server has a
 * grid and is good for one. That is nothing to a crew, and both are 600 m apart.
 */
import type { LonLat } from '../../../map/place';
import { FLATTENING, SEMI_MAJOR, TransverseMercator } from './mercator';

export type Datum = 'dhdn' | 'pulkovo83';

interface Frame {
  readonly semiMajor: number;
  readonly flattening: number;
  /** Metres. */
  readonly shift: readonly [number, number, number];
  /** Seconds of arc, as position vectors turn. */
  readonly turn: readonly [number, number, number];
  /** Millionths. */
  readonly scale: number;
}

const FRAMES: Readonly<Record<Datum, Frame>> = {
  dhdn: {
    semiMajor: 6_377_397.155,
    flattening: 1 / 299.152_812_8,
    shift: [598.1, 73.7, 418.2],
    turn: [0.202, 0.045, -2.455],
    scale: 6.7,
  },
  pulkovo83: {
    semiMajor: 6_378_245,
    flattening: 1 / 298.3,
    shift: [24.9, -126.4, -93.2],
    turn: [-0.063, -0.247, -0.041],
    scale: 1.01,
  },
};

/** Where the other datum was used: the area of the EPSG register with half a degree beside it; west, south, east, north. */
const PULKOVO83_AREAS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  3: [9.42, 49.85, 11, 52.06],
  4: [10, 48.47, 14, 55.24],
  5: [13, 46.04, 17, 55.22],
};

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (radians: number) => (radians * 180) / Math.PI;

/** The datum of an EPSG code; null for what is no Gauss-Krüger. */
export function datumOf(epsg: number): Datum | null {
  if ((epsg >= 31_466 && epsg <= 31_469) || (epsg >= 5_676 && epsg <= 5_679)) return 'dhdn';
  if ((epsg >= 2_397 && epsg <= 2_399) || (epsg >= 5_673 && epsg <= 5_675)) return 'pulkovo83';
  return null;
}

/** The zone of such a code. */
export function zoneOf(epsg: number): number {
  const firsts = [31_464, 5_674, 2_394, 5_670];
  return firsts.map((first) => epsg - first).find((zone) => zone >= 2 && zone <= 5) ?? 0;
}

/** The code of a datum and zone; null where the datum has no such zone. */
export function epsgOf(datum: Datum, zone: number): number | null {
  if (datum === 'dhdn') return zone >= 2 && zone <= 5 ? 31_464 + zone : null;
  return zone >= 3 && zone <= 5 ? 2_394 + zone : null;
}

/** The place of an easting, with its zone before it, and a northing. */
export function fromGaussKrueger(easting: number, northing: number, datum: Datum): LonLat {
  const zone = Math.floor(easting / 1e6);
  const { semiMajor, flattening } = FRAMES[datum];
  const grid = new TransverseMercator(semiMajor, flattening, 1);
  return shifted(grid.inverse((easting % 1e6) - 500_000, northing, zone * 3), FRAMES[datum]);
}

/** Whether a place lies where Gauss-Krüger on 42/83 was ever used. */
export function isPulkovo83Land({ lon, lat }: LonLat, zone: number): boolean {
  const [west, south, east, north] = PULKOVO83_AREAS[zone] ?? [0, 0, 0, 0];
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** From a datum to ETRS89, by the centre of the earth. */
function shifted({ lon, lat }: LonLat, { semiMajor, flattening, shift, turn, scale }: Frame): LonLat {
  const e2 = flattening * (2 - flattening);
  const [phi, lambda] = [radians(lat), radians(lon)];
  const across = semiMajor / Math.sqrt(1 - e2 * Math.sin(phi) ** 2);
  const x = across * Math.cos(phi) * Math.cos(lambda);
  const y = across * Math.cos(phi) * Math.sin(lambda);
  const z = across * (1 - e2) * Math.sin(phi);
  const [rx, ry, rz] = turn.map((seconds) => radians(seconds / 3600)) as [number, number, number];
  const larger = 1 + scale / 1e6;
  return onEarth(
    shift[0] + larger * (x - rz * y + ry * z),
    shift[1] + larger * (rz * x + y - rx * z),
    shift[2] + larger * (-ry * x + rx * y + z),
  );
}

/** Longitude and latitude on the ellipsoid of WGS 84 (Bowring 1976). */
function onEarth(x: number, y: number, z: number): LonLat {
  const e2 = FLATTENING * (2 - FLATTENING);
  const semiMinor = SEMI_MAJOR * (1 - FLATTENING);
  const away = Math.hypot(x, y);
  const theta = Math.atan2(z * SEMI_MAJOR, away * semiMinor);
  const lat = Math.atan2(
    z + (e2 / (1 - e2)) * semiMinor * Math.sin(theta) ** 3,
    away - e2 * SEMI_MAJOR * Math.cos(theta) ** 3,
  );
  return { lon: degrees(Math.atan2(y, x)), lat: degrees(lat) };
}
