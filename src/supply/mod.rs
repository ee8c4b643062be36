//! Supply with fire water: which buildings have the water they need, which would lose it if a point failed, and where a new
//! tank would help most.
//!
//! In reading order: [`settings`] (by what is judged, declared in `data/supply`), [`given`] (what a point gives), [`verdict`] (the
//! rule), [`water`] (the points of the registers), [`ground`] (the buildings and who lives in them), [`reach`] (which is in
//! reach of which), [`assessed`] (all of them judged, and without some), [`places`] (for new tanks), [`situation`]
//! (all of that, as the registers are now), [`keeper`] (the one that is kept). What is told of it: [`words`] (why, in words),
//! [`answers`], [`told`] (what makes them), [`table`], [`layer`] (the map), [`routes`]. It builds on
//! [`firewater`](crate::firewater) and its roads; all but the routes know neither HTTP nor SQL.

pub mod answers;
pub mod assessed;
mod describe;
pub mod given;
pub mod ground;
mod keeper;
mod layer;
pub mod places;
pub mod reach;
mod routes;
pub mod settings;
pub mod situation;
mod table;
#[cfg(test)]
mod tests;
mod told;
pub mod verdict;
pub mod water;
mod words;

pub use keeper::{Keeper, NoSituation};
pub use routes::Missing;
pub use settings::{Settings, SupplyMistake, W405};
pub use words::Why;

use std::sync::Arc;

use crate::collection::District;
use crate::http::Gate;
use crate::index::Index;
use crate::search::Search;
use crate::texts::Texts;
use crate::tiles::Atlas;
use crate::work::Pool;

/// What answers about supply are made from.
#[derive(Debug)]
pub struct Supply {
    pub gate: Gate,
    pub district: Arc<District>,
    pub index: Arc<Index>,
    pub keeper: Arc<Keeper>,
    pub search: Arc<Search>,
    pub atlas: Arc<Atlas>,
    pub texts: Arc<Texts>,
    pub work: Arc<Pool>,
}
