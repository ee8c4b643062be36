//! Changing the registers.
//!
//! Every change, whoever makes it and by whatever door it comes, goes the same way: [`prepare`] checks the input against
//! the declaration and the district and fills in what the server knows; [`changeset`] locks what it touches, plans, and
//! writes state, journal and notification in one transaction; the index follows; only then is it answered.
//!
//! In reading order: [`changeset`]; [`plan`] (what each edit does to the state it replaces), with [`terms`] (from the
//! input of one edit to a state), [`precondition`] (has the author seen it?), [`compare`] (does it change anything?) and
//! [`numbers`] (whose is a number?); [`refusal`] (everything that is wrong, with its place);
//! [`place`] (which municipality a geometry lies in); [`undo`] (taking back and restoring), [`timers`] (what the clock changes),
//! `written` (what a domain writes into a feature).
//!
//! Knows no HTTP. SQL is in `store`.

mod changeset;
pub mod compare;
mod error;
mod input;
mod numbers;
pub mod place;
mod plan;
mod precondition;
pub mod prepare;
mod refusal;
mod terms;
mod timers;
mod undo;
mod written;

pub use changeset::{Changeset, Edit, EditOutcome, Operation};
pub use error::EditError;
pub use input::InputFault;
pub use place::{Hint, Outside, Places, Whereabouts};
pub use precondition::Precondition;
pub use prepare::{Prepared, Preparer};
pub use refusal::{ChangesetError, Refusal};
pub use timers::Timers;
pub use undo::Restoration;

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::District;
use crate::spine::Spine;

/// Changes the registers of a district.
#[derive(Debug, Clone)]
pub struct Editor {
    pub spine: Spine,
    pub district: Arc<District>,
    pub whereabouts: Whereabouts,
    pub clock: Clock,
}

impl Editor {
    /// Changes what this spine keeps.
    pub fn new(spine: Spine, district: Arc<District>, clock: Clock) -> Self {
        let whereabouts = Whereabouts::new(spine.index.clone(), district.clone());
        Self { spine, district, whereabouts, clock }
    }

    /// What inputs are checked against, as of now.
    pub fn preparer(&self) -> Preparer {
        Preparer::new(self.district.clone(), self.whereabouts.now(), self.clock.now())
    }
}
