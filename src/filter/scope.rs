//! What a caller may name of a collection.

use super::FilterError;
use crate::collection::{Collection, Property, Visibility};

/// A collection as one caller may query it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    collection: &'a Collection,
    visible: Visibility,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named<'a> {
    Property(usize, &'a Property),
    Id,
    Geometry,
}

impl<'a> Scope<'a> {
    pub(super) fn new(collection: &'a Collection, visible: Visibility) -> Self {
        Self { collection, visible }
    }

    /// What a name stands for. A property that does not exist, one that may not be queried and one the caller may not
    /// see give the same answer, so that a refusal tells nothing.
    pub(super) fn find(self, name: &str) -> Result<Named<'a>, FilterError> {
        match (self.collection.position(name), name) {
            (Some(k), _) => {
                let property = &self.collection.properties[k];
                if property.queryable && property.visibility <= self.visible {
                    return Ok(Named::Property(k, property));
                }
            }
            (None, "id") => return Ok(Named::Id),
            (None, "geometry" | "geom") => return Ok(Named::Geometry),
            (None, _) => {}
        }
        Err(FilterError::UnknownProperty { name: super::time::shown(name), collection: self.collection.name.clone() })
    }
}
