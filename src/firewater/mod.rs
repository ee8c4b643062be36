//! Fire water: what a crew needs to know about hydrants, ponds, tanks and wells.
//!
//! In reading order: [`supply`] turns flows into the classes of DVGW W 405, [`status`] says whether a source can be used
//! and why, [`nearest`] finds the sources around a place among the [`candidates`],
//! [`closest`] where in a pond that is, [`closed`] which of those out of service are told, [`network`] knows the roads along
//! which hoses are laid, [`by_road`] ranks sources by them, [`relay`] reckons with pressure, [`register`] knows where the
//! declarations have what the others read, [`plausibility`] says what is hardly so, [`answer`] writes JSON, [`settings`] what clients reckon with, [`ask`] reads what
//! is asked, [`routes`] answers crews and alarm software. All but the last two know neither HTTP nor SQL.

mod answer;
mod ask;
pub mod by_road;
mod candidates;
mod closed;
mod closest;
pub mod describe;
pub mod nearest;
pub mod network;
pub mod plausibility;
mod register;
pub mod relay;
mod routes;
mod settings;
pub mod status;
pub mod supply;

pub use ask::Asked;
pub use network::Roads;
pub use register::{COLLECTIONS, Register, UNLIMITED_KINDS};
pub use routes::{no_place, too_far};

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::District;
use crate::http::Gate;
use crate::index::Index;
use crate::search::Search;

/// What answers about water are made from.
#[derive(Debug)]
pub struct Firewater {
    pub gate: Gate,
    pub district: Arc<District>,
    pub index: Arc<Index>,
    pub register: Arc<Register>,
    pub roads: Arc<Roads>,
    pub search: Arc<Search>,
    pub clock: Clock,
}
