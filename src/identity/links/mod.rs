//! Links that are sent to persons: invitations, new passwords, new second factors, new addresses.
//!
//! A link holds random bits of which a hash is kept, is for one thing, is opened once and ends by itself; a newer one of the
//! same purpose ends those before it. What it opens, it opens for the account it was made for, whoever else is signed in.

pub mod store;

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Tell;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Sets the first password of an account.
    Invitation,
    /// Sets a new one.
    Password,
    /// Sets up a second factor anew after the old one was lost.
    Factor,
    /// Confirms a new address.
    Mail,
}

impl Purpose {
    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Password => "password",
            Self::Factor => "factor",
            Self::Mail => "mail",
        }
    }

    /// The purpose of a word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Invitation, Self::Password, Self::Factor, Self::Mail].into_iter().find(|purpose| purpose.name() == name)
    }

    /// How long it can be opened.
    pub fn lasts(self) -> TimeDelta {
        match self {
            // Over a holiday.
            Self::Invitation => TimeDelta::days(14),
            Self::Factor | Self::Mail => TimeDelta::days(1),
            Self::Password => TimeDelta::hours(1),
        }
    }
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Shut {
    /// Nobody made it, or a newer one has taken its place.
    Unknown,
    /// It was opened before.
    Used,
    /// It was not opened in time.
    Expired,
    /// It is for somebody else than who is signed in.
    Foreign,
}

impl Tell for Shut {
    const FILE: &'static str = "links";
}

/// Does a link open now?
///
/// # Errors
/// Why not.
pub fn opens(link: &store::LinkRow, now: DateTime<Utc>) -> Result<(), Shut> {
    match link {
        link if link.used_at.is_some() => Err(Shut::Used),
        link if link.expires_at <= now => Err(Shut::Expired),
        _ => Ok(()),
    }
}
