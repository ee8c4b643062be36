//! The second factors of an account.

use schemars::JsonSchema;
use serde::Serialize;

use crate::identity::accounts::{Credential, CredentialKind};

/// A second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    Passkey,
    /// A code of an authenticator (RFC 6238).
    Totp,
    /// A recovery code, which stands in for one of the others.
    Recovery,
}

/// Which second factors of an account work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    pub totp: bool,
    pub passkey: bool,
    /// Recovery codes stand in for one of the others and are none by themselves.
    pub recovery: bool,
}

impl Factors {
    /// Those among the credentials of an account.
    pub fn of(kept: &[Credential]) -> Self {
        let has = |kind| working(kept, kind).is_some();
        Self {
            totp: has(CredentialKind::Totp),
            passkey: has(CredentialKind::Passkey),
            recovery: has(CredentialKind::Recovery),
        }
    }

    /// Is there one at all?
    pub fn any(self) -> bool {
        self.totp || self.passkey
    }

    /// They as a list.
    pub fn list(self) -> Vec<Factor> {
        let all = [(self.passkey, Factor::Passkey), (self.totp, Factor::Totp), (self.recovery, Factor::Recovery)];
        all.into_iter().filter(|(has, _)| *has).map(|(_, factor)| factor).collect()
    }
}

/// The credential of a kind that works, if there is one.
pub(super) fn working(credentials: &[Credential], kind: CredentialKind) -> Option<&Credential> {
    credentials.iter().find(|credential| credential.kind == kind && credential.confirmed_at.is_some())
}
