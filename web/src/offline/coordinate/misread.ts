import type { LonLat } from '../../place/place';

/** A text that names no place, or more than one. */
export class Misread extends Error {
  constructor(text: string) {
    super(`'${text.slice(0, 60)}'`);
    this.name = 'Misread';
  }
}

/** A place and what was assumed in reading it, in the words of the server. */
export interface Reading {
  readonly at: LonLat;
  readonly notes: readonly string[];
}

/** West, south, east, north in degrees. */
export type Bounds = readonly [number, number, number, number];

/** True for a place in the bounds or at most `margin` degrees outside. */
export function within({ lon, lat }: LonLat, [west, south, east, north]: Bounds, margin: number): boolean {
  return west - margin <= lon && lon <= east + margin && south - margin <= lat && lat <= north + margin;
}
