//! One's own account: who one is, what one proves it with, and where one is signed in.

mod picture;
pub(super) mod routes;

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

use super::letters::Letter;
use super::openid::Linked;
use super::sign_in::Step;
use super::{AccountError, Accounts, Factors, Refusal, working};
use crate::identity::Person;
use crate::identity::accounts::codes::{RECOVERY_CODES, RecoveryCode, TotpSecret};
use crate::identity::accounts::credentials::store::{
    credentials, keep_password, keep_recovery, keep_totp, locked_credentials, take_credentials, use_totp,
};
use crate::identity::accounts::store::{AccountRow, account, update_account};
use crate::identity::accounts::{Credential, CredentialKind, NewPassword, PersonName};
use crate::identity::links::Purpose;
use crate::identity::links::store::has_open;
use crate::identity::organisations::{Organisation, whereabouts};
use crate::identity::roles::Role;
use crate::identity::roles::words::{Holder, sentences};
use crate::identity::sessions::Session;
use crate::identity::sessions::store::{Rotation, SessionRow, Which, end_sessions, rotate_session, sessions_of};
use crate::identity::{Bits, Caller};
use crate::store::Transaction;
use crate::texts::{Language, Told};

/// An account and what its holder proves themselves with.
#[derive(Debug)]
pub struct Own {
    pub account: AccountRow,
    pub credentials: Vec<Credential>,
    /// Who the holder is at providers of sign-ins.
    pub linked: Vec<Linked>,
    /// Must there be a second factor?
    pub must_show_two: bool,
}

/// An authenticator to be set up.
#[derive(Debug)]
pub struct Enrolment {
    pub secret: String,
    /// What authenticators read from a picture.
    pub address: String,
}

/// What has come of setting up a second factor.
#[derive(Debug)]
pub struct Enrolled {
    /// With the first one.
    pub recovery_codes: Vec<String>,
    pub step: Step,
}

/// How long ago whoever has no password may have signed in to prove who they are.
const RECENT: TimeDelta = TimeDelta::minutes(10);

impl Accounts {
    /// One's own account.
    pub async fn own(&self, person: Person) -> Result<Own, AccountError> {
        let store = &self.spine.store;
        let account = account(store, person.account).await?.ok_or(Refusal::NoAccount)?;
        let must_show_two = self.must_show_two(&account);
        let (credentials, linked) = (credentials(store, person.account).await?, self.linked(person.account).await?);
        Ok(Own { account, credentials, linked, must_show_two })
    }

    /// The organisations in which an account has a role, with what that allows.
    pub fn own_roles(&self, account: Uuid) -> Vec<(Organisation, Arc<Role>, Vec<Told>)> {
        let directory = &self.directory;
        let own = directory.memberships_of(account).into_iter();
        let told = own.filter_map(|one| {
            let organisation = directory.organisation(one.organisation)?;
            let role = directory.roles().get(&one.role)?.clone();
            let area = whereabouts(&organisation, &self.spine.index);
            let holder = Holder { name: organisation.name.clone(), kind: organisation.kind, area };
            let said = sentences(&role, Some(&holder), self.spine.index.catalogue());
            Some((organisation, role, said))
        });
        told.collect()
    }

    /// A new secret for a session whose old one is a day old.
    pub async fn rotated(&self, person: Person) -> Result<Option<(Bits, u64)>, AccountError> {
        let Some(id) = person.session else { return Ok(None) };
        let (store, now) = (&self.spine.store, self.clock.now());
        let rows = sessions_of(store, person.account).await?;
        let is_old = |row: &&SessionRow| row.id == id && now - row.rotated_at >= TimeDelta::days(1);
        let Some(row) = rows.iter().find(is_old) else { return Ok(None) };
        let seconds = u64::try_from((row.ends_at - now).num_seconds()).unwrap_or_default();
        let caller = self.sessions.caller_of(person.account, Some(id)).ok_or(Refusal::NoSession)?;
        let mut transaction = self.begin_change(&caller, "rotate-session").await?;
        let bits = rotate_session(&mut transaction, id, Rotation::Daily, now).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(bits.map(|bits| (bits, seconds)))
    }

    /// Changes name and language.
    pub async fn rename(
        &self,
        caller: &Caller,
        person: Person,
        name: Option<PersonName>,
        language: Option<Language>,
    ) -> Result<Own, AccountError> {
        let mut own = self.own(person).await?;
        let before = own.account.clone();
        if let Some(name) = name {
            name.as_str().clone_into(&mut own.account.name);
        }
        own.account.language = language.unwrap_or(own.account.language);
        let mut transaction = self.begin_change(caller, "change-account").await?;
        update_account(&mut transaction, &before, &own.account).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(own)
    }

    /// Changes the password; all other sessions end.
    pub async fn change_password(
        &self,
        caller: &Caller,
        person: Person,
        present: NewPassword,
        new: NewPassword,
    ) -> Result<(), AccountError> {
        let own = self.proven(person, present).await?;
        self.check_password(&own.account, &new)?;
        let (hash, now) = (self.hashed(new).await?, self.clock.now());
        let mut transaction = self.begin_change(caller, "change-password").await?;
        keep_password(&mut transaction, person.account, &hash, now).await?;
        end_sessions(&mut transaction, person.account, Which::AllBut(person.session), now).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Where one is signed in.
    pub async fn own_sessions(&self, person: Person) -> Result<Vec<SessionRow>, AccountError> {
        let now = self.clock.now();
        let mut rows = sessions_of(&self.spine.store, person.account).await?;
        rows.retain(|row| row.ends_at > now && row.complete);
        for row in &mut rows {
            row.last_seen = self.sessions.last_seen(row.id).map_or(row.last_seen, |seen| seen.max(row.last_seen));
        }
        Ok(rows)
    }

    /// Ends one of one's sessions, or all but the present one.
    pub async fn end_own(&self, caller: &Caller, person: Person, one: Option<Uuid>) -> Result<(), AccountError> {
        let which = one.map_or(Which::AllBut(person.session), Which::One);
        let mut transaction = self.begin_change(caller, "end-session").await?;
        let ended = end_sessions(&mut transaction, person.account, which, self.clock.now()).await?;
        if one.is_some() && ended == 0 {
            return Err(Refusal::NoSession.into());
        }
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Begins to set up an authenticator; nothing changes until it has shown a code.
    pub async fn enrol(&self, session: &Session) -> Result<Enrolment, AccountError> {
        let (account, kept) = self.enrolling(session).await?;
        if working(&kept, CredentialKind::Totp).is_some() {
            return Err(Refusal::FactorExists.into());
        }
        let secret = TotpSecret::random();
        let mut transaction = self.begin_own(&account, "enrol-factor").await?;
        keep_totp(&mut transaction, account.id, secret.to_kept(), self.clock.now()).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        let address = secret.address(&self.district.name, account.mail.as_deref().unwrap_or_default());
        Ok(Enrolment { secret: secret.base32(), address })
    }

    /// Takes the first code of an authenticator; gives recovery codes, and a whole session to whoever waited for one.
    pub async fn confirm(
        &self,
        session: &Session,
        code: &str,
        browser: Option<Bits>,
    ) -> Result<Enrolled, AccountError> {
        let now = self.clock.now();
        let (account, kept) = self.enrolling(session).await?;
        let totp = kept.iter().find(|kept| kept.kind == CredentialKind::Totp).ok_or(Refusal::NoFactor)?;
        if totp.confirmed_at.is_some() {
            return Err(Refusal::FactorExists.into());
        }
        self.guard.code(account.id, now)?;
        let secret = TotpSecret::from_kept(&totp.secret).ok_or(Refusal::NoFactor)?;
        let step = secret.step_of(code, now.timestamp(), totp.used_step).ok_or(Refusal::WrongCode)?;
        let mut transaction = self.begin_own(&account, "confirm-factor").await?;
        if !use_totp(&mut transaction, totp.id, step, now).await? {
            return Err(Refusal::WrongCode.into());
        }
        let recovery_codes = self.strengthened(&mut transaction, session, Factors::of(&kept)).await?;
        self.guard.code_succeeded(account.id);
        self.send(&mut transaction, &account, Letter::FactorChanged(None)).await?;
        let step = self.complete(transaction, &account, session.id, "totp", browser).await?;
        Ok(Enrolled { recovery_codes, step })
    }

    /// There is one more second factor than before. With the first there are recovery codes.
    pub(super) async fn strengthened(
        &self,
        transaction: &mut Transaction,
        session: &Session,
        before: Factors,
    ) -> Result<Vec<String>, AccountError> {
        if before.any() {
            return Ok(Vec::new());
        }
        // Other sessions were begun with less than is asked for from now on.
        end_sessions(transaction, session.account, Which::AllBut(Some(session.id)), self.clock.now()).await?;
        self.new_codes(transaction, session.account).await
    }

    /// There is a second factor less than before. Without any, recovery codes stand in for nothing.
    pub(super) async fn weakened(&self, transaction: &mut Transaction, own: &Own) -> Result<(), AccountError> {
        let left = locked_credentials(transaction, own.account.id).await?;
        if Factors::of(&left).any() {
            return Ok(());
        }
        if own.must_show_two {
            return Err(Refusal::FactorRequired.into());
        }
        take_credentials(transaction, own.account.id, &[CredentialKind::Recovery]).await?;
        Ok(())
    }

    /// Takes away the authenticator, unless it is the last second factor where there must be one.
    pub async fn remove_factor(
        &self,
        caller: &Caller,
        person: Person,
        password: NewPassword,
    ) -> Result<(), AccountError> {
        let own = self.proven(person, password).await?;
        let mut transaction = self.begin_change(caller, "remove-factor").await?;
        take_credentials(&mut transaction, person.account, &[CredentialKind::Totp]).await?;
        self.weakened(&mut transaction, &own).await?;
        self.send(&mut transaction, &own.account, Letter::FactorChanged(None)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// New recovery codes in place of the old ones.
    pub async fn recovery_codes(
        &self,
        caller: &Caller,
        person: Person,
        password: NewPassword,
    ) -> Result<Vec<String>, AccountError> {
        let own = self.proven(person, password).await?;
        if !Factors::of(&own.credentials).any() {
            return Err(Refusal::NoFactor.into());
        }
        let mut transaction = self.begin_change(caller, "new-recovery-codes").await?;
        let codes = self.new_codes(&mut transaction, person.account).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(codes)
    }

    async fn new_codes(&self, transaction: &mut Transaction, account: Uuid) -> Result<Vec<String>, AccountError> {
        let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::random()).collect();
        let hashes: Vec<[u8; 32]> = codes.iter().map(RecoveryCode::hash).collect();
        keep_recovery(transaction, account, &hashes, self.clock.now()).await?;
        Ok(codes.iter().map(RecoveryCode::reveal).collect())
    }

    /// One's own account, shown to be so by the password once more. Guessing it is limited as guessing a code is.
    pub(super) async fn proven(&self, person: Person, password: NewPassword) -> Result<Own, AccountError> {
        self.guard.code(person.account, self.clock.now())?;
        let own = self.own(person).await?;
        if !self.verified(&own.credentials, password).await? {
            return Err(Refusal::WrongPassword.into());
        }
        self.guard.code_succeeded(person.account);
        Ok(own)
    }

    /// The same for whoever may have no password: who came in through a provider, and just now.
    pub(super) async fn proven_again(
        &self,
        person: Person,
        password: Option<NewPassword>,
    ) -> Result<Own, AccountError> {
        let own = self.own(person).await?;
        if working(&own.credentials, CredentialKind::Password).is_some() {
            return self.proven(person, password.unwrap_or_else(|| NewPassword::typed(""))).await;
        }
        let (rows, now) = (sessions_of(&self.spine.store, person.account).await?, self.clock.now());
        let is_recent = |row: &SessionRow| Some(row.id) == person.session && now - row.created_at <= RECENT;
        if rows.iter().any(is_recent) { Ok(own) } else { Err(Refusal::SignInAgain.into()) }
    }

    /// The holder of a session.
    pub(super) fn person_of(&self, session: &Session) -> Result<Person, Refusal> {
        let caller = self.sessions.caller_of(session.account, Some(session.id));
        caller.and_then(|caller| caller.person()).ok_or(Refusal::NoAccount)
    }

    /// Whose second factor is set up, and what they have. Where it was reset, a password alone is not enough.
    pub(super) async fn enrolling(&self, session: &Session) -> Result<(AccountRow, Vec<Credential>), AccountError> {
        let store = &self.spine.store;
        let account = account(store, session.account).await?.ok_or(Refusal::NoAccount)?;
        let kept = credentials(store, account.id).await?;
        if !session.complete && Factors::of(&kept).any() {
            return Err(Refusal::FactorExists.into());
        }
        let by_link = session.begun_by.iter().any(|by| by == "link");
        if !session.complete && !by_link && has_open(store, account.id, Purpose::Factor).await? {
            return Err(Refusal::FactorLinkNeeded.into());
        }
        Ok((account, kept))
    }
}
