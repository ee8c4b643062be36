//! Accounts of persons, and what they prove themselves with.
//!
//! An account is a record: the journal has its state without anything that is known of the person, who can be erased. In
//! reading order: [`address`] (mail addresses and names), [`password`] (which are taken, and how they are kept), [`codes`]
//! (time-based codes and recovery codes as second factor), [`credentials`] (what is kept of them), [`people`] (accounts in
//! memory), [`store`] (SQL of accounts).

pub mod address;
pub mod codes;
pub mod credentials;
pub mod password;
mod people;
pub mod store;

pub use address::{Mail, PersonName};
pub use credentials::{Credential, CredentialKind};
pub use password::{Hashing, NewPassword};
pub use people::People;
