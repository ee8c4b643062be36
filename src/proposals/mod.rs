//! Edits that wait for a second person, at their addresses: `/api/proposals`.
//!
//! What waits, who sees it and what becomes of it says [`crate::editing::proposals`]; here it is listed, shown before and after
//! and decided. In reading order: [`list`] (which of them), [`show`] (what they say, to whom), [`answers`], [`describe`],
//! [`routes`].

mod answers;
pub mod describe;
mod list;
mod routes;
mod show;

pub use answers::Proposal;
pub use routes::accepted;

use std::sync::Arc;

use crate::editing::Editor;
use crate::http::{Gate, Routes};

/// What proposals are shown and decided with.
#[derive(Debug)]
pub struct Proposals {
    pub gate: Gate,
    pub editor: Editor,
}

impl Proposals {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        routes::add(Routes::new()).answered_by(self)
    }
}
