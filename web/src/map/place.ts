/** Places on the ground: distances and points around them. Knows no map and no browser. */

/** Longitude and latitude in degrees, WGS 84. */
export interface LonLat {
  readonly lon: number;
  readonly lat: number;
}

/** Mean radius of the earth, metres (IUGG). Within 0.5 % of the ellipsoid, which is nothing at a hose's length. */
const RADIUS = 6_371_008.8;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (radians: number) => (radians * 180) / Math.PI;

/** Metres between two places (haversine). */
export function distance(a: LonLat, b: LonLat): number {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The direction from one place to another, degrees clockwise from north. */
export function bearing(from: LonLat, to: LonLat): number {
  const [a, b, dLon] = [radians(from.lat), radians(to.lat), radians(to.lon - from.lon)];
  const east = Math.sin(dLon) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(dLon);
  return (degrees(Math.atan2(east, north)) + 360) % 360;
}

/** The place `metres` away in the direction `bearing`, degrees clockwise from north. */
export function destination(from: LonLat, metres: number, bearing: number): LonLat {
  const angle = metres / RADIUS;
  const lat = radians(from.lat);
  const towards = radians(bearing);
  const lat2 = Math.asin(Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(towards));
  const lon2 =
    radians(from.lon) +
    Math.atan2(Math.sin(towards) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * Math.sin(lat2));
  return { lon: degrees(lon2), lat: degrees(lat2) };
}

/** A closed ring of positions around a place. */
export function circle(center: LonLat, metres: number, corners = 64): [number, number][] {
  const ring: [number, number][] = [];
  for (let k = 0; k <= corners; k++) {
    const { lon, lat } = destination(center, metres, (360 * (k % corners)) / corners);
    ring.push([lon, lat]);
  }
  return ring;
}

/** The eight winds, as indices 0 (north) to 7 (north-west). */
export function wind(bearing: number): number {
  return Math.round((((bearing % 360) + 360) % 360) / 45) % 8;
}

/** True for a place that can lie on the earth. */
export function isPlace(lon: unknown, lat: unknown): boolean {
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}
