//! Photos and documents of objects, and of the defects found there.
//!
//! What comes is judged by its content, in a process of its own ([`reader`]); of a photo only pixels are kept, in three sizes. Which
//! collections take files, how many, how large, and who sees them is declared ([`crate::collection::Files`]). A file is a record:
//! its changes stand in the journal, without what people have typed. Whoever may edit an object adds and takes away its files; what
//! was taken away can be brought back until it is forgotten ([`purge`]).
//!
//! In reading order: [`file`](mod@file) (what is kept of one, and who sees it), [`target`] (what it belongs to), [`notes`] (drawn on a photo),
//! [`reader`] and [`look`] (what a file is), [`stage`] (from a stream to a file that can be read), [`add`], [`change`], [`purge`], [`first`] (one photo an object), [`along`] (what devices take along),
//! [`store`], [`answers`], [`describe`], [`routes`], [`refusal`].

mod add;
pub mod along;
pub mod answers;
mod change;
mod describe;
mod file;
mod first;
mod look;
mod notes;
mod purge;
pub mod reader;
mod refusal;
mod routes;
mod stage;
pub mod store;
mod target;

pub use file::File;
pub use first::FirstPhoto;
pub use notes::Note;
pub use purge::Purger;
pub use refusal::{FileError, Refusal, Wrong};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::blobs::Blobs;
use crate::editing::Editor;
use crate::http::{Gate, Routes};
use crate::identity::Caller;
use crate::spine::Purpose;
use crate::store::{StoreError, Transaction};
use crate::work::Pool;

/// The domain of its changesets.
const FILES: &str = "files";

/// Pixels that a photo may have: more than any telephone makes without putting several shots together.
pub const MOST_PIXELS: u64 = 64_000_000;

/// What files of objects are kept with.
#[derive(Debug)]
pub struct ObjectFiles {
    pub gate: Gate,
    pub editor: Editor,
    pub blobs: Blobs,
    pub work: Arc<Pool>,
    /// The binary of the server, which is also the reader.
    pub program: PathBuf,
    /// How long a file that was taken away can be brought back.
    pub kept: Duration,
}

impl ObjectFiles {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        along::add(routes::add(Routes::new())).answered_by(self)
    }

    async fn begin(&self, caller: &Caller, kind: &'static str, reason: &str) -> Result<Transaction, StoreError> {
        let purpose = Purpose { domain: FILES, kind, reason: reason.to_owned(), undoes: None };
        self.editor.spine.begin(caller, purpose).await
    }
}
