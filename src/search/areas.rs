//! Which municipality a place lies in.
//!
//! Borders have thousands of corners, and every answer about water names a municipality. So their sides are put in order
//! once for each state of the collection, and a question looks only at those beside the place.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use geo::indexed::IntervalTreeMultiPolygon;
use geo::orient::Direction;
use geo::{Contains, Orient};
use geo_types::{Coord, Geometry, MultiPolygon};

use super::sources::Municipalities;
use crate::feature::Shape;
use crate::index::Snapshot;
use crate::index::tree::{Bounds, PackedTree};

/// The areas of the municipalities seen last.
#[derive(Debug, Default)]
pub struct Areas {
    known: ArcSwapOption<Known>,
}

#[derive(Debug)]
struct Known {
    fingerprint: u64,
    tree: PackedTree,
    areas: Vec<Area>,
}

struct Area {
    name: Arc<str>,
    borders: IntervalTreeMultiPolygon<f64>,
}

impl Areas {
    /// The name of the municipality a place in the district's CRS lies in.
    pub fn around(&self, place: Coord, snapshot: &Snapshot, municipalities: &Municipalities) -> Option<Arc<str>> {
        let known = self.known.load();
        match known.as_ref().filter(|known| known.fingerprint == snapshot.fingerprint()) {
            Some(known) => known.around(place),
            None => {
                let known = Arc::new(Known::of(snapshot, municipalities));
                self.known.store(Some(known.clone()));
                known.around(place)
            }
        }
    }
}

impl Known {
    fn of(snapshot: &Snapshot, municipalities: &Municipalities) -> Self {
        let (mut areas, mut boxes) = (Vec::new(), Vec::new());
        for stored in snapshot.iter() {
            let [_, name, _] = municipalities.read(stored.row());
            let (Shape::Other(geometry), Some(bounds), false) = (&stored.shape, stored.shape.bounds(), name.is_empty())
            else {
                continue;
            };
            let polygons = match &**geometry {
                Geometry::Polygon(polygon) => MultiPolygon(vec![polygon.clone()]),
                Geometry::MultiPolygon(polygons) => polygons.clone(),
                _ => continue,
            };
            // A hole is told from the area by the way its border turns.
            let borders = IntervalTreeMultiPolygon::new(&polygons.orient(Direction::Default));
            boxes.push((Bounds::from(bounds), areas.len() as u32));
            areas.push(Area { name: name.into(), borders });
        }
        Self { fingerprint: snapshot.fingerprint(), tree: PackedTree::build(&boxes), areas }
    }

    fn around(&self, place: Coord) -> Option<Arc<str>> {
        let point = Bounds { min_x: place.x, min_y: place.y, max_x: place.x, max_y: place.y };
        let mut found: Option<&Area> = None;
        self.tree.window(&point, |nth| {
            let area = &self.areas[nth as usize];
            if found.is_none() && area.borders.contains(&place) {
                found = Some(area);
            }
        });
        found.map(|area| area.name.clone())
    }
}

impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Area").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use geo_types::{Polygon, Rect, coord};
    use uuid::Uuid;

    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::feature::FeatureId;
    use crate::index::Applied;
    use crate::search::sources::Sources;

    const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };

    fn at(x: f64, y: f64) -> Coord {
        CORNER + coord! { x: x, y: y }
    }

    fn square(from: f64, to: f64) -> Polygon {
        Rect::new(at(from, from), at(to, to)).to_polygon()
    }

    /// A village in a hole of the land around it; the hole's border turns as the outer one does, which it should not.
    fn villages() -> (Snapshot, Municipalities) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let district = District::load(&data.join("district.toml")).expect("the district");
        let collection = catalogue.get("municipalities").expect("municipalities");
        let land = Polygon::new(square(0.0, 900.0).exterior().clone(), vec![square(300.0, 600.0).exterior().clone()]);
        let empty = Snapshot::empty(collection.clone(), district.frame());
        let mut encoder = empty.encoder();
        let areas: [(_, Geometry); 3] = [
            (r#"{"key":"1","name":"Dostsdorf"}"#, MultiPolygon(vec![land, square(1_000.0, 1_100.0)]).into()),
            (r#"{"key":"2","name":"Labow"}"#, square(300.0, 600.0).into()),
            (r#"{"key":"3"}"#, square(2_000.0, 2_100.0).into()),
        ];
        let stored = areas.into_iter().zip(1..).map(|((properties, geometry), number)| {
            let id = FeatureId(Uuid::from_u128(number));
            encoder.encode(id, 1, Some(geometry), properties.as_bytes()).expect("a municipality").0
        });
        let stored: Vec<_> = stored.collect();
        let municipalities = Sources::new(&catalogue).municipalities.expect("municipalities");
        (Snapshot::load(collection.clone(), district.frame(), stored), municipalities)
    }

    #[test]
    fn a_place_lies_in_the_municipality_around_it_and_not_in_the_one_around_that() {
        let (snapshot, municipalities) = villages();
        let areas = Areas::default();
        let name = |x, y| areas.around(at(x, y), &snapshot, &municipalities);
        assert_eq!(name(100.0, 450.0).as_deref(), Some("Dostsdorf"));
        assert_eq!(name(450.0, 450.0).as_deref(), Some("Labow"));
        assert_eq!(name(1_050.0, 1_050.0).as_deref(), Some("Dostsdorf"), "a part elsewhere");
        assert_eq!(name(950.0, 950.0), None);
        assert_eq!(name(2_050.0, 2_050.0), None, "it has no name");
    }

    #[test]
    fn what_changes_is_seen_at_once() {
        let (snapshot, municipalities) = villages();
        let areas = Areas::default();
        let name = |snapshot: &Snapshot| areas.around(at(450.0, 450.0), snapshot, &municipalities);
        assert_eq!(name(&snapshot).as_deref(), Some("Labow"));
        let gone = snapshot.apply([Applied { id: FeatureId(Uuid::from_u128(2)), after: None }]);
        assert_eq!(name(&gone), None);
        assert_eq!(name(&snapshot).as_deref(), Some("Labow"));
    }
}
