//! Changing the registers.
//!
//! Every change, whoever makes it and by whatever door it comes, goes the same way: [`prepare`] checks the input against
//! the declaration and the district and fills in what the server knows; [`changeset`] locks what it touches, plans, and
//! writes state, journal and notification in one transaction; the index follows; only then is it answered.
//!
//! In reading order: [`changeset`]; [`approval`] (which edits wait for a second person) and [`proposals`] (what waits); [`plan`] (what each edit does to the state it replaces), with [`terms`] (from the
//! input of one edit to a state), [`precondition`] (has the author seen it?), [`compare`] (does it change anything?) and
//! [`numbers`] (whose is a number?); [`refusal`] (everything that is wrong, with its place);
//! [`place`] (which municipality a geometry lies in); [`undo`] (taking back and restoring), [`timers`] (what the clock changes),
//! `written` (what a domain writes into a feature).
//!
//! Knows no HTTP. SQL is in `store`.

pub mod approval;
mod changeset;
pub mod compare;
mod error;
mod input;
mod numbers;
pub mod place;
mod plan;
mod precondition;
pub mod prepare;
pub mod proposals;
mod refusal;
mod terms;
mod timers;
mod undo;
mod written;

pub use changeset::{Changeset, Edit, EditOutcome, Operation, Outcome};
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
use proposals::Letters;

/// Changes the registers of a district.
#[derive(Debug, Clone)]
pub struct Editor {
    pub spine: Spine,
    pub district: Arc<District>,
    pub whereabouts: Whereabouts,
    pub clock: Clock,
    /// The proposals; where nobody keeps them, what would have to wait is refused.
    pub letters: Option<Arc<Letters>>,
}

impl Editor {
    /// Changes what this spine keeps.
    pub fn new(spine: Spine, district: Arc<District>, clock: Clock) -> Self {
        let whereabouts = Whereabouts::new(spine.index.clone(), district.clone());
        Self { spine, district, whereabouts, clock, letters: None }
    }

    /// With proposals for what takes a second person.
    #[must_use]
    pub fn proposing(self, letters: Arc<Letters>) -> Self {
        Self { letters: Some(letters), ..self }
    }

    /// What inputs are checked against, as of now.
    pub fn preparer(&self) -> Preparer {
        Preparer::new(self.district.clone(), self.whereabouts.now(), self.clock.now())
    }
}
