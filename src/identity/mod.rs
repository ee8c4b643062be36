//! Who is calling and what they may do.
//!
//! Deny by default: a [`Caller`] who is not known sees what is public and writes nothing. Every question of "may they" is
//! answered in [`access`], for items, exports and imports alike.
//!
//! In reading order: [`action`] (what can be done), [`area`] (where), [`roles`] (what is declared in `data/roles`),
//! [`power`] (what the roles of somebody come to), [`subject`] and [`access`] (who asks for what), [`denied`] (why not),
//! [`organisations`] (whom roles and areas come from), [`token`] (the secret and its hash), [`store`] (tokens in the database
//! and the journal), [`directory`] (all of it in memory, so that reading asks the database nothing), [`administering`] (who may say who may
//! what). Persons have
//! [`accounts`], begin [`sessions`] with what they prove themselves with, and are sent [`links`]; tablets in vehicles are [`devices`]; [`bits`] are
//! the secrets of all three, [`attempts`] how often one may guess, [`uses`] when tokens and tablets were last used. [`password`] is for users of the database itself.

mod access;
pub mod accounts;
pub mod action;
mod administering;
mod area;
pub mod attempts;
mod bits;
mod denied;
pub mod devices;
mod directory;
pub mod links;
pub mod organisations;
mod password;
mod power;
pub mod roles;
pub mod sessions;
pub mod store;
mod subject;
mod token;
mod uses;

pub use access::{Caller, Person};
pub use accounts::People;
pub use action::Action;
pub use area::{Area, Spot};
pub use bits::{Bits, InvalidBits};
pub use denied::Denied;
pub use directory::{Directory, outline_in};
pub use password::Password;
pub use power::Power;
pub use roles::Roles;
pub use sessions::Sessions;
pub use subject::{Fields, Subject};
pub use token::{InvalidToken, Secret};
