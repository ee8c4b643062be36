//! The second factors of an account.

use crate::identity::accounts::{Credential, CredentialKind};

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

    /// Their names in answers.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            (self.passkey, CredentialKind::Passkey),
            (self.totp, CredentialKind::Totp),
            (self.recovery, CredentialKind::Recovery),
        ];
        all.into_iter().filter(|(has, _)| *has).map(|(_, kind)| kind.name()).collect()
    }
}

/// The credential of a kind that works, if there is one.
pub(super) fn working(credentials: &[Credential], kind: CredentialKind) -> Option<&Credential> {
    credentials.iter().find(|credential| credential.kind == kind && credential.confirmed_at.is_some())
}
