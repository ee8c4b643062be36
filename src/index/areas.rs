//! Which area of a collection a place lies in.
//!
//! Borders of municipalities have thousands of corners, and every edit and every answer about water asks for one. So their
//! sides are put in order once, and a question looks only at those beside the place.

use std::fmt;

use geo::indexed::IntervalTreeMultiPolygon;
use geo::orient::Direction;
use geo::{Contains, Orient};
use geo_types::{Coord, Geometry, MultiPolygon};

use super::Snapshot;
use super::stored::Stored;
use super::tree::{Bounds, PackedTree};
use crate::feature::Shape;

/// The areas of one state of a collection, each with what its user wants to know of it.
pub struct Areas<L> {
    tree: PackedTree,
    areas: Vec<(L, IntervalTreeMultiPolygon<f64>)>,
}

impl<L> Areas<L> {
    /// The areas that `label` has something to say of, in the CRS of the snapshot.
    pub fn of(snapshot: &Snapshot, label: impl Fn(&Stored) -> Option<L>) -> Self {
        let (mut areas, mut boxes) = (Vec::new(), Vec::new());
        for stored in snapshot.iter() {
            let (Shape::Other(geometry), Some(bounds)) = (&stored.shape, stored.shape.bounds()) else { continue };
            let polygons = match &**geometry {
                Geometry::Polygon(polygon) => MultiPolygon(vec![polygon.clone()]),
                Geometry::MultiPolygon(polygons) => polygons.clone(),
                _ => continue,
            };
            let Some(label) = label(stored) else { continue };
            // A hole is told from the area by the way its border turns.
            let borders = IntervalTreeMultiPolygon::new(&polygons.orient(Direction::Default));
            boxes.push((Bounds::from(bounds), areas.len() as u32));
            areas.push((label, borders));
        }
        Self { tree: PackedTree::build(&boxes), areas }
    }

    /// The area around a place; the first one where areas overlap.
    pub fn around(&self, place: Coord) -> Option<&L> {
        let point = Bounds { min_x: place.x, min_y: place.y, max_x: place.x, max_y: place.y };
        let mut found = None;
        self.tree.window(&point, |nth| {
            let (label, borders) = &self.areas[nth as usize];
            if found.is_none() && borders.contains(&place) {
                found = Some(label);
            }
        });
        found
    }
}

impl<L> fmt::Debug for Areas<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Areas").field("count", &self.areas.len()).finish_non_exhaustive()
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

    const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };

    fn at(x: f64, y: f64) -> Coord {
        CORNER + coord! { x: x, y: y }
    }

    fn square(from: f64, to: f64) -> Polygon {
        Rect::new(at(from, from), at(to, to)).to_polygon()
    }

    /// A village in a hole of the land around it; the hole's border turns as the outer one does, which it should not.
    fn villages() -> Snapshot {
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
        Snapshot::load(collection.clone(), district.frame(), stored)
    }

    fn names(snapshot: &Snapshot) -> Areas<String> {
        let name = snapshot.collection().position("name").expect("a name");
        Areas::of(snapshot, |stored| stored.row().get(name).as_text().map(str::to_owned))
    }

    #[test]
    fn a_place_lies_in_the_municipality_around_it_and_not_in_the_one_around_that() {
        let areas = names(&villages());
        let name = |x, y| areas.around(at(x, y)).map(String::as_str);
        assert_eq!(name(100.0, 450.0), Some("Dostsdorf"));
        assert_eq!(name(450.0, 450.0), Some("Labow"));
        assert_eq!(name(1_050.0, 1_050.0), Some("Dostsdorf"), "a part elsewhere");
        assert_eq!(name(950.0, 950.0), None);
        assert_eq!(name(2_050.0, 2_050.0), None, "it has no name");
    }

    #[test]
    fn an_area_that_is_gone_lies_around_nothing() {
        let gone = villages().apply([Applied { id: FeatureId(Uuid::from_u128(2)), after: None }]);
        assert_eq!(names(&gone).around(at(450.0, 450.0)), None);
    }
}
