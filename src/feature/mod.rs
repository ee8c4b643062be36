//! One feature: an id, a geometry, a typed row of properties, a version.
//!
//! Everything else in the house handles features; this module knows what one is and nothing about where it is kept,
//! who may see it or how it travels. Read [`value`] and [`row`] first (what a property value is and how a whole row is
//! packed into one allocation), then [`geometry`] (what we accept as a geometry, and its encodings), then [`crs`], the
//! only file of the house that sees PROJ.

pub mod crs;
mod fault;
pub mod geometry;
mod id;
pub mod row;
mod shape;
mod validity;
pub mod value;

pub use geometry::{Geometry, GeometryKind};
pub use id::FeatureId;
pub use row::{Row, RowBuilder};
pub use shape::Shape;
pub use value::Value;
