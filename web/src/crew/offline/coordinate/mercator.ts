/**
 * The transverse Mercator projection, forward and inverse: Krüger's series to the sixth order (Karney 2011, "Transverse
 * Mercator with an accuracy of a few nanometers", equations 7–12, 35, 36). The same as in
 * src/coordinate/transverse_mercator.rs.
 */
import type { LonLat } from '../../../map/place';

export const SEMI_MAJOR = 6_378_137;
export const FLATTENING = 1 / 298.257_223_563;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (radians: number) => (radians * 180) / Math.PI;
const turned = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** A transverse Mercator projection of an ellipsoid, around a meridian that is said with each place. */
export class TransverseMercator {
  readonly #radius: number;
  readonly #e: number;
  readonly #alpha: readonly number[];
  readonly #beta: readonly number[];

  /** Semi-major axis in metres, flattening, and scale on the meridian. */
  constructor(semiMajor: number, flattening: number, scale: number) {
    const n = flattening / (2 - flattening);
    const [n2, n3, n4, n5, n6] = [n ** 2, n ** 3, n ** 4, n ** 5, n ** 6];
    this.#radius = scale * (semiMajor / (1 + n)) * (1 + n2 / 4 + n4 / 64 + n6 / 256);
    this.#e = Math.sqrt(flattening * (2 - flattening));
    this.#alpha = [
      n / 2 - (n2 * 2) / 3 + (n3 * 5) / 16 + (n4 * 41) / 180 - (n5 * 127) / 288 + (n6 * 7891) / 37_800,
      (n2 * 13) / 48 - (n3 * 3) / 5 + (n4 * 557) / 1440 + (n5 * 281) / 630 - (n6 * 1_983_433) / 1_935_360,
      (n3 * 61) / 240 - (n4 * 103) / 140 + (n5 * 15_061) / 26_880 + (n6 * 167_603) / 181_440,
      (n4 * 49_561) / 161_280 - (n5 * 179) / 168 + (n6 * 6_601_661) / 7_257_600,
      (n5 * 34_729) / 80_640 - (n6 * 3_418_889) / 1_995_840,
      (n6 * 212_378_941) / 319_334_400,
    ];
    this.#beta = [
      n / 2 - (n2 * 2) / 3 + (n3 * 37) / 96 - n4 / 360 - (n5 * 81) / 512 + (n6 * 96_199) / 604_800,
      n2 / 48 + n3 / 15 - (n4 * 437) / 1440 + (n5 * 46) / 105 - (n6 * 1_118_711) / 3_870_720,
      (n3 * 17) / 480 - (n4 * 37) / 840 - (n5 * 209) / 4480 + (n6 * 5569) / 90_720,
      (n4 * 4397) / 161_280 - (n5 * 11) / 504 - (n6 * 830_251) / 7_257_600,
      (n5 * 4583) / 161_280 - (n6 * 108_847) / 3_991_680,
      (n6 * 20_648_693) / 638_668_800,
    ];
  }

  /** Metres east of the meridian and north of the equator. */
  forward({ lon, lat }: LonLat, meridian: number): [number, number] {
    const away = radians(turned(lon - meridian));
    const tau = this.#conformal(Math.tan(radians(lat)));
    const xi = Math.atan2(tau, Math.cos(away));
    const eta = Math.asinh(Math.sin(away) / Math.hypot(tau, Math.cos(away)));
    const [x, y] = series(xi, eta, this.#alpha, 1);
    return [this.#radius * y, this.#radius * x];
  }

  /** The place so many metres east of the meridian and north of the equator. */
  inverse(east: number, north: number, meridian: number): LonLat {
    const [xi, eta] = series(north / this.#radius, east / this.#radius, this.#beta, -1);
    const tau = this.#geographic(Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi)));
    const away = degrees(Math.atan2(Math.sinh(eta), Math.cos(xi)));
    return { lon: turned(meridian + away), lat: degrees(Math.atan(tau)) };
  }

  #conformal(tau: number): number {
    const secant = Math.sqrt(1 + tau * tau);
    const sigma = Math.sinh(this.#e * Math.atanh((this.#e * tau) / secant));
    return tau * Math.sqrt(1 + sigma * sigma) - sigma * secant;
  }

  #geographic(target: number): number {
    const rest = 1 - this.#e * this.#e;
    let tau = target / rest;
    for (let k = 0; k < 5; k++) {
      const reached = this.#conformal(tau);
      const slope = (1 + rest * tau * tau) / (rest * Math.hypot(reached, 1) * Math.hypot(tau, 1));
      const step = (target - reached) * slope;
      tau += step;
      if (Math.abs(step) < 1e-14 * Math.max(1, Math.abs(tau))) break;
    }
    return tau;
  }
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

const UTM = new TransverseMercator(SEMI_MAJOR, FLATTENING, 0.9996);

/** Easting and northing in metres. */
export function toUtm(place: LonLat, zone: number): [number, number] {
  const [east, north] = UTM.forward(place, zone * 6 - 183);
  return [500_000 + east, north];
}

/** The place of an easting and northing in metres. */
export function fromUtm(easting: number, northing: number, zone: number): LonLat {
  return UTM.inverse(easting - 500_000, northing, zone * 6 - 183);
}
