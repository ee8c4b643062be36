/** How exact a tap is: a finger covers more of the ground the farther away the map is looked at. Web Mercator, tiles of 512 pixels. */
import { EXACT, type Sureness } from '../place/certainty';

/** Pixels around a tap in which a symbol counts as hit: half of a gloved finger. */
export const FINGER = 18;
/** Below this zoom a finger covers a village, so a tap also goes closer. */
export const PRECISE = 14.5;

const EQUATOR = 40_075_016.7;

/** What a tap at a zoom says of a place. */
export function reachOfTap(zoom: number, lat: number): Sureness {
  if (zoom >= PRECISE) return EXACT;
  const pixel = (EQUATOR * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
  return { certainty: 'coarse', radius: Math.ceil(FINGER * pixel) };
}
