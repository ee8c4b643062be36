//! Fire water: what a crew needs to know about hydrants, ponds, tanks and wells.
//!
//! In reading order: [`supply`] turns flows into the classes of DVGW W 405, [`status`] says whether a source can be used
//! and why, [`nearest`] finds the sources around a place, [`register`] knows where the declarations have what the others
//! read, [`answer`] writes JSON, [`routes`] answers crews and alarm software. All but the last know neither HTTP nor SQL.

mod answer;
pub mod nearest;
mod register;
mod routes;
pub mod status;
pub mod supply;

pub use register::{COLLECTIONS, Register};
pub use routes::{place_of, routes};
