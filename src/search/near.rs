//! The address nearest to a place, and the municipality it lies in: how a crew is told where a coordinate is.

use std::sync::Arc;

use geo_types::Coord;

use super::keeper::Lookup;
use super::kind::{Kind, Kinds};
use crate::coordinate::{LonLat, ShortLines};
use crate::index::Index;
use crate::index::areas::Areas;

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

impl Lookup {
    /// The address nearest to a place, which is `from` in the district's CRS, within what the district says is near; `None`
    /// to who may not see addresses.
    pub fn near(&self, index: &Index, at: LonLat, from: Coord, open: Kinds) -> Option<Near> {
        let addresses = self.sources().addresses.as_ref().filter(|_| open.has(Kind::Address))?;
        let snapshot = index.snapshot(addresses.source.position);
        let within = self.district().address_within;
        let (_, stored) = snapshot.nearest_few(from, 1, within).into_iter().next()?;
        let there = stored.position()?;
        let address = addresses.read(stored.row());
        let (distance, _) = ShortLines::from(at).distance_and_bearing(LonLat { lon: there.x, lat: there.y });
        Some(Near {
            label: address.line(),
            settlement: address.settlement.to_owned(),
            municipality: self.municipality_called(address.municipality, open).unwrap_or_default(),
            distance,
        })
    }

    /// The name of the municipality a place in the district's CRS lies in.
    pub fn municipality_at(&self, index: &Index, place: Coord, open: Kinds) -> Option<Arc<str>> {
        let municipalities = self.sources().municipalities.as_ref().filter(|_| open.has(Kind::Municipality))?;
        let areas = self.areas().of(&index.snapshot(municipalities.source.position), |snapshot| {
            Areas::of(snapshot, |stored| {
                let [_, name, _] = municipalities.read(stored.row());
                (!name.is_empty()).then(|| Arc::from(name))
            })
        });
        areas.around(place).cloned()
    }
}
