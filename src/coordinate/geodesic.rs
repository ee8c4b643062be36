//! Distance and bearing on the WGS 84 ellipsoid (Karney's geodesics, through the `geo` crate).

use geo::{Bearing, Distance, Geodesic, GeodesicBearing};
use geo_types::Point;

use super::LonLat;

/// Length in metres of the shortest line between two places, exact to nanometres.
pub fn geodesic_distance_m(from: LonLat, to: LonLat) -> f64 {
    Geodesic.distance(Point::new(from.lon, from.lat), Point::new(to.lon, to.lat))
}

/// Direction in degrees, 0 (north) to 360 clockwise, in which that line starts.
pub fn initial_bearing_deg(from: LonLat, to: LonLat) -> f64 {
    Geodesic.bearing(Point::new(from.lon, from.lat), Point::new(to.lon, to.lat)).rem_euclid(360.0)
}

/// Both at once, at the price of one.
pub fn distance_and_bearing(from: LonLat, to: LonLat) -> (f64, f64) {
    let (bearing, distance) = Point::new(from.lon, from.lat).geodesic_bearing_distance(Point::new(to.lon, to.lat));
    (distance, bearing.rem_euclid(360.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_latitude_is_a_nautical_mile() {
        let from = LonLat { lon: 11.46, lat: 53.8916 };
        let to = LonLat { lat: from.lat + 1.0 / 60.0, ..from };
        assert!((geodesic_distance_m(from, to) - 1_855.3).abs() < 0.5, "{}", geodesic_distance_m(from, to));
        assert!(initial_bearing_deg(from, to).abs() < 1e-9);
        let west = initial_bearing_deg(from, LonLat { lon: 11.0, ..from });
        assert!((270.0..271.0).contains(&west), "{west}");
        let both = distance_and_bearing(from, to);
        assert_eq!(both, (geodesic_distance_m(from, to), initial_bearing_deg(from, to)));
    }
}
