/** Distance and direction on the ellipsoid WGS 84 (Vincenty 1975, inverse formula): millimetres, as on the server. */
import type { LonLat } from '../../map/place';
import { FLATTENING, SEMI_MAJOR } from './coordinate/mercator';

const MINOR = SEMI_MAJOR * (1 - FLATTENING);
const E2 = FLATTENING * (2 - FLATTENING);
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres, and degrees clockwise from north at `from`. */
export function geodesic(from: LonLat, to: LonLat): { distance: number; bearing: number } {
  if (from.lon === to.lon && from.lat === to.lat) return { distance: 0, bearing: 0 };
  const L = radians(to.lon - from.lon);
  const U1 = Math.atan((1 - FLATTENING) * Math.tan(radians(from.lat)));
  const U2 = Math.atan((1 - FLATTENING) * Math.tan(radians(to.lat)));
  const [sin1, cos1, sin2, cos2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L;
  let [sinSigma, cosSigma, sigma, cos2Alpha, cosMiddle] = [0, 1, 0, 1, 0];
  for (let k = 0; k < 50; k++) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    sinSigma = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinSigma === 0) return { distance: 0, bearing: 0 };
    cosSigma = sin1 * sin2 + cos1 * cos2 * cosL;
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * sinL) / sinSigma;
    cos2Alpha = 1 - sinAlpha ** 2;
    cosMiddle = cos2Alpha === 0 ? 0 : cosSigma - (2 * sin1 * sin2) / cos2Alpha;
    const C = (FLATTENING / 16) * cos2Alpha * (4 + FLATTENING * (4 - 3 * cos2Alpha));
    const before = lambda;
    const turn = cosMiddle + C * cosSigma * (2 * cosMiddle ** 2 - 1);
    lambda = L + (1 - C) * FLATTENING * sinAlpha * (sigma + C * sinSigma * turn);
    if (Math.abs(lambda - before) < 1e-12) break;
  }
  const u2 = (cos2Alpha * (SEMI_MAJOR ** 2 - MINOR ** 2)) / MINOR ** 2;
  const A = 1 + (u2 / 16_384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const third = (B / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
  const delta = B * sinSigma * (cosMiddle + (B / 4) * (cosSigma * (2 * cosMiddle ** 2 - 1) - third));
  const bearing = Math.atan2(cos2 * Math.sin(lambda), cos1 * sin2 - sin1 * cos2 * Math.cos(lambda));
  return { distance: MINOR * A * (sigma - delta), bearing: ((bearing * 180) / Math.PI + 360) % 360 };
}

/** Metres a degree of longitude and of latitude has at a latitude. */
export function metresADegree(lat: number): [number, number] {
  const sin = Math.sin(radians(lat));
  const across = SEMI_MAJOR / Math.sqrt(1 - E2 * sin * sin);
  const along = (SEMI_MAJOR * (1 - E2)) / (1 - E2 * sin * sin) ** 1.5;
  return [radians(across * Math.cos(radians(lat))), radians(along)];
}
