import type { LonLat } from '../../../map/place';

/** A text that names no place, or more than one. */
export class Misread extends Error {
  constructor(text: string, why = '') {
    super(`'${text.slice(0, 60)}'${why}`);
    this.name = 'Misread';
  }
}

/** What leaves more than some 200 m open is no place to send anybody to. */
export class TooCoarse extends Misread {
  constructor(text: string) {
    super(text, ': at least three digits or decimals each, as in 32U PE 616 742 or 53.892 N 11.460 E');
  }
}

/** Metres of Gauss-Krüger that are another place on each datum: EPSG code and place. */
export class WhichDatum extends Misread {
  constructor(
    text: string,
    readonly datums: readonly (readonly [number, LonLat])[],
  ) {
    super(text, `: 42/83 or DHDN? (${datums.map(([epsg]) => `EPSG:${epsg}`).join(', ')})`);
  }
}

/** A place and what was assumed in reading it, in the words of the server. */
export interface Reading {
  readonly at: LonLat;
  readonly notes: readonly string[];
  /** Metres by which the place may be off, as far as its figures tell. */
  readonly radius: number;
}

/** West, south, east, north in degrees. */
export type Bounds = readonly [number, number, number, number];

/** True for a place in the bounds or at most `margin` degrees outside. */
export function within({ lon, lat }: LonLat, [west, south, east, north]: Bounds, margin: number): boolean {
  return west - margin <= lon && lon <= east + margin && south - margin <= lat && lat <= north + margin;
}

/** The coarsest degrees that are a place: a tenth of a minute, some 185 m; a little more for the arithmetic. */
const COARSEST = 1.001 / 600;

/** False if neither of two numbers, whose last figures count so many degrees, is fine enough to go to. */
export function isFineEnough(steps: readonly [number, number]): boolean {
  // Programs leave zeros at the end out, so the finer one speaks for both.
  return Math.min(...steps) <= COARSEST;
}

/** Metres that the last figures of two numbers, which count so many degrees, leave open; the finer one speaks for both. */
export function openMetres(steps: readonly [number, number], lat: number): number {
  return (Math.min(...steps) / 2) * 111_320 * Math.hypot(1, Math.cos((lat * Math.PI) / 180));
}
