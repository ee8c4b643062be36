//! Collections of several kinds of geometry, cut by kind.
//!
//! Most map programs know one kind a layer: of ponds that are points here and areas there QGIS draws whichever it meets
//! first. So such a collection is also offered in parts, to be read and not to be written to: as views in the database, as
//! collections of the API, as the layers of a Shapefile.

use super::{Collection, Label};
use crate::feature::{GeometryKind, Shape};

/// The features of a collection that have one kind of geometry, single or multiple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Points,
    Lines,
    Areas,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Points, Self::Lines, Self::Areas];

    /// The part to which a kind belongs.
    pub fn of(kind: GeometryKind) -> Self {
        match kind {
            GeometryKind::Point | GeometryKind::MultiPoint => Self::Points,
            GeometryKind::LineString | GeometryKind::MultiLineString => Self::Lines,
            GeometryKind::Polygon | GeometryKind::MultiPolygon => Self::Areas,
        }
    }

    /// How its name ends, after that of the collection and an underscore.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Lines => "lines",
            Self::Areas => "areas",
        }
    }

    /// True for a feature of this part.
    pub fn holds(self, shape: &Shape) -> bool {
        let kind = match shape {
            Shape::Absent => None,
            Shape::Point(_) => Some(GeometryKind::Point),
            Shape::Other(geometry) => GeometryKind::of(geometry),
        };
        kind.is_some_and(|kind| Self::of(kind) == self)
    }

    /// A title with the kind behind it.
    pub fn title(self, collection: &Label) -> Label {
        let (de, en) = match self {
            Self::Points => ("Punkte", "points"),
            Self::Lines => ("Linien", "lines"),
            Self::Areas => ("Flächen", "areas"),
        };
        Label { de: format!("{} ({de})", collection.de), en: format!("{} ({en})", collection.en) }
    }
}

impl Collection {
    /// The parts of a collection, two or three; none where all features have one kind of geometry.
    pub fn parts(&self) -> Vec<Part> {
        let has = |part: &Part| self.geometry.iter().any(|kind| Part::of(*kind) == *part);
        let parts: Vec<Part> = Part::ALL.into_iter().filter(has).collect();
        if parts.len() > 1 { parts } else { Vec::new() }
    }

    /// The name of a part.
    pub fn name_of(&self, part: Part) -> String {
        format!("{}_{}", self.name, part.ending())
    }

    /// The kinds of geometry in a part.
    pub fn kinds_of(&self, part: Part) -> Vec<GeometryKind> {
        self.geometry.iter().copied().filter(|kind| Part::of(*kind) == part).collect()
    }

    /// The declaration of a part: the same properties, one kind of geometry.
    pub fn part(&self, part: Part) -> Self {
        Self {
            name: self.name_of(part),
            whole: Some(self.name.clone()),
            title: part.title(&self.title),
            geometry: self.kinds_of(part),
            geometry_required: true,
            ..self.clone()
        }
    }
}
