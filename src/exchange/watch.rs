//! Whoever looks on while a file is imported.

use futures_util::future::BoxFuture;

use super::import::{ImportError, ImportOutcome, Progress};
use super::worker::Done;
use crate::store::Transaction;

/// Looks on while rows are worked on, and has a word before the commit.
pub trait Watch: Send {
    /// About once a second.
    fn progress(&mut self, _: Progress) {}

    /// Rows that are done with, in the order of the file.
    fn rows<'a>(&'a mut self, _: &'a [Done]) -> BoxFuture<'a, Result<(), ImportError>> {
        Box::pin(async { Ok(()) })
    }

    /// Everything is written: what belongs to it can be added, and an error leaves nothing behind. It is not asked where nothing
    /// changes.
    fn seal<'a>(&'a mut self, _: &'a mut Transaction, _: &'a ImportOutcome) -> BoxFuture<'a, Result<(), ImportError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Only wants to know how far it is.
pub struct Meter<'a>(pub &'a mut (dyn FnMut(Progress) + Send));

impl Watch for Meter<'_> {
    fn progress(&mut self, progress: Progress) {
        (self.0)(progress);
    }
}
