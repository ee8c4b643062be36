//! Signing in through a provider of OpenID Connect: the Keycloak of a district, BundID.
//!
//! In reading order: [`declaration`] (the providers of a district), [`provider`] (what is asked of one, and what is believed) over
//! [`web`], [`claims`] (what it says of a person), [`memberships`] (what follows from that for their rights), [`refused`] (why somebody is not let in), and here what comes of it. An account
//! belongs to issuer and subject. A mail address finds one only if the provider is trusted for addresses it has verified.
//!
//! A browser is sent away with state, nonce and code challenge, which follow from a secret in a cookie of its own, and comes back
//! to a page of this server that hands over what stands in its address. So an answer is worth nothing in another browser, and
//! whoever comes back is told what is wrong as anywhere else.

mod claims;
mod declaration;
pub(super) mod describe;
mod memberships;
mod provider;
mod refused;
pub(super) mod routes;
mod store;
mod web;

use std::path::Path;

use chrono::TimeDelta;
use openidconnect::RedirectUrl;
use openidconnect::url::Url;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use self::claims::Newcomer;
use self::provider::{Attempt, Provider, ProviderFault};
use self::store::{AttemptRow, identities, identity, keep_attempt, link_identity, take_attempt, unlink, use_identity};
use self::web::{Web, WebFault};
use super::sign_in::{State, Step, Visitor};
use super::{AccountError, Accounts, working};
use crate::collection::DeclarationFaults;
use crate::identity::accounts::credentials::store::credentials;
use crate::identity::accounts::store::{AccountRow, NewAccount, account, account_of, create_account};
use crate::identity::accounts::{CredentialKind, NewPassword, PersonName};
use crate::identity::sessions::Session;
use crate::identity::{Bits, Caller, Person};
use crate::texts::{Label, Language};

pub use declaration::ProviderMistake;
pub use refused::Refused;

/// How long somebody may take at a provider.
const PENDING: TimeDelta = TimeDelta::minutes(15);
/// What a session begun through a provider was begun by, before the provider's name.
const BY: &str = "openid:";

/// The providers of a district.
#[derive(Debug, Default)]
pub struct Providers(Vec<Provider>);

/// Why the providers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersFault {
    #[error(transparent)]
    Declared(#[from] DeclarationFaults),
    #[error("nothing can be asked of providers: {0}")]
    Web(#[from] WebFault),
}

impl Providers {
    /// Those of a file; none without one. Nothing is asked of them yet.
    ///
    /// # Errors
    /// Every mistake with its line, or that this machine trusts no authority.
    pub fn load(path: Option<&Path>) -> Result<Self, ProvidersFault> {
        let Some(path) = path else { return Ok(Self::default()) };
        let (declared, web) = (declaration::load(path)?, Web::new()?);
        Ok(Self(declared.into_iter().map(|declared| Provider::new(declared, web.clone())).collect()))
    }

    /// Their names and what stands on their buttons.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Label)> {
        self.0.iter().map(|provider| (provider.declared.name.as_str(), &provider.declared.label))
    }

    fn named(&self, name: &str) -> Result<&Provider, Refused> {
        self.0.iter().find(|provider| provider.declared.name == name).ok_or(Refused::NoProvider)
    }

    fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.declared.issuer.as_str() == issuer)
    }
}

/// Who the holder of an account is elsewhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LinkedIdentity")]
pub struct Linked {
    /// The name of the provider.
    pub provider: String,
    pub label: Label,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub used_at: chrono::DateTime<chrono::Utc>,
}

/// What a browser brings back from a provider (OpenID Connect Core 1.0, 3.1.2.5 and 3.1.2.6; RFC 9207).
#[derive(Debug)]
pub struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub issuer: Option<String>,
    pub error: Option<String>,
}

/// What has come of it.
#[derive(Debug)]
pub enum Arrival {
    Step(Step),
    Linked,
}

impl Accounts {
    /// Sends a browser to a provider to sign in. Gives the address there, and what its cookie holds.
    pub async fn leave(&self, name: &str) -> Result<(Url, Bits), AccountError> {
        self.sent_away(name, None).await
    }

    /// Sends somebody to a provider to link their account with who they are there. Whoever has a password shows it once more.
    pub async fn leave_to_link(
        &self,
        person: Person,
        name: &str,
        password: NewPassword,
    ) -> Result<(Url, Bits), AccountError> {
        self.providers.named(name)?;
        let own = self.own(person).await?;
        if working(&own.credentials, CredentialKind::Password).is_some() {
            self.proven(person, password).await?;
        }
        self.sent_away(name, Some(person.account)).await
    }

    async fn sent_away(&self, name: &str, account: Option<Uuid>) -> Result<(Url, Bits), AccountError> {
        let (provider, now) = (self.providers.named(name)?, self.clock.now());
        let bits = Bits::random();
        let address = provider.way_out(&Attempt::of(&bits), &self.way_back(provider)?, now).await;
        let address = address.map_err(|fault| refused(provider, &fault))?;
        let attempt = AttemptRow { provider: name.to_owned(), account };
        keep_attempt(&self.spine.store, &bits, &attempt, now + PENDING, now).await?;
        Ok((address, bits))
    }

    /// Lets in, or links, whoever comes back from a provider. `bits` are those of the browser's cookie.
    pub async fn come_back(
        &self,
        name: &str,
        answer: Answer,
        bits: Option<Bits>,
        session: Option<&Session>,
        visitor: Visitor,
    ) -> Result<Arrival, AccountError> {
        let (provider, store, now) = (self.providers.named(name)?, &self.spine.store, self.clock.now());
        let bits = bits.ok_or(Refused::NotBegun)?;
        let attempt = Attempt::of(&bits);
        let state: Option<Bits> = answer.state.as_deref().and_then(|state| state.parse().ok());
        // By hashes, so that how long it takes says nothing. Before the attempt is taken: a page of others that sends a browser
        // here must not end what its user has begun.
        if state.is_none_or(|state| state.hash() != attempt.state.hash()) {
            return Err(Refused::NotBegun.into());
        }
        let begun = take_attempt(store, &bits, now).await?.filter(|begun| begun.provider == name);
        let begun = begun.ok_or(Refused::NotBegun)?;
        let whose = session.filter(|session| session.complete).map(|session| session.account);
        if begun.account.is_some() && begun.account != whose {
            return Err(Refused::NotBegun.into());
        }
        let newcomer = self.proven_there(provider, answer, &attempt).await?;
        match begun.account {
            Some(account) => self.link(provider, &newcomer, account).await.map(|()| Arrival::Linked),
            None => self.let_in(provider, &newcomer, visitor).await.map(Arrival::Step),
        }
    }

    /// Takes the link of an account with a provider away.
    pub async fn unlink(&self, caller: &Caller, person: Person, name: &str) -> Result<(), AccountError> {
        let issuer = &self.providers.named(name)?.declared.issuer;
        let known = identities(&self.spine.store, person.account).await?;
        let has_password = working(&self.own(person).await?.credentials, CredentialKind::Password).is_some();
        if !has_password && known.iter().all(|identity| identity.issuer == issuer.as_str()) {
            return Err(Refused::LastWayIn.into());
        }
        let mut transaction = self.begin_change(caller, "unlink-identity").await?;
        if !unlink(&mut transaction, person.account, issuer.as_str()).await? {
            return Err(Refused::NotLinked.into());
        }
        self.take_memberships(&mut transaction, person.account, issuer.as_str()).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Who the holder of an account is at the providers that there are.
    pub(super) async fn linked(&self, account: Uuid) -> Result<Vec<Linked>, AccountError> {
        let known = identities(&self.spine.store, account).await?;
        let told = |identity: store::Identity| {
            let declared = &self.providers.of_issuer(&identity.issuer)?.declared;
            let (provider, label) = (declared.name.clone(), declared.label.clone());
            Some(Linked { provider, label, created_at: identity.created_at, used_at: identity.used_at })
        };
        Ok(known.into_iter().filter_map(told).collect())
    }

    /// Where a browser whose session has ended is sent to sign out at the provider that has begun it. A provider that is away
    /// keeps nobody from signing out here.
    pub(super) async fn way_out_of(&self, session: &Session) -> Option<Url> {
        let name = session.begun_by.iter().find_map(|by| by.strip_prefix(BY))?;
        let provider = self.providers.named(name).ok()?;
        let way = provider.way_to_sign_out(&format!("{}/", self.base()), self.clock.now()).await;
        way.map_err(|fault| refused(provider, &fault)).ok().flatten()
    }

    /// Who has signed in at a provider, as its answer proves.
    async fn proven_there(
        &self,
        provider: &Provider,
        answer: Answer,
        attempt: &Attempt,
    ) -> Result<Newcomer, AccountError> {
        let (declared, now) = (&provider.declared, self.clock.now());
        let unproven = |reason: &str| refused(provider, &ProviderFault::Unproven(reason.to_owned()));
        let checked = provider.check_issuer(answer.issuer.as_deref(), now).await;
        checked.map_err(|fault| refused(provider, &fault))?;
        let code = match (answer.error.as_deref(), answer.code) {
            (None, Some(code)) => code,
            (Some("access_denied"), _) => return Err(Refused::Cancelled { provider: declared.label.clone() }.into()),
            (Some(error), _) => {
                let error: String = error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
                return Err(unproven(&error).into());
            }
            (None, None) => return Err(unproven("it holds neither a code nor an error").into()),
        };
        let claims = provider.redeem(code, attempt, &self.way_back(provider)?, now).await;
        let claims = claims.map_err(|fault| refused(provider, &fault))?;
        let newcomer = claims.newcomer(declared);
        Ok(newcomer.ok_or_else(|| unproven("it does not say who has signed in"))?)
    }

    /// Begins a session for whoever has an account, or is to have one.
    async fn let_in(&self, provider: &Provider, newcomer: &Newcomer, visitor: Visitor) -> Result<Step, AccountError> {
        let (store, issuer) = (&self.spine.store, provider.declared.issuer.as_str());
        let found = match identity(store, issuer, &newcomer.subject).await? {
            Some(identity) => {
                use_identity(store, issuer, &newcomer.subject, self.clock.now()).await?;
                account(store, identity.account).await?
            }
            None => Some(self.found_or_made(provider, newcomer).await?),
        };
        let no_account = || Refused::NoAccount { provider: provider.declared.label.clone() };
        let account = found.filter(|account| account.disabled_at.is_none()).ok_or_else(no_account)?;
        self.renew_memberships(provider, account.id, newcomer).await?;
        let by = format!("{BY}{}", provider.declared.name);
        if newcomer.two_factors {
            return self.begin(&account, &by, State::SignedIn, visitor).await;
        }
        let kept = credentials(store, account.id).await?;
        self.enter(&account, &kept, &by, visitor).await
    }

    /// The account of somebody who was not linked with one: that of their address, or a new one, as the provider is trusted.
    async fn found_or_made(&self, provider: &Provider, newcomer: &Newcomer) -> Result<AccountRow, AccountError> {
        let declared = &provider.declared;
        let (label, store, now) = (|| declared.label.clone(), &self.spine.store, self.clock.now());
        let names = (declared.issuer.as_str(), newcomer.subject.as_str());
        if let Some(mail) = newcomer.mail.as_ref().filter(|_| declared.trusts_mail && newcomer.is_verified)
            && let Some(found) = account_of(store, mail).await?
        {
            let found = Some(found).filter(|account| account.disabled_at.is_none());
            let found = found.ok_or_else(|| Refused::NoAccount { provider: label() })?;
            self.link(provider, newcomer, found.id).await?;
            return Ok(found);
        }
        if !declared.creates_accounts {
            return Err(Refused::NoAccount { provider: label() }.into());
        }
        let mail = newcomer.mail.clone().ok_or_else(|| Refused::NoMail { provider: label() })?;
        let name: Option<PersonName> = newcomer.name.clone().or_else(|| mail.local().parse().ok());
        let name = name.ok_or_else(|| Refused::NoMail { provider: label() })?;
        let caller = Caller::operator(&format!("openid {}", declared.name));
        let mut transaction = self.begin_change(&caller, "create-account").await?;
        let new = NewAccount { name, mail, language: Language::De, administrator: false };
        // An account of that address is linked by its holder: an address alone proves nothing.
        let made = create_account(&mut transaction, &new, now).await?;
        let made = made.ok_or_else(|| Refused::NoAccount { provider: label() })?;
        if !link_identity(&mut transaction, names, made.id, now).await? {
            return Err(Refused::LinkedElsewhere { provider: label() }.into());
        }
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(made)
    }

    async fn link(&self, provider: &Provider, newcomer: &Newcomer, id: Uuid) -> Result<(), AccountError> {
        let declared = &provider.declared;
        let no_account = || Refused::NoAccount { provider: declared.label.clone() };
        let account = account(&self.spine.store, id).await?.ok_or_else(no_account)?;
        let mut transaction = self.begin_own(&account, "link-identity").await?;
        let names = (declared.issuer.as_str(), newcomer.subject.as_str());
        if !link_identity(&mut transaction, names, id, self.clock.now()).await? {
            return Err(Refused::LinkedElsewhere { provider: declared.label.clone() }.into());
        }
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Where a provider sends browsers back to; it must know this address.
    fn way_back(&self, provider: &Provider) -> Result<RedirectUrl, Refused> {
        let address = format!("{}/sign-in/return/{}", self.base(), provider.declared.name);
        let fault = |error| ProviderFault::Unreachable(format!("public_url is no address: {error}"));
        RedirectUrl::new(address).map_err(|error| refused(provider, &fault(error)))
    }
}

/// What is told of a fault; the cause goes to the log.
fn refused(provider: &Provider, fault: &ProviderFault) -> Refused {
    let (name, label) = (&provider.declared.name, provider.declared.label.clone());
    tracing::warn!(provider = name, %fault, "a sign-in through a provider has failed");
    match fault {
        ProviderFault::Unreachable(_) => Refused::Unreachable { provider: label },
        ProviderFault::Unproven(_) => Refused::Unproven { provider: label },
    }
}
