//! What persons prove themselves with: a password, an authenticator, recovery codes, passkeys.

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub mod store;

/// What is kept of what a person proves themselves with.
#[derive(Debug, Clone)]
pub struct Credential {
    pub id: Uuid,
    pub kind: CredentialKind,
    pub secret: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub used_step: Option<i64>,
    /// What its holder calls a passkey.
    pub name: Option<String>,
    /// When a passkey was last used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    Password,
    Totp,
    Recovery,
    Passkey,
}

impl CredentialKind {
    /// The word in the database and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "password" => Self::Password,
            "totp" => Self::Totp,
            "passkey" => Self::Passkey,
            _ => Self::Recovery,
        }
    }
}
