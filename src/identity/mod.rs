//! Who is calling and what they may do.
//!
//! Deny by default: a [`Caller`] without a token sees what is public and writes nothing. Every question of "may they"
//! is answered in [`access`], for items, exports and imports alike; [`action`] has the verbs. [`token`] is the secret and its hash, [`store`]
//! the tokens in the database and the journal, [`directory`] the same in memory, so that reading asks the database nothing.
//! Persons have [`accounts`], begin [`sessions`] with what they prove themselves with, and are sent [`links`]; [`bits`] are
//! the secrets of both, [`attempts`] how often one may guess. [`password`] is for users of the database itself.

mod access;
pub mod accounts;
mod action;
pub mod attempts;
mod bits;
mod directory;
pub mod links;
mod password;
pub mod sessions;
pub mod store;
mod token;

pub use access::{Area, Caller, Denied, Person, Role};
pub use accounts::People;
pub use action::Action;
pub use bits::{Bits, InvalidBits};
pub use directory::Directory;
pub use password::Password;
pub use sessions::Sessions;
pub use token::{InvalidToken, Secret};
