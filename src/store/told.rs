//! What the database has refused, for people who call commands. Requests are told less: see the server's table of errors.

use schemars::JsonSchema;
use serde::Serialize;

use super::StoreError;
use super::error::Passing;
use super::readers::{InvalidName, ReaderError};
use crate::texts::{Tell, Told};

/// What there is to say; `error` is what the database says itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum OfDatabase<'a> {
    Unavailable { error: String },
    ReadOnly { error: String },
    Full { error: String },
    TooSlow { error: String },
    Uncertain,
    WentBack { how: &'a str },
    Collision,
    Taken { constraint: &'a str },
    LeaseLost,
    Refused { error: String },
    NotMigrated { error: String },
    NoUrl { error: &'a str },
    Dependents { view: &'a str, lost: &'a str, dependents: &'a str },
    // Of readers.
    NoReaderName { text: &'a str },
    ReaderTaken { name: String },
    NoReader { name: String },
    ReaderPowerful { name: String },
    MayNotMakeReaders { own: &'a str, name: String },
    NoViews,
    // Rights that an account may lack.
    CreateOnDatabase,
    CreateOnSchema,
    Ownership,
}

impl Tell for OfDatabase<'_> {
    const FILE: &'static str = "database";
}

impl From<&StoreError> for Told {
    fn from(error: &StoreError) -> Self {
        Self::of(&match error {
            StoreError::Unavailable(error) => OfDatabase::Unavailable { error: error.to_string() },
            StoreError::Passing { state: Passing::ReadOnly, source } => {
                OfDatabase::ReadOnly { error: source.to_string() }
            }
            StoreError::Passing { state: Passing::Full, source } => OfDatabase::Full { error: source.to_string() },
            StoreError::Passing { state: Passing::TooSlow, source } => {
                OfDatabase::TooSlow { error: source.to_string() }
            }
            StoreError::Uncertain => OfDatabase::Uncertain,
            StoreError::WentBack(how) => OfDatabase::WentBack { how },
            StoreError::Collision => OfDatabase::Collision,
            StoreError::Taken { constraint } => OfDatabase::Taken { constraint },
            StoreError::LeaseLost => OfDatabase::LeaseLost,
            StoreError::Database(error) => OfDatabase::Refused { error: error.to_string() },
            StoreError::Migration(error) => OfDatabase::NotMigrated { error: error.to_string() },
            StoreError::Url(error) => OfDatabase::NoUrl { error },
            StoreError::Dependents { view, lost, dependents } => OfDatabase::Dependents { view, lost, dependents },
            StoreError::Stored(what) => return Self::verbatim(what),
        })
    }
}

impl From<&ReaderError> for Told {
    fn from(error: &ReaderError) -> Self {
        Self::of(&match error {
            ReaderError::Taken(name) => OfDatabase::ReaderTaken { name: name.to_string() },
            ReaderError::Unknown(name) => OfDatabase::NoReader { name: name.to_string() },
            ReaderError::Powerful(name) => OfDatabase::ReaderPowerful { name: name.to_string() },
            ReaderError::Forbidden { own, name } => OfDatabase::MayNotMakeReaders { own, name: name.to_string() },
            ReaderError::Bare => OfDatabase::NoViews,
            ReaderError::Store(error) => return error.into(),
        })
    }
}

impl From<&InvalidName> for Told {
    fn from(InvalidName(text): &InvalidName) -> Self {
        Self::of(&OfDatabase::NoReaderName { text })
    }
}
