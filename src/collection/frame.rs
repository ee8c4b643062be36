//! Between longitude and latitude and the plane in which a district is kept.

use geo_types::Coord;

use crate::coordinate::LonLat;
use crate::coordinate::transverse_mercator::TransverseMercator;
use crate::feature::crs::{Crs, CrsError, Transformer};

/// The CRS of a district together with the operations that suit its area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    pub crs: Crs,
    pub transformer: Transformer,
}

impl Frame {
    /// A place in the district's CRS.
    ///
    /// # Errors
    /// A place that has no coordinates there.
    pub fn in_plane(self, place: LonLat) -> Result<Coord, CrsError> {
        if let Some(grid) = self.grid().filter(|grid| grid.is_near(place)) {
            let (x, y) = grid.forward(place);
            return Ok(Coord { x, y });
        }
        self.transformer.coord(Crs::CRS84, self.crs, Coord { x: place.lon, y: place.lat })
    }

    /// Longitude and latitude of a place in the district's CRS.
    ///
    /// # Errors
    /// Coordinates that mean no place.
    pub fn on_earth(self, place: Coord) -> Result<LonLat, CrsError> {
        if let Some(grid) = self.grid() {
            return Ok(grid.inverse(place.x, place.y));
        }
        let Coord { x: lon, y: lat } = self.transformer.coord(self.crs, Crs::CRS84, place)?;
        Ok(LonLat { lon, lat })
    }

    /// The CRS where it is a zone of UTM. PROJ says the same to a fifth of a millimetre, and takes as long over one place
    /// as the search for water in a collection.
    fn grid(self) -> Option<TransverseMercator> {
        self.crs.etrs89_utm_zone().map(TransverseMercator::utm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::District;

    #[test]
    fn places_of_a_district_in_utm_are_where_proj_has_them_to_a_fifth_of_a_millimetre() {
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let frame = District::load(&data.join("district.toml")).expect("the district").frame();
        let Frame { crs, transformer } = frame;
        assert!(frame.grid().is_some(), "{crs} is a zone of UTM");
        for step in 0..200 {
            let place = LonLat { lon: 10.0 + f64::from(step) * 0.02, lat: 52.0 + f64::from(step * 37 % 200) * 0.02 };
            let found = frame.in_plane(place).expect("a place");
            let expected = transformer.coord(Crs::CRS84, crs, Coord { x: place.lon, y: place.lat }).expect("a place");
            let off = (found.x - expected.x).hypot(found.y - expected.y);
            assert!(off < 2e-4, "{place:?}: {off} m off");
            let back = frame.on_earth(expected).expect("a place");
            assert!((back.lon - place.lon).abs() < 3e-9 && (back.lat - place.lat).abs() < 2e-9, "{place:?}: {back:?}");
        }
    }

    #[test]
    fn a_place_on_the_other_side_of_the_earth_is_left_to_proj() {
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let frame = District::load(&data.join("district.toml")).expect("the district").frame();
        let Frame { crs, transformer } = frame;
        let far = LonLat { lon: -100.0, lat: 40.0 };
        let expected = transformer.coord(Crs::CRS84, crs, Coord { x: far.lon, y: far.lat });
        assert_eq!(frame.in_plane(far).ok(), expected.ok());
    }
}
