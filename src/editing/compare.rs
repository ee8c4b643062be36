//! Whether an edit changes anything.

use chrono::{DateTime, Utc};
use geo::CoordsIter;

use crate::collection::{Collection, Derivation, Presence, validate};
use crate::feature::{Geometry, Row, RowBuilder};
use crate::store::features::FeatureState;

/// A shorter move than this is how coordinates are rounded, metres.
pub const SAME: f64 = 0.005;

/// The same place but for rounding.
pub fn near(a: Option<&Geometry>, b: Option<&Geometry>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            std::mem::discriminant(a) == std::mem::discriminant(b)
                && a.coords_count() == b.coords_count()
                && a.coords_iter()
                    .zip(b.coords_iter())
                    .all(|(a, b)| (a.x - b.x).abs() <= SAME && (a.y - b.y).abs() <= SAME)
        }
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// True if any property differs that people set.
pub fn differs(collection: &Collection, a: Row<'_>, b: Row<'_>) -> bool {
    collection
        .properties
        .iter()
        .enumerate()
        .filter(|(_, property)| {
            !matches!(property.presence, Presence::Derived(_) | Presence::Automatic(Derivation::UpdatedAt))
        })
        .any(|(k, _)| a.get(k) != b.get(k))
}

/// The packed properties of a state as the declaration knows them now: what has been taken out of it since must not stand
/// in the way of an edit that never mentions it.
pub fn packed(collection: &Collection, state: &FeatureState) -> Vec<u8> {
    let mut row = RowBuilder::new();
    // Stored properties are an object; anything else has nothing to show.
    let read = validate::read_stored(collection, state.properties.get().as_bytes(), &mut row);
    if read.is_ok() { row.finish() } else { RowBuilder::new().finish() }
}

/// When a state was made, where the collection records that.
pub fn made_at(collection: &Collection, row: Row<'_>) -> Option<DateTime<Utc>> {
    row.get(collection.derived(Derivation::UpdatedAt)?).as_instant()
}
