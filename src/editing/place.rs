//! Where a geometry lies: in which municipality, and whether in the district at all.

use std::collections::HashSet;
use std::sync::Arc;

use geo::{Closest, ClosestPoint, CoordsIter, Distance, Euclidean, InteriorPoint};
use geo_types::{Coord, Point, Rect};
use serde_json::{Map, Value as Json};

use super::input::InputFault;
use crate::collection::{Collection, Derivation, District, Fault, Frame};
use crate::feature::Geometry;
use crate::feature::crs::Crs;
use crate::identity::Spot;
use crate::index::areas::Areas;
use crate::index::{Index, PerState, Snapshot, Stored};

/// The reference layer that says where the district is.
const MUNICIPALITIES: &str = "municipalities";

/// The municipalities as of one moment.
#[derive(Debug, Clone)]
pub struct Places {
    municipalities: Option<Arc<Snapshot>>,
    keys: Arc<Keys>,
    frame: Frame,
    bounds: Rect<f64>,
    margin: f64,
}

/// The keys of all municipalities, and the area of each.
#[derive(Debug, Default)]
struct Keys {
    all: HashSet<Arc<str>>,
    areas: Option<Areas<Arc<str>>>,
}

/// Tells places by the municipalities the index holds, which are read once for each of their states.
#[derive(Debug, Clone)]
pub struct Whereabouts {
    index: Arc<Index>,
    district: Arc<District>,
    keys: Arc<PerState<Keys>>,
}

impl Whereabouts {
    /// Of a district and its registers.
    pub fn new(index: Arc<Index>, district: Arc<District>) -> Self {
        Self { index, district, keys: Arc::default() }
    }

    /// The municipalities the index holds now. Without any, the bounds of the district decide what lies in it.
    pub fn now(&self) -> Places {
        let municipalities = self.index.snapshot_of(MUNICIPALITIES);
        let keys = municipalities.as_ref().map(|snapshot| self.keys.of(snapshot, Keys::of));
        Places::with(municipalities, keys.unwrap_or_default(), &self.district)
    }
}

/// A place outside the district.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outside {
    /// Longitude and latitude, where that can be told.
    pub at: Option<Coord>,
    pub hint: Hint,
}

/// Why a place outside the district may be a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    None,
    /// 0/0: nobody has recorded a position.
    Nought,
    Swapped,
}

impl Keys {
    fn of(snapshot: &Snapshot) -> Self {
        let Some(key) = snapshot.collection().position("key") else { return Self::default() };
        let key = |stored: &Stored| stored.row().get(key).as_text().map(Arc::from);
        Self { all: snapshot.iter().filter_map(&key).collect(), areas: Some(Areas::of(snapshot, key)) }
    }
}

impl Places {
    /// Places in municipalities that are not in the index, or not yet.
    pub fn within(municipalities: Option<Arc<Snapshot>>, district: &District) -> Self {
        let keys = municipalities.as_deref().map(Keys::of).unwrap_or_default();
        Self::with(municipalities, Arc::new(keys), district)
    }

    fn with(municipalities: Option<Arc<Snapshot>>, keys: Arc<Keys>, district: &District) -> Self {
        let municipalities = municipalities.filter(|snapshot| !snapshot.is_empty());
        Self { municipalities, keys, frame: district.frame(), bounds: district.bounds, margin: district.margin }
    }

    /// True for the key of one of the municipalities, and for any while there are none.
    pub fn knows(&self, key: &str) -> bool {
        self.keys.all.is_empty() || self.keys.all.contains(key)
    }

    /// Takes a municipality that there is no more out of stored properties, so that the one the feature lies in is
    /// filled in: nobody who edits something else can be asked to repair it.
    pub fn forget_unknown(&self, collection: &Collection, properties: &mut Map<String, Json>) {
        let Some(property) = collection.derived(Derivation::Municipality).map(|k| &collection.properties[k]) else {
            return;
        };
        if properties.get(&property.name).and_then(Json::as_str).is_some_and(|key| !self.knows(key)) {
            properties.shift_remove(&property.name);
        }
    }

    /// Where a geometry lies for rights: a point inside it, and the municipality around that.
    pub fn spot(&self, geometry: Option<&Geometry>) -> Spot {
        let at = geometry.and_then(InteriorPoint::interior_point).map(|point| point.0);
        Spot { municipality: geometry.and_then(|geometry| self.municipality(geometry)), at }
    }

    /// A point of the district's plane as rights see it.
    pub fn spot_at(&self, at: Coord) -> Spot {
        let municipality = self.keys.areas.as_ref().and_then(|areas| areas.around(at)).map(ToString::to_string);
        Spot { municipality, at: Some(at) }
    }

    /// The key of the municipality a geometry lies in, decided by a point inside it.
    pub fn municipality(&self, geometry: &Geometry) -> Option<String> {
        let point = geometry.interior_point()?;
        Some(self.keys.areas.as_ref()?.around(point.0)?.to_string())
    }

    /// The place of a municipality that lies nearest to one outside of all.
    pub fn nearest(&self, from: Coord) -> Option<Coord> {
        let point = Point(from);
        let areas = self.municipalities.iter().flat_map(|snapshot| snapshot.iter());
        let nearest = areas.filter_map(|stored| match stored.shape.geometry()?.closest_point(&point) {
            Closest::Intersection(at) | Closest::SinglePoint(at) => Some(at.0),
            Closest::Indeterminate => None,
        });
        let squared = |at: &Coord| (at.x - from.x).powi(2) + (at.y - from.y).powi(2);
        nearest.min_by(|one, other| squared(one).total_cmp(&squared(other)))
    }

    /// Checks that a geometry lies in the district or within its margin; `pointer` is where the geometry stands in the
    /// input.
    pub fn check(&self, geometry: &Geometry, pointer: &str) -> Result<(), Fault> {
        let Some(Outside { at, hint }) = self.outside(geometry) else { return Ok(()) };
        let at = at.map(|at| format!("{:.5} {:.5}", at.y, at.x));
        Err(Fault::new(pointer, "outside-district", &InputFault::outside(at, &hint)))
    }

    /// What of a geometry lies outside the district and its margin.
    pub fn outside(&self, geometry: &Geometry) -> Option<Outside> {
        let coord = geometry.coords_iter().find(|coord| !self.is_near(*coord))?;
        let at = self.geographic(coord);
        let is_nought = |at: Coord| at.x.abs() < 0.001 && at.y.abs() < 0.001;
        let hint = if is_nought(coord) || at.is_some_and(is_nought) {
            Hint::Nought
        } else if self.is_swapped(at) {
            Hint::Swapped
        } else {
            Hint::None
        };
        Some(Outside { at, hint })
    }

    fn is_swapped(&self, shown: Option<Coord>) -> bool {
        shown.is_some_and(|at| self.in_bounds(Coord { x: at.y, y: at.x }))
    }

    fn is_near(&self, coord: Coord) -> bool {
        let Some(snapshot) = &self.municipalities else {
            return self.geographic(coord).is_some_and(|at| self.in_bounds(at));
        };
        let margin = Coord { x: self.margin, y: self.margin };
        let point = Geometry::Point(Point(coord));
        let mut near = false;
        snapshot.window(Rect::new(coord - margin, coord + margin), |stored| {
            near = near
                || stored.shape.geometry().is_some_and(|area| Euclidean.distance(area.as_ref(), &point) <= self.margin);
        });
        near
    }

    /// Within the declared bounds, widened by the margin.
    fn in_bounds(&self, at: Coord) -> bool {
        // Metres to degrees at the latitude of the district; a margin needs no more.
        let lat = self.margin / 111_320.0;
        let lon = lat / at.y.to_radians().cos().max(0.01);
        let (min, max) = (self.bounds.min(), self.bounds.max());
        at.x >= min.x - lon && at.x <= max.x + lon && at.y >= min.y - lat && at.y <= max.y + lat
    }

    fn geographic(&self, coord: Coord) -> Option<Coord> {
        self.frame.transformer.coord(self.frame.crs, Crs::CRS84, coord).ok()
    }
}
