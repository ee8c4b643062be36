//! One field for every place: addresses, streets, settlements, municipalities, the numbers of hydrants and waters, and
//! coordinates in every notation.
//!
//! Answered from memory while somebody types. Names live in a [`gazetteer`], some ten thousand of them however many
//! addresses there are, because a street is one name; the numbers of up to a million objects in [`references`], which are
//! sorted once and corrected by what changed since. Both are brought up to date by the first search after a change
//! ([`keeper`]), so that what an edit has answered is found at once.
//!
//! In reading order: [`kind`] (what can be found), [`sources`] (what is searched by, and who may), [`fold`] (spellings),
//! [`typo`], [`house`] (numbers of houses), [`words`] (what each word costs), [`entry`] and [`gazetteer`], [`places`]
//! (settlements, derived from addresses), [`references`], [`role`] (what each word of a question is for), [`find`] (from a
//! question to candidates), [`fit`] (how a name fits), [`crossing`] (where two streets meet), [`streets`] (what a device needs of
//! them), [`coordinates`], [`hit`] (candidates as answers), [`keeper`], [`place`] (the one place a text names), [`near`] (the
//! address beside a place, the municipality around it), [`at`] (the parameter of every door), [`routes`]. It knows the index,
//! no SQL; of HTTP only [`at`] and [`routes`].

mod at;
pub mod coordinates;
mod crossing;
mod describe;
mod entry;
pub mod find;
mod fit;
mod fold;
mod gazetteer;
pub mod hit;
mod house;
pub mod keeper;
pub mod kind;
pub mod near;
pub mod place;
pub mod places;
mod references;
mod role;
mod routes;
mod sources;
mod streets;
mod typo;
mod words;

pub use find::Question;
pub use hit::Hit;
pub use keeper::Lookup;
pub use kind::{Kind, Kinds};
pub use near::Near;
pub use place::{Located, NoPlace, Unplaced};
pub use places::{Place, Settlements};
pub use streets::{Street, Streets};

use std::sync::Arc;

use crate::collection::District;
use crate::http::Gate;
use crate::index::Index;
use crate::work::Pool;

/// What places are found with.
#[derive(Debug)]
pub struct Search {
    pub gate: Gate,
    pub district: Arc<District>,
    pub index: Arc<Index>,
    pub lookup: Arc<Lookup>,
    pub work: Arc<Pool>,
}

#[cfg(test)]
mod tests;
