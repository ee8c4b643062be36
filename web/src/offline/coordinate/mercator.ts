/**
 * The transverse Mercator projection of UTM, forward and inverse: Krüger's series to the sixth order (Karney 2011,
 * "Transverse Mercator with an accuracy of a few nanometers", equations 7–12, 35, 36). The same as in
 * src/coordinate/transverse_mercator.rs; the ellipsoid is that of WGS 84.
 */
import type { LonLat } from '../../place/place';

export const SEMI_MAJOR = 6_378_137;
export const FLATTENING = 1 / 298.257_223_563;
const N = FLATTENING / (2 - FLATTENING);
const [N2, N3, N4, N5, N6] = [N ** 2, N ** 3, N ** 4, N ** 5, N ** 6];
const RECTIFYING = (SEMI_MAJOR / (1 + N)) * (1 + N2 / 4 + N4 / 64 + N6 / 256);
const E = Math.sqrt(FLATTENING * (2 - FLATTENING));

const ALPHA = [
  N / 2 - (N2 * 2) / 3 + (N3 * 5) / 16 + (N4 * 41) / 180 - (N5 * 127) / 288 + (N6 * 7891) / 37_800,
  (N2 * 13) / 48 - (N3 * 3) / 5 + (N4 * 557) / 1440 + (N5 * 281) / 630 - (N6 * 1_983_433) / 1_935_360,
  (N3 * 61) / 240 - (N4 * 103) / 140 + (N5 * 15_061) / 26_880 + (N6 * 167_603) / 181_440,
  (N4 * 49_561) / 161_280 - (N5 * 179) / 168 + (N6 * 6_601_661) / 7_257_600,
  (N5 * 34_729) / 80_640 - (N6 * 3_418_889) / 1_995_840,
  (N6 * 212_378_941) / 319_334_400,
];
const BETA = [
  N / 2 - (N2 * 2) / 3 + (N3 * 37) / 96 - N4 / 360 - (N5 * 81) / 512 + (N6 * 96_199) / 604_800,
  N2 / 48 + N3 / 15 - (N4 * 437) / 1440 + (N5 * 46) / 105 - (N6 * 1_118_711) / 3_870_720,
  (N3 * 17) / 480 - (N4 * 37) / 840 - (N5 * 209) / 4480 + (N6 * 5569) / 90_720,
  (N4 * 4397) / 161_280 - (N5 * 11) / 504 - (N6 * 830_251) / 7_257_600,
  (N5 * 4583) / 161_280 - (N6 * 108_847) / 3_991_680,
  (N6 * 20_648_693) / 638_668_800,
];

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (radians: number) => (radians * 180) / Math.PI;
const turned = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** Easting and northing in metres. */
export function toUtm({ lon, lat }: LonLat, zone: number): [number, number] {
  const away = radians(turned(lon - (zone * 6 - 183)));
  const tau = conformal(Math.tan(radians(lat)));
  const xi = Math.atan2(tau, Math.cos(away));
  const eta = Math.asinh(Math.sin(away) / Math.hypot(tau, Math.cos(away)));
  const [x, y] = series(xi, eta, ALPHA, 1);
  return [500_000 + 0.9996 * RECTIFYING * y, 0.9996 * RECTIFYING * x];
}

/** The place of an easting and northing in metres. */
export function fromUtm(easting: number, northing: number, zone: number): LonLat {
  const radius = 0.9996 * RECTIFYING;
  const [xi, eta] = series(northing / radius, (easting - 500_000) / radius, BETA, -1);
  const tau = geographic(Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi)));
  const away = degrees(Math.atan2(Math.sinh(eta), Math.cos(xi)));
  return { lon: turned(zone * 6 - 183 + away), lat: degrees(Math.atan(tau)) };
}

function series(xi: number, eta: number, coefficients: readonly number[], sign: number): [number, number] {
  let [x, y] = [xi, eta];
  coefficients.forEach((coefficient, k) => {
    const twice = 2 * (k + 1);
    x += sign * coefficient * Math.sin(twice * xi) * Math.cosh(twice * eta);
    y += sign * coefficient * Math.cos(twice * xi) * Math.sinh(twice * eta);
  });
  return [x, y];
}

function conformal(tau: number): number {
  const secant = Math.sqrt(1 + tau * tau);
  const sigma = Math.sinh(E * Math.atanh((E * tau) / secant));
  return tau * Math.sqrt(1 + sigma * sigma) - sigma * secant;
}

function geographic(target: number): number {
  const rest = 1 - E * E;
  let tau = target / rest;
  for (let k = 0; k < 5; k++) {
    const reached = conformal(tau);
    const slope = (1 + rest * tau * tau) / (rest * Math.hypot(reached, 1) * Math.hypot(tau, 1));
    const step = (target - reached) * slope;
    tau += step;
    if (Math.abs(step) < 1e-14 * Math.max(1, Math.abs(tau))) break;
  }
  return tau;
}
