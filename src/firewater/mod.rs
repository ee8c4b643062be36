//! Fire water: what a crew needs to know about hydrants, ponds, tanks and wells.
//!
//! In reading order: [`supply`] turns flows into the classes of DVGW W 405, [`status`] says whether a source can be used
//! and why, [`nearest`] finds the sources around a place, [`routes`] answers crews and alarm software. The first three
//! are rules and know neither HTTP nor SQL.

pub mod nearest;
mod routes;
pub mod status;
pub mod supply;

pub use routes::{place_of, routes};
