//! The transverse Mercator projection of UTM, forward and inverse.
//!
//! Krüger's series to the sixth order of the third flattening, as in C. F. F. Karney, "Transverse Mercator with an
//! accuracy of a few nanometers" (2011), equations 7–12, 35 and 36. Within 20° of the central meridian its error is below
//! a micrometre. Ellipsoid: WGS 84; that of ETRS89 (GRS80) differs by a tenth of a millimetre at the pole.

use super::LonLat;

pub(super) const SEMI_MAJOR_M: f64 = 6_378_137.0;
pub(super) const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// Square of the first eccentricity.
const E2: f64 = FLATTENING * (2.0 - FLATTENING);
/// Third flattening.
const N: f64 = FLATTENING / (2.0 - FLATTENING);
const N2: f64 = N * N;
const N3: f64 = N2 * N;
const N4: f64 = N3 * N;
const N5: f64 = N4 * N;
const N6: f64 = N5 * N;
/// Radius of the circle as long as a meridian.
const RECTIFYING_RADIUS_M: f64 = SEMI_MAJOR_M / (1.0 + N) * (1.0 + N2 / 4.0 + N4 / 64.0 + N6 / 256.0);

/// Forward coefficients (Karney, eq. 35).
const ALPHA: [f64; 6] = [
    N / 2.0 - N2 * 2.0 / 3.0 + N3 * 5.0 / 16.0 + N4 * 41.0 / 180.0 - N5 * 127.0 / 288.0 + N6 * 7_891.0 / 37_800.0,
    N2 * 13.0 / 48.0 - N3 * 3.0 / 5.0 + N4 * 557.0 / 1_440.0 + N5 * 281.0 / 630.0 - N6 * 1_983_433.0 / 1_935_360.0,
    N3 * 61.0 / 240.0 - N4 * 103.0 / 140.0 + N5 * 15_061.0 / 26_880.0 + N6 * 167_603.0 / 181_440.0,
    N4 * 49_561.0 / 161_280.0 - N5 * 179.0 / 168.0 + N6 * 6_601_661.0 / 7_257_600.0,
    N5 * 34_729.0 / 80_640.0 - N6 * 3_418_889.0 / 1_995_840.0,
    N6 * 212_378_941.0 / 319_334_400.0,
];

/// Inverse coefficients (Karney, eq. 36).
const BETA: [f64; 6] = [
    N / 2.0 - N2 * 2.0 / 3.0 + N3 * 37.0 / 96.0 - N4 / 360.0 - N5 * 81.0 / 512.0 + N6 * 96_199.0 / 604_800.0,
    N2 / 48.0 + N3 / 15.0 - N4 * 437.0 / 1_440.0 + N5 * 46.0 / 105.0 - N6 * 1_118_711.0 / 3_870_720.0,
    N3 * 17.0 / 480.0 - N4 * 37.0 / 840.0 - N5 * 209.0 / 4_480.0 + N6 * 5_569.0 / 90_720.0,
    N4 * 4_397.0 / 161_280.0 - N5 * 11.0 / 504.0 - N6 * 830_251.0 / 7_257_600.0,
    N5 * 4_583.0 / 161_280.0 - N6 * 108_847.0 / 3_991_680.0,
    N6 * 20_648_693.0 / 638_668_800.0,
];

/// A transverse Mercator grid: metres east and north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransverseMercator {
    central_meridian_deg: f64,
    scale: f64,
    false_easting_m: f64,
}

impl TransverseMercator {
    /// The grid of UTM zone 1–60. Northings count from the equator, south of it negative.
    pub fn utm(zone: u8) -> Self {
        let central_meridian_deg = f64::from(zone) * 6.0 - 183.0;
        Self { central_meridian_deg, scale: 0.9996, false_easting_m: 500_000.0 }
    }

    /// The 3° Gauss-Krüger grid of a zone, but on this ellipsoid: some hundred metres off the true one.
    ///
    /// Good for telling whether a pair can belong to a zone, not for placing it.
    pub fn roughly_gauss_krueger(zone: u8) -> Self {
        let central_meridian_deg = f64::from(zone) * 3.0;
        Self { central_meridian_deg, scale: 1.0, false_easting_m: f64::from(zone) * 1e6 + 500_000.0 }
    }

    /// Whether a place lies where the projection is exact, within 20° of the central meridian.
    pub fn is_near(&self, place: LonLat) -> bool {
        degrees_east(self.central_meridian_deg, place.lon).abs() <= 20.0
    }

    /// Easting and northing in metres.
    ///
    /// Everything of the doubled angles follows from the sines and cosines of latitude and longitude, so that of all
    /// the functions in Karney's equations four are left: an answer for a crew holds a dozen of these.
    pub fn forward(&self, place: LonLat) -> (f64, f64) {
        let away = degrees_east(self.central_meridian_deg, place.lon);
        let ((sin, cos), (sin_away, cos_away)) = (place.lat.to_radians().sin_cos(), away.to_radians().sin_cos());
        // Sine and cosine of the conformal latitude, both times the same (Karney, eq. 7–9).
        let sigma = sigma(sin);
        let sin = sin * (1.0 + sigma * sigma).sqrt() - sigma;
        // On the sphere, north as an angle ξ and east as an area of a hyperbola η (eq. 10), of which 2ξ and 2η go on.
        let (north, along, east) = (sin, cos * cos_away, cos * sin_away);
        let squared = north * north + along * along;
        let reach = (squared + east * east).sqrt();
        let (sinh, cosh) = (east / squared.sqrt(), reach / squared.sqrt());
        let xi = north.atan2(along);
        // asinh, without loss where it is small.
        let eta = (sinh.abs() + sinh * sinh / (1.0 + cosh)).ln_1p().copysign(sinh);
        let doubled = Doubled {
            sin: 2.0 * north * along / squared,
            cos: (along * along - north * north) / squared,
            sinh: 2.0 * sinh * cosh,
            cosh: 1.0 + 2.0 * sinh * sinh,
        };
        let (xi, eta) = series(xi, eta, doubled, &ALPHA, 1.0);
        let radius = self.scale * RECTIFYING_RADIUS_M;
        (self.false_easting_m + radius * eta, radius * xi)
    }

    /// The place of an easting and northing in metres.
    pub fn inverse(&self, easting: f64, northing: f64) -> LonLat {
        let radius = self.scale * RECTIFYING_RADIUS_M;
        let (xi, eta) = (northing / radius, (easting - self.false_easting_m) / radius);
        let (xi, eta) = series(xi, eta, Doubled::of(xi, eta), &BETA, -1.0);
        let tau = geographic(xi.sin() / eta.sinh().hypot(xi.cos()));
        let away = eta.sinh().atan2(xi.cos()).to_degrees();
        let lon = (self.central_meridian_deg + away + 540.0).rem_euclid(360.0) - 180.0;
        LonLat { lon, lat: tau.atan().to_degrees() }
    }
}

/// How far a longitude lies east of a meridian, from -180 to 180 degrees.
pub(super) fn degrees_east(meridian: f64, lon: f64) -> f64 {
    let away = lon - meridian;
    // A remainder costs as much as a sine, and hardly any place needs one.
    if away.abs() <= 180.0 { away } else { (away + 540.0).rem_euclid(360.0) - 180.0 }
}

/// Functions of 2ξ and 2η.
struct Doubled {
    sin: f64,
    cos: f64,
    sinh: f64,
    cosh: f64,
}

impl Doubled {
    fn of(xi: f64, eta: f64) -> Self {
        let (sin, cos) = (2.0 * xi).sin_cos();
        Self { sin, cos, sinh: (2.0 * eta).sinh(), cosh: (2.0 * eta).cosh() }
    }
}

/// Adds the series to a point of the sphere (`sign` 1) or of the grid (`sign` -1).
///
/// The terms are the real and imaginary parts of sin 2j(ξ + iη). Each follows from the two before it, as
/// sin (j + 1)z = 2 cos z sin jz − sin (j − 1)z, so that the functions themselves are needed once and not six times.
fn series(xi: f64, eta: f64, doubled: Doubled, coefficients: &[f64; 6], sign: f64) -> (f64, f64) {
    let Doubled { sin, cos, sinh, cosh } = doubled;
    let (twice_cos_real, twice_cos_imaginary) = (2.0 * cos * cosh, -2.0 * sin * sinh);
    let (mut before, mut now) = ((0.0, 0.0), (sin * cosh, cos * sinh));
    let (mut xi_sum, mut eta_sum) = (xi, eta);
    for coefficient in coefficients {
        xi_sum += sign * coefficient * now.0;
        eta_sum += sign * coefficient * now.1;
        let next = (
            twice_cos_real * now.0 - twice_cos_imaginary * now.1 - before.0,
            twice_cos_real * now.1 + twice_cos_imaginary * now.0 - before.1,
        );
        (before, now) = (now, next);
    }
    (xi_sum, eta_sum)
}

/// Karney's σ (eq. 9), sinh(e artanh(e sin φ)), of the sine of a latitude. Both functions are taken of a few thousandths,
/// where so many terms of their series leave nothing.
fn sigma(sin: f64) -> f64 {
    let q = E2 * sin * sin;
    let artanh = E2 * sin * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q / 11.0)))));
    artanh * (1.0 + artanh * artanh / 6.0 * (1.0 + artanh * artanh / 20.0))
}

/// Tangent of the conformal latitude from that of the geographic latitude (Karney, eq. 7–9).
fn conformal(tau: f64) -> f64 {
    // Nowhere near overflow, so a plain root does, and faster than `hypot`.
    let sec = (1.0 + tau * tau).sqrt();
    let sigma = sigma(tau / sec);
    tau * (1.0 + sigma * sigma).sqrt() - sigma * sec
}

/// The inverse of [`conformal`] by Newton's method (Karney, eq. 19–21); three steps reach full precision.
fn geographic(target: f64) -> f64 {
    let one_less_e2 = 1.0 - E2;
    let mut tau = target / one_less_e2;
    for _ in 0..5 {
        let reached = conformal(tau);
        let slope = (1.0 + one_less_e2 * tau * tau) / (one_less_e2 * reached.hypot(1.0) * tau.hypot(1.0));
        let step = (target - reached) * slope;
        tau += step;
        if step.abs() < 1e-14 * tau.abs().max(1.0) {
            break;
        }
    }
    tau
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utm_agrees_with_proj_to_a_tenth_of_a_millimetre() {
        // cs2cs of PROJ 9.1.1, +proj=utm +ellps=WGS84, longitude, latitude → easting, northing.
        for (zone, lon, lat, easting, northing) in REFERENCE {
            let (e, n) = TransverseMercator::utm(zone).forward(LonLat { lon, lat });
            assert!((e - easting).abs() < 1e-4 && (n - northing).abs() < 1e-4, "{zone} {lon} {lat}: {e} {n}");
            let back = TransverseMercator::utm(zone).inverse(easting, northing);
            assert!((back.lon - lon).abs() < 2e-9 && (back.lat - lat).abs() < 1e-9, "{back:?}");
        }
    }

    #[test]
    fn inverse_undoes_forward_far_beyond_a_zone() {
        for lat in -84..=84 {
            for lon in -12..=12 {
                let place = LonLat { lon: 9.0 + f64::from(lon), lat: f64::from(lat) };
                let (e, n) = TransverseMercator::utm(32).forward(place);
                let back = TransverseMercator::utm(32).inverse(e, n);
                assert!((back.lon - place.lon).abs() < 1e-10 && (back.lat - place.lat).abs() < 1e-10, "{place:?}");
            }
        }
    }

    #[test]
    fn the_district_control_point_is_met() {
        let (e, n) = TransverseMercator::utm(32).forward(LonLat { lon: 11.46, lat: 53.8916 });
        assert!((e - 661_655.370).abs() < 1e-3 && (n - 5_974_265.571).abs() < 1e-3);
    }

    const REFERENCE: [(u8, f64, f64, f64, f64); 8] = [
        (32, 11.46, 53.8916, 661655.36972, 5974265.57142),
        (33, 11.46, 53.8916, 267397.36061, 5977269.57802),
        (32, 9.0, 0.0, 500000.00000, 0.00000),
        (32, 15.0, 47.3, 953527.16542, 5255985.47117),
        (33, 6.0, 55.0, -74899.97090, 6131905.07129),
        (34, 18.5, -33.9, 268832.29958, -3753882.21195),
        (31, 3.0, 84.0, 500000.00000, 9328093.83056),
        (60, 179.5, 10.0, 774071.05339, 1106451.27825),
    ];
}
