//! Signing in: password, second factor, and what the links of mails are for.

pub(super) mod routes;

use std::net::IpAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

use super::guard::Attempt;
use super::letters::Letter;
use super::{AccountError, Accounts, Factors, Refusal, working};
use crate::identity::accounts::codes::{RecoveryCode, TotpSecret};
use crate::identity::accounts::credentials::store::{credentials, keep_password, use_recovery, use_totp};
use crate::identity::accounts::store::{AccountRow, account, account_of, browser_is_known, keep_browser, note_guesses};
use crate::identity::accounts::{Credential, CredentialKind, Mail, NewPassword};
use crate::identity::attempts::TooEarly;
use crate::identity::links::store::{LinkRow, create_link, has_open, link, use_link};
use crate::identity::links::{Purpose, Shut, opens};
use crate::identity::sessions::Session;
use crate::identity::sessions::store::{NewSession, Rotation, Which, begin_session, end_sessions, rotate_session};
use crate::identity::{Bits, Caller};
use crate::texts::Fault;
use crate::work::Kind;

/// After how long somebody is told again that guesses are made at their account.
const TOLD_AGAIN: TimeDelta = TimeDelta::hours(24);
/// How long a second factor may take.
const PENDING: u64 = 600;

/// Where somebody is on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    SignedIn,
    /// A code is needed.
    SecondFactor,
    /// A second factor must be set up first.
    Enrolment,
}

/// A step on the way in, and the secrets for the browser's cookies.
#[derive(Debug)]
pub struct Step {
    pub state: State,
    pub session: Bits,
    pub seconds: u64,
    /// By this the browser is known from now on.
    pub browser: Option<Bits>,
    /// What can be shown next, where a second factor is needed.
    pub factors: Factors,
}

/// Whoever wants in.
#[derive(Debug)]
pub struct Visitor {
    pub address: Option<IpAddr>,
    pub browser: Option<Bits>,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

impl Accounts {
    /// Checks a password. Whether there is an account of this address shows neither in the answer nor in its time.
    pub async fn sign_in(
        self: &Arc<Self>,
        mail: Mail,
        password: NewPassword,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let (store, now) = (&self.spine.store, self.clock.now());
        let found = account_of(store, &mail).await?;
        let id = found.as_ref().map_or(Uuid::nil(), |account| account.id);
        let known = match &visitor.browser {
            Some(browser) => browser_is_known(store, id, browser, now).await?,
            None => false,
        };
        let attempt = Attempt::new(&mail, visitor.address, known);
        if let Err(early) = self.guard.attempt(attempt, now) {
            if self.guard.is_guessed_at(attempt, now) {
                self.tell_of_guesses(found);
            }
            return Err(early.into());
        }
        let kept = credentials(store, id).await?;
        let fits = self.verified(&kept, password).await?;
        let account = found.filter(|account| fits && account.disabled_at.is_none()).ok_or(Refusal::Refused)?;
        self.guard.succeeded(attempt);
        self.enter(&account, &kept, "password", visitor).await
    }

    /// Whoever has shown one factor comes in, or is asked for another.
    pub(super) async fn enter(
        &self,
        account: &AccountRow,
        kept: &[Credential],
        by: &str,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let factors = Factors::of(kept);
        let state = if factors.any() {
            State::SecondFactor
        } else if by != "link" && has_open(&self.spine.store, account.id, Purpose::Factor).await? {
            return Err(Refusal::FactorLinkNeeded.into());
        } else if self.must_show_two(account) {
            State::Enrolment
        } else {
            State::SignedIn
        };
        let step = self.begin(account, by, state, visitor).await?;
        Ok(Step { factors, ..step })
    }

    /// Begins a session, for whatever way in.
    pub(super) async fn begin(
        &self,
        account: &AccountRow,
        by: &str,
        state: State,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let now = self.clock.now();
        let complete = state == State::SignedIn;
        let seconds = if complete { self.terms.longest.as_secs() } else { PENDING };
        let mut transaction = self.begin_own(account, "sign-in").await?;
        let ends_at = now + std::time::Duration::from_secs(seconds);
        let new =
            NewSession { account: account.id, begun_by: by.to_owned(), complete, ends_at, browser: visitor.agent };
        let (_, session) = begin_session(&mut transaction, &new, now).await?;
        let browser = match complete {
            true => Some(keep_browser(&mut transaction, account.id, visitor.browser, now).await?),
            false => None,
        };
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(Step { state, session, seconds, browser, factors: Factors::default() })
    }

    /// Takes the code of an authenticator, or a recovery code, from somebody who has shown a password.
    pub async fn second_factor(
        self: &Arc<Self>,
        session: &Session,
        code: &str,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let (store, now) = (&self.spine.store, self.clock.now());
        if session.complete {
            return Err(Refusal::NotBegun.into());
        }
        let account = account(store, session.account).await?.ok_or(Refusal::NoAccount)?;
        let kept = credentials(store, account.id).await?;
        if !Factors::of(&kept).any() {
            return Err(Refusal::NoFactor.into());
        }
        self.may_try(&account)?;
        let mut transaction = self.begin_own(&account, "sign-in").await?;
        let step = working(&kept, CredentialKind::Totp).and_then(|totp| {
            let step = TotpSecret::from_kept(&totp.secret)?.step_of(code, now.timestamp(), totp.used_step)?;
            Some((totp.id, step))
        });
        let by = match step {
            Some((totp, step)) if use_totp(&mut transaction, totp, step, now).await? => "totp",
            Some(_) => return Err(Refusal::WrongCode.into()),
            None => {
                let hash = RecoveryCode::typed(code).hash();
                if !use_recovery(&mut transaction, account.id, &hash).await? {
                    return Err(Refusal::WrongCode.into());
                }
                "recovery"
            }
        };
        self.guard.code_succeeded(account.id);
        self.complete(transaction, &account, session.id, by, visitor.browser).await
    }

    /// Lets a second factor be tried. Its holder is told if there were too many: whoever tries knows the password.
    pub(super) fn may_try(self: &Arc<Self>, account: &AccountRow) -> Result<(), TooEarly> {
        let tried = self.guard.code(account.id, self.clock.now());
        if tried.is_err() {
            self.tell_of_guesses(Some(account.clone()));
        }
        tried
    }

    /// Tells the holder of an account that somebody guesses, once a day. Nobody waits for it, so that how long an answer takes
    /// does not say whether there is such an account.
    fn tell_of_guesses(self: &Arc<Self>, account: Option<AccountRow>) {
        let since = self.clock.now() - TOLD_AGAIN;
        let is_to_be_told = |account: &AccountRow| {
            account.disabled_at.is_none() && account.guesses_told_at.is_none_or(|told| told <= since)
        };
        let Some(account) = account.filter(is_to_be_told) else { return };
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.send_of_guesses(&account).await {
                tracing::warn!(%error, "the holder of an account was not told that somebody guesses");
            }
        });
    }

    async fn send_of_guesses(&self, account: &AccountRow) -> Result<(), AccountError> {
        let now = self.clock.now();
        let mut transaction = self.begin_change(&Caller::operator("sign-in"), "tell-of-guesses").await?;
        if note_guesses(&mut transaction, account.id, now - TOLD_AGAIN, now).await? {
            self.send(&mut transaction, account, Letter::Locked).await?;
            self.spine.commit::<AccountError>(transaction).await?;
        }
        Ok(())
    }

    /// A session that was waiting for a second factor is one from now on, under a new secret.
    pub(super) async fn complete(
        &self,
        mut transaction: crate::store::Transaction,
        account: &AccountRow,
        session: Uuid,
        by: &'static str,
        browser: Option<Bits>,
    ) -> Result<Step, AccountError> {
        let now = self.clock.now();
        let ends_at = now + self.terms.longest;
        let raised = Rotation::Raised { by, complete: true, ends_at };
        let bits = rotate_session(&mut transaction, session, raised, now).await?.ok_or(Refusal::NotBegun)?;
        let browser = keep_browser(&mut transaction, account.id, browser, now).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        let seconds = self.terms.longest.as_secs();
        let factors = Factors::default();
        Ok(Step { state: State::SignedIn, session: bits, seconds, browser: Some(browser), factors })
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: &Session) -> Result<(), AccountError> {
        let caller = self.sessions.caller_of(session.account, Some(session.id)).ok_or(Refusal::NoSession)?;
        let mut transaction = self.begin_change(&caller, "sign-out").await?;
        end_sessions(&mut transaction, session.account, Which::One(session.id), self.clock.now()).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Sends a link for a new password to the holder of an address, if it is one's. Whether it is shows in nothing that is
    /// answered, so nobody waits for it.
    pub async fn send_link(&self, mail: Mail, address: Option<IpAddr>) -> Result<(), AccountError> {
        let now = self.clock.now();
        self.guard.request(Attempt::new(&mail, address, false), now)?;
        let found = account_of(&self.spine.store, &mail).await?.filter(|account| account.disabled_at.is_none());
        let Some(account) = found else { return Ok(()) };
        let mut transaction = self.begin_own(&account, "new-link").await?;
        let bits = create_link(&mut transaction, account.id, Purpose::Password, None, now).await?;
        self.send(&mut transaction, &account, Letter::Password(&bits)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// What a link is for, and for whom; opening it uses nothing up.
    pub async fn look_at(
        &self,
        bits: Option<Bits>,
        session: Option<&Session>,
    ) -> Result<(LinkRow, AccountRow), AccountError> {
        let store = &self.spine.store;
        let bits = bits.ok_or(Shut::Unknown)?;
        let link = link(store, &bits).await?.ok_or(Shut::Unknown)?;
        opens(&link, self.clock.now())?;
        if session.is_some_and(|session| session.account != link.account) {
            return Err(Shut::Foreign.into());
        }
        let account = account(store, link.account).await?.filter(|account| account.disabled_at.is_none());
        Ok((link, account.ok_or(Shut::Unknown)?))
    }

    /// Sets the password of an account by an invitation or a link that was asked for. All its sessions end.
    pub async fn set_password(
        &self,
        bits: Option<Bits>,
        password: NewPassword,
        session: Option<&Session>,
    ) -> Result<AccountRow, AccountError> {
        let (link, account) = self.look_at(bits, session).await?;
        if !matches!(link.purpose, Purpose::Invitation | Purpose::Password) {
            return Err(Shut::Unknown.into());
        }
        self.check_password(&account, &password)?;
        let hash = self.hashed(password).await?;
        let now = self.clock.now();
        let mut transaction = self.begin_own(&account, "set-password").await?;
        if !use_link(&mut transaction, &link, now).await? {
            return Err(Shut::Used.into());
        }
        keep_password(&mut transaction, account.id, &hash, now).await?;
        end_sessions(&mut transaction, account.id, Which::AllBut(None), now).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(account)
    }

    /// Lets somebody set up a second factor anew, by a link and their password.
    pub async fn enrol_by_link(
        &self,
        bits: Option<Bits>,
        password: NewPassword,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let now = self.clock.now();
        let (link, account) = self.look_at(bits, None).await?;
        if link.purpose != Purpose::Factor {
            return Err(Shut::Unknown.into());
        }
        self.guard.code(account.id, now)?;
        let kept = credentials(&self.spine.store, account.id).await?;
        if !self.verified(&kept, password).await? {
            return Err(Refusal::WrongPassword.into());
        }
        self.guard.code_succeeded(account.id);
        let mut transaction = self.begin_own(&account, "reset-factor").await?;
        if !use_link(&mut transaction, &link, now).await? {
            return Err(Shut::Used.into());
        }
        self.spine.commit::<AccountError>(transaction).await?;
        self.begin(&account, "link", State::Enrolment, visitor).await
    }

    /// May this become the password of an account?
    pub(super) fn check_password(&self, account: &AccountRow, password: &NewPassword) -> Result<(), AccountError> {
        let (mail, name) = (account.mail.as_deref().unwrap_or_default().parse(), account.name.parse());
        let (Ok(mail), Ok(name)) = (mail, name) else { return Err(Refusal::NoAccount.into()) };
        password.check(&mail, &name).map_err(|weak| Fault::new("/password", "password", &weak).into())
    }

    /// Is it the password that is kept? Without any it takes as long.
    pub(super) async fn verified(&self, kept: &[Credential], password: NewPassword) -> Result<bool, AccountError> {
        let hash =
            working(kept, CredentialKind::Password).map(|kept| String::from_utf8_lossy(&kept.secret).into_owned());
        let hashing = self.hashing.clone();
        Ok(self.work.run(Kind::Password, move |_| hashing.verify(&password, hash.as_deref())).await?)
    }

    pub(super) async fn hashed(&self, password: NewPassword) -> Result<String, AccountError> {
        let hashing = self.hashing.clone();
        Ok(self.work.run(Kind::Password, move |_| hashing.hash(&password)).await?)
    }
}
