//! What may be the matter with accounts.

use schemars::JsonSchema;
use serde::Serialize;

use super::openid::Refused;
use crate::identity::Denied;
use crate::identity::attempts::TooEarly;
use crate::identity::links::Shut;
use crate::index::Lagging;
use crate::mail::MailError;
use crate::store::StoreError;
use crate::texts::{Fault, Faults, Tell};
use crate::work::Busy;

/// Why somebody is not let in, or something of an account is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    /// Wrong password, no such account, one that is disabled: from outside they are the same.
    Refused,
    WrongCode,
    WrongPassword,
    TooEarly {
        seconds: u32,
    },
    /// A second factor without a first.
    NotBegun,
    MailTaken,
    /// It is the address of the account already.
    SameMail,
    NoAccount,
    NoSession,
    FactorRequired,
    /// The second factor was reset, and the password alone sets up no new one.
    FactorLinkNeeded,
    NoFactor,
    FactorExists,
    /// No name, so no passkeys: people reach this server by an address of numbers.
    NoSite,
    NoPasskey,
    /// Nobody's, of a disabled account, for another site, counted back, wrongly signed: from outside they are the same.
    PasskeyRefused,
    /// What it answers was not asked in this browser and session, or too long ago, or is answered already.
    PasskeyNotAsked,
    /// It belongs to an account already.
    PasskeyKnown,
    TooManyPasskeys {
        most: usize,
    },
    /// Whoever has no password proves who they are by signing in.
    SignInAgain,
    LastAdministrator,
    /// The organisation of an invitation.
    NoOrganisation,
    /// No role that the organisation of an invitation gives.
    NoRole,
    Field {
        name: &'static str,
    },
    BadMail,
    BadName,
    BadLanguage,
}

impl Tell for Refusal {
    const FILE: &'static str = "accounts";
}

/// Why something of an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0:?}")]
    OpenId(Refused),
    #[error("the link does not open: {0:?}")]
    Shut(Shut),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        match error.broken_constraint() {
            Some("account_mail") => Self::Refused(Refusal::MailTaken),
            _ => Self::Store(error),
        }
    }
}

impl From<Refusal> for AccountError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Refused> for AccountError {
    fn from(refused: Refused) -> Self {
        Self::OpenId(refused)
    }
}

impl From<Shut> for AccountError {
    fn from(shut: Shut) -> Self {
        Self::Shut(shut)
    }
}

impl From<TooEarly> for AccountError {
    fn from(early: TooEarly) -> Self {
        Self::Refused(Refusal::TooEarly { seconds: early.seconds })
    }
}

impl From<Faults> for AccountError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Fault> for AccountError {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault.into())
    }
}
