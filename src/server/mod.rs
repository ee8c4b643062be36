//! The root of a running server: the one place that knows every domain.
//!
//! In reading order: [`parts`] (what a server is made of, built in order), [`router`] (the routes of all domains and what
//! wraps them), [`errors`] (the whole error → status table), [`operating`] (is it alive, is it ready, how does it do), [`workings`] (jobs and
//! mails), [`nodes`] (who serves, and how much is stored), [`vocabulary`] (all it can say).
//! Nothing but [`crate::cli`] imports it.

mod describe;
mod errors;
mod handlers;
mod nodes;
mod operating;
mod parts;
mod router;
mod vocabulary;
mod workings;

pub use parts::{Server, StartError};
pub use router::{router, routes, rules};
pub use vocabulary::{texts, vocabularies};
