//! The address nearest to a place, and the municipality it lies in: how a crew is told where a coordinate is.

use geo::Contains;
use geo_types::{Coord, Point, Rect};

use super::keeper::Search;
use super::kind::{Kind, Kinds};
use crate::coordinate::{LonLat, geodesic_distance_m};
use crate::feature::Shape;
use crate::feature::crs::Crs;
use crate::index::Index;

/// An address near a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// `Fasanengasse 7`
    pub label: String,
    pub settlement: String,
    /// Empty where addresses do not say it.
    pub municipality: String,
    /// Metres.
    pub distance: f64,
}

impl Search {
    /// The address nearest to a place, within what the district says is near; `None` to who may not see addresses.
    pub fn near(&self, index: &Index, at: LonLat, open: Kinds) -> Option<Near> {
        let addresses = self.sources().addresses.as_ref().filter(|_| open.has(Kind::Address))?;
        let snapshot = index.snapshot(addresses.source.position);
        let within = self.district().address_within;
        let from = self.planar(at)?;
        let (_, stored) = snapshot.nearest_few(from, 1, within).into_iter().next()?;
        let there = stored.position()?;
        let address = addresses.read(stored.row());
        Some(Near {
            label: address.line(),
            settlement: address.settlement.to_owned(),
            municipality: self.municipality_called(address.municipality, open).unwrap_or_default(),
            distance: geodesic_distance_m(at, LonLat { lon: there.x, lat: there.y }),
        })
    }

    /// The name of the municipality a place lies in.
    pub fn municipality_at(&self, index: &Index, at: LonLat, open: Kinds) -> Option<String> {
        let municipalities = self.sources().municipalities.as_ref().filter(|_| open.has(Kind::Municipality))?;
        let snapshot = index.snapshot(municipalities.source.position);
        let from = self.planar(at)?;
        let mut name = None;
        snapshot.window(Rect::new(from, from), |stored| {
            if let Shape::Other(area) = &stored.shape
                && name.is_none()
                && area.contains(&Point(from))
            {
                let [_, called, _] = municipalities.read(stored.row());
                name = Some(called.to_owned()).filter(|name| !name.is_empty());
            }
        });
        name
    }

    fn planar(&self, at: LonLat) -> Option<Coord> {
        let frame = self.district().frame();
        frame.transformer.coord(Crs::CRS84, frame.crs, Coord { x: at.lon, y: at.lat }).ok()
    }
}
