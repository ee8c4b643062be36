//! What is answered about accounts.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::factors::Factor;
use super::openid::Linked;
use super::sign_in::{State, Step};
use crate::identity::Action;
use crate::identity::accounts::store::AccountRow;
use crate::identity::links::Purpose;
use crate::identity::organisations::OrganisationKind;
use crate::texts::{Label, Language};

/// The ways to sign in beside a password.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignInWays {
    pub providers: Vec<Provider>,
    /// The origin where passkeys work; null where there are none.
    pub passkeys: Option<String>,
}

/// A provider of sign-ins.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Provider {
    pub name: String,
    pub label: Label,
}

/// How far one has come on the way in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    SignedIn,
    /// A second factor is needed, one of these.
    SecondFactor {
        factors: Vec<Factor>,
    },
    /// A second factor must be set up first.
    Enrolment,
}

/// What has come of the way through a provider.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Return {
    /// The account is linked with it, as was asked for.
    Linked,
    #[serde(untagged)]
    Progress(Progress),
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Elsewhere {
    /// Where the browser is to go.
    pub location: String,
}

/// What a link is for. Name and mail are null for a link to a new address that is opened without its holder's session.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenedLink {
    pub purpose: Purpose,
    pub name: Option<String>,
    pub mail: Option<String>,
    /// The address that it confirms.
    pub new_mail: Option<String>,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MailAddress {
    pub mail: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RecoveryCodes {
    /// Shown once; empty where there are some already.
    pub recovery_codes: Vec<String>,
}

/// An authenticator to be set up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewAuthenticator {
    pub secret: String,
    /// What authenticators read from the picture.
    pub address: String,
    /// A QR code as SVG; null where the address is too long for one.
    pub picture: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnAccount {
    pub id: Uuid,
    pub name: String,
    pub mail: Option<String>,
    pub language: Language,
    /// `administrator`, or null.
    pub role: Option<&'static str>,
    /// What the holder may do somewhere.
    pub actions: Vec<Action>,
    /// Does the holder administer the whole district?
    pub district: bool,
    pub organisations: Vec<OwnRole>,
    pub created_at: DateTime<Utc>,
    pub factors: OwnFactors,
    pub passkeys: Vec<Passkey>,
    pub identities: Vec<Linked>,
}

/// An organisation where one has a role.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnRole {
    pub id: Uuid,
    pub name: String,
    pub kind: OrganisationKind,
    /// Its title in the language of the request.
    pub role: String,
    /// What it allows, in words.
    pub sentences: Vec<String>,
}

/// When each was set up; null where it is not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnFactors {
    pub password: Option<DateTime<Utc>>,
    pub totp: Option<DateTime<Utc>>,
    /// Codes that are left.
    pub recovery_codes: usize,
    /// Is a second factor prescribed?
    pub required: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Passkey {
    pub id: Uuid,
    /// What its holder calls it.
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionList {
    pub sessions: Vec<Session>,
}

/// Where one is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Session {
    pub id: Uuid,
    /// Is it that of the request?
    pub current: bool,
    /// `password`, `totp`, `passkey`, `recovery`, `link`, or `openid:` and the name of a provider.
    pub begun_by: Vec<String>,
    /// What the browser calls itself.
    pub browser: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountList {
    pub accounts: Vec<Account>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Account {
    pub id: Uuid,
    pub name: String,
    pub mail: Option<String>,
    pub language: Language,
    /// Does the holder administer the whole district?
    pub administrator: bool,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct InvitedAccount {
    #[serde(flatten)]
    pub account: Account,
    /// To be handed over: by it the holder sets a password.
    pub link: String,
}

/// A link to be handed over.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewLink {
    pub link: String,
}

impl From<&Step> for Progress {
    fn from(step: &Step) -> Self {
        match step.state {
            State::SignedIn => Self::SignedIn,
            State::SecondFactor => Self::SecondFactor { factors: step.factors.list() },
            State::Enrolment => Self::Enrolment,
        }
    }
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        let AccountRow { id, name, mail, language, administrator, created_at, disabled_at, .. } = row;
        Self { id, name, mail, language, administrator, created_at, disabled_at }
    }
}
