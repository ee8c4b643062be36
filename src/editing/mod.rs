//! Changing the registers.
//!
//! Every change, whoever makes it and by whatever door it comes, goes the same way: [`prepare`] checks the input against
//! the declaration and the district and fills in what the server knows; [`changeset`] authorises it against the state it
//! replaces and writes state, journal and notification in one transaction; the index follows; only then is it answered.
//! [`place`] knows which municipality a geometry lies in, [`undo`] takes back and restores.
//!
//! Knows no HTTP. SQL is in `store`.

mod changeset;
mod error;
pub mod place;
pub mod prepare;
mod undo;

pub use changeset::{Edit, EditOutcome, Operation, Precondition};
pub use error::EditError;
pub use place::Places;
pub use prepare::{Prepared, Preparer};

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::District;
use crate::index::Index;
use crate::store::Store;

/// Changes the registers of a district.
#[derive(Debug, Clone)]
pub struct Editor {
    pub store: Store,
    pub index: Arc<Index>,
    pub district: Arc<District>,
    pub clock: Clock,
}

impl Editor {
    /// What inputs are checked against, as of now.
    pub fn preparer(&self) -> Preparer {
        Preparer::new(self.district.clone(), Places::new(&self.index, &self.district), self.clock.now())
    }
}
