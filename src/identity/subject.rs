//! What an action is about: which collection, where in it, which of its properties.

use super::{Area, Spot};
use crate::collection::Collection;

/// What an action is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub(super) collection: Option<&'a Collection>,
    pub(super) place: Place<'a>,
    pub(super) fields: Fields,
}

/// Where.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Somewhere,
    At(&'a Spot),
    /// In all of an area.
    Throughout(&'a Area),
    Everywhere,
}

/// What of a feature is changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields {
    /// Bit k for property k.
    pub properties: u64,
    pub geometry: bool,
}

impl Fields {
    /// Everything there is.
    pub const ALL: Self = Self { properties: u64::MAX, geometry: true };
}

impl<'a> Subject<'a> {
    /// Anything, anywhere.
    pub(super) const ANYTHING: Self =
        Self { collection: None, place: Place::Somewhere, fields: Fields { properties: 0, geometry: false } };

    /// A collection, somewhere in it.
    pub fn of(collection: &'a Collection) -> Self {
        Self { collection: Some(collection), ..Self::ANYTHING }
    }

    /// An organisation with this area and whoever belongs to it; `None` is the whole district.
    pub fn organisation(area: Option<&'a Area>) -> Self {
        Self { place: area.map_or(Place::Everywhere, Place::Throughout), ..Self::ANYTHING }
    }

    /// What concerns the whole district.
    pub fn district() -> Self {
        Self::ANYTHING.everywhere()
    }

    /// At this place.
    #[must_use]
    pub fn at(self, spot: &'a Spot) -> Self {
        Self { place: Place::At(spot), ..self }
    }

    /// Wherever it may be.
    #[must_use]
    pub fn everywhere(self) -> Self {
        Self { place: Place::Everywhere, ..self }
    }

    /// These of its properties.
    #[must_use]
    pub fn changing(self, fields: Fields) -> Self {
        Self { fields, ..self }
    }
}
