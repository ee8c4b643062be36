//! Upkeep: inspections, defects and outages of the objects of a register, and the status that follows from them.
//!
//! They are records: they have tables and journal entries of their own. What they mean for an object (its status with reason and
//! end, when it was last confirmed, what was measured) is written into the feature in the same transaction, so that maps, items,
//! tiles and devices show it like any edit ([adr/0036](../../docs/adr/0036-status-follows-from-records.md)).
//!
//! In reading order: [`checklists`] (what is looked at, declared), [`words`] (what codes stand for), [`inspections`], [`defects`],
//! [`outages`] (each with what is sent, its rules, its table and its routes), [`standing`] (the status that follows, and why),
//! [`due`] (what is to be inspected), [`reminders`] (mails about defects that are due), [`object`] (what records are about, and who may record), [`input`], [`refusal`].

pub mod checklists;
pub mod defects;
mod describe;
pub mod due;
pub mod input;
pub mod inspections;
pub mod object;
pub mod outages;
pub mod refusal;
mod reminders;
mod routes;
pub mod standing;
pub mod words;

pub use checklists::{ChecklistMistake, Checklists};
pub use input::Wrong;
pub use object::Object;
pub use refusal::{Refusal, UpkeepError};
pub use reminders::Reminders;
pub use standing::Why;
pub use standing::clock::Clockwork;
pub use words::Words;

use std::sync::Arc;

use crate::clock::Clock;
use crate::editing::Editor;
use crate::http::{Gate, Routes};
use crate::identity::{Caller, Directory};
use crate::spine::Purpose;
use crate::store::{StoreError, Transaction};
use crate::texts::Texts;

/// The domain of its changesets.
pub const UPKEEP: &str = "upkeep";

/// What records are kept with.
#[derive(Debug)]
pub struct Upkeep {
    pub gate: Gate,
    pub editor: Editor,
    pub directory: Arc<Directory>,
    pub checklists: Arc<Checklists>,
    pub words: Words,
    pub texts: Arc<Texts>,
    pub clock: Clock,
}

impl Upkeep {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        let routes = routes::add(Routes::new());
        let routes = inspections::routes::add(defects::routes::add(outages::routes::add(routes)));
        standing::routes::add(routes).answered_by(self)
    }

    async fn begin(&self, caller: &Caller, kind: &'static str, reason: &str) -> Result<Transaction, StoreError> {
        let purpose = Purpose { domain: UPKEEP, kind, reason: reason.to_owned(), undoes: None };
        self.editor.spine.begin(caller, purpose).await
    }
}
