/**
 * Is the sun down? Decides about the night map where the device states no preference.
 *
 * After the low-precision formulas of the Astronomical Almanac: good to a few minutes between 1950 and 2050.
 */
import type { LonLat } from '../../map/place';

const DAY = 86_400_000;
const J2000 = Date.UTC(2000, 0, 1, 12);
const sin = (degrees: number) => Math.sin((degrees * Math.PI) / 180);
const cos = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
const asin = (value: number) => (Math.asin(value) * 180) / Math.PI;

/** Height of the sun's centre above the horizon, degrees. */
export function sunHeight(at: LonLat, milliseconds: number): number {
  const days = (milliseconds - J2000) / DAY;
  const anomaly = 357.528 + 0.9856003 * days;
  const longitude = 280.46 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.02 * sin(2 * anomaly);
  const tilt = 23.439 - 0.0000004 * days;
  const declination = asin(sin(tilt) * sin(longitude));
  const ascension = (Math.atan2(cos(tilt) * sin(longitude), cos(longitude)) * 180) / Math.PI;
  // Greenwich mean sidereal time, degrees.
  const sidereal = 280.46062 + 360.98564737 * days;
  const hour = sidereal + at.lon - ascension;
  return asin(sin(at.lat) * sin(declination) + cos(at.lat) * cos(declination) * cos(hour));
}

/** True when lamps are needed: the sun is at or below the horizon, refraction included. */
export function isDark(at: LonLat, milliseconds: number): boolean {
  return sunHeight(at, milliseconds) < -0.833;
}
