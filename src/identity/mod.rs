//! Who is calling and what they may do.
//!
//! Deny by default: a [`Caller`] without a token sees what is public and writes nothing. Every question of "may they"
//! is answered in [`access`], for items, exports and imports alike; [`action`] has the verbs. [`token`] is the secret and its hash, [`store`]
//! the tokens in the database and the journal, [`directory`] the same in memory, so that reading asks the database nothing. [`password`] is for users of the
//! database itself.

mod access;
mod action;
mod directory;
mod password;
pub mod store;
mod token;

pub use access::{Area, Caller, Denied, Role};
pub use action::Action;
pub use directory::Directory;
pub use password::Password;
pub use token::{InvalidToken, Secret};
