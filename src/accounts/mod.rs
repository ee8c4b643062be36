//! Accounts at work: signing in, one's own account, and the accounts of others.
//!
//! The records and the rules of them stand in [`crate::identity`]; here is what is done with them and at which address. In
//! reading order: [`refusal`] (what may be the matter), [`body`] (what is sent, every fault named), [`guard`] (how often one
//! may guess), [`letters`] (what persons are sent), [`factors`], [`sign_in`] (password, second factor, links), [`passkeys`],
//! [`openid`] (through providers of OpenID Connect), [`own`] (`/api/account`), [`address`] (its change), [`administration`]
//! (`/api/accounts`), [`answers`], [`describe`].
//!
//! What a sign-in leads to is a session that knows what it was begun by; another way to sign in is another caller of
//! [`Accounts::begin`].

mod address;
mod administration;
mod answers;
pub mod body;
mod describe;
mod factors;
mod guard;
mod letters;
mod openid;
mod own;
mod passkeys;
mod refusal;
mod sign_in;

pub use administration::{Standing, address_of, set_standing};
pub use factors::Factors;
pub use openid::{ProviderMistake, Providers, ProvidersFault, Refused};
pub use passkeys::Site;
pub use refusal::{AccountError, Refusal};

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::District;
use crate::http::{Gate, Network, Routes};
use crate::identity::accounts::Hashing;
use crate::identity::accounts::store::AccountRow;
use crate::identity::sessions::Terms;
use crate::identity::store::IDENTITY;
use crate::identity::{Caller, Directory, Sessions};
use crate::spine::{Purpose, Spine};
use crate::store::{StoreError, Transaction};
use crate::texts::Texts;
use crate::work::Pool;

use factors::working;
pub use guard::Guard;

/// What accounts are kept with.
#[derive(Debug)]
pub struct Accounts {
    pub gate: Gate,
    pub district: Arc<District>,
    pub spine: Spine,
    pub sessions: Arc<Sessions>,
    pub directory: Arc<Directory>,
    pub texts: Arc<Texts>,
    pub hashing: Hashing,
    pub work: Arc<Pool>,
    pub clock: Clock,
    pub terms: Terms,
    /// Must everybody show a second factor? Whoever administers, or has a role that asks for it, always must.
    pub everybody_two_factors: bool,
    pub guard: Guard,
    pub providers: Providers,
    /// Whom passkeys are for; `None` where there can be none.
    pub site: Option<Site>,
    pub trusted_proxies: Vec<Network>,
}

impl Accounts {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        let routes = Routes::new();
        let routes = openid::routes::add(passkeys::routes::add(sign_in::routes::add(routes)));
        administration::routes::add(address::routes::add(own::routes::add(routes))).answered_by(self)
    }

    /// The address people reach the server by, without a slash at its end.
    fn base(&self) -> String {
        self.gate.base()
    }

    /// Must the holder of an account show a second factor?
    fn must_show_two(&self, account: &AccountRow) -> bool {
        let of_role = || self.directory.roles_of(account.id).iter().any(|role| role.asks_for_two());
        account.administrator || self.everybody_two_factors || of_role()
    }

    async fn begin_change(&self, caller: &Caller, kind: &'static str) -> Result<Transaction, StoreError> {
        let purpose = Purpose { domain: IDENTITY, kind, reason: kind.replace('-', " "), undoes: None };
        self.spine.begin(caller, purpose).await
    }

    /// Somebody's own doing, who may have no session yet.
    async fn begin_own(&self, account: &AccountRow, kind: &'static str) -> Result<Transaction, AccountError> {
        let caller = self.sessions.caller_of(account.id, None).ok_or(Refusal::NoAccount)?;
        Ok(self.begin_change(&caller, kind).await?)
    }
}
