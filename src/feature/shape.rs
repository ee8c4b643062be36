//! A geometry as the index keeps it: points, nearly everything a register holds, without an allocation.

use std::borrow::Cow;
use std::sync::Arc;

use geo::BoundingRect;
use geo_types::{Coord, Point, Rect};

use super::Geometry;

/// The geometry of a feature in memory, in the district's CRS.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// The feature has no place (a sign that was reported missing).
    Absent,
    Point(Coord),
    /// Shared by the clones of a feature.
    Other(Arc<Geometry>),
}

impl Shape {
    /// The bounding box; `None` without a geometry.
    pub fn bounds(&self) -> Option<Rect<f64>> {
        match self {
            Shape::Absent => None,
            Shape::Point(coord) => Some(Rect::new(*coord, *coord)),
            Shape::Other(geometry) => geometry.bounding_rect(),
        }
    }

    /// The geometry; a point is made on the spot.
    pub fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        match self {
            Shape::Absent => None,
            Shape::Point(coord) => Some(Cow::Owned(Geometry::Point(Point(*coord)))),
            Shape::Other(geometry) => Some(Cow::Borrowed(geometry)),
        }
    }
}

impl From<Option<Geometry>> for Shape {
    fn from(geometry: Option<Geometry>) -> Self {
        match geometry {
            None => Shape::Absent,
            Some(Geometry::Point(point)) => Shape::Point(point.0),
            Some(other) => Shape::Other(Arc::new(other)),
        }
    }
}
