//! Passkeys of one's own account: a new one, its name, its end.

use serde_json::{Value as Json, json};
use uuid::Uuid;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::store::{Ceremony, keep_passkey, passkeys, rename_passkey, take_passkey};
use super::{BY, unfit};
use crate::accounts::letters::Letter;
use crate::accounts::own::Enrolled;
use crate::accounts::{AccountError, Accounts, Factors, Refusal};
use crate::identity::accounts::{NewPassword, PersonName};
use crate::identity::sessions::Session;
use crate::identity::{Bits, Caller, Person};

/// Passkeys that an account may have.
const MOST: usize = 20;

impl Accounts {
    /// Begins to set up a passkey. It is a way into the account by itself, so whoever is signed in proves once more who they
    /// are; whoever is on the way in has just done so.
    pub async fn begin_passkey(
        &self,
        session: &Session,
        password: Option<NewPassword>,
    ) -> Result<(Json, Bits), AccountError> {
        let (account, _) = self.enrolling(session).await?;
        if session.complete {
            self.proven_again(self.person_of(session)?, password).await?;
        }
        let known = passkeys(&self.spine.store, account.id).await?;
        if known.len() >= MOST {
            return Err(Refusal::TooManyPasskeys { most: MOST }.into());
        }
        let known = known.iter().map(|kept| kept.key.cred_id().clone()).collect();
        let mail = account.mail.as_deref().unwrap_or_default();
        let begun = self.site()?.webauthn.start_passkey_registration(account.id, mail, &account.name, Some(known));
        let (question, state) = begun.map_err(|error| unfit(&error))?;
        let mut question = json!(question);
        // One that knows whose it is signs in without a mail address, too. Not every one has room to note it.
        question["publicKey"]["authenticatorSelection"]["residentKey"] = json!("preferred");
        let bits = self.asked(Ceremony::Registration, Some(session.id), &state).await?;
        Ok((question, bits))
    }

    /// Takes a new passkey. With the first second factor there are recovery codes, other sessions end, and whoever waited for
    /// it is in.
    pub async fn keep_passkey(
        &self,
        session: &Session,
        bits: Option<Bits>,
        name: &PersonName,
        made: &RegisterPublicKeyCredential,
        browser: Option<Bits>,
    ) -> Result<Enrolled, AccountError> {
        let (account, kept) = self.enrolling(session).await?;
        let state: PasskeyRegistration = self.answered(Ceremony::Registration, Some(session.id), bits).await?;
        let key = self.site()?.webauthn.finish_passkey_registration(made, &state).map_err(|error| unfit(&error))?;
        let mut transaction = self.begin_own(&account, "add-passkey").await?;
        if !keep_passkey(&mut transaction, account.id, name.as_str(), &key, self.clock.now()).await? {
            return Err(Refusal::PasskeyKnown.into());
        }
        let recovery_codes = self.strengthened(&mut transaction, session, Factors::of(&kept)).await?;
        self.send(&mut transaction, &account, Letter::FactorChanged(None)).await?;
        let step = self.complete(transaction, &account, session.id, BY, browser).await?;
        Ok(Enrolled { recovery_codes, step })
    }

    /// Gives a passkey another name.
    pub async fn rename_passkey(
        &self,
        caller: &Caller,
        person: Person,
        id: Uuid,
        name: &PersonName,
    ) -> Result<(), AccountError> {
        let mut transaction = self.begin_change(caller, "rename-passkey").await?;
        if !rename_passkey(&mut transaction, person.account, id, name.as_str()).await? {
            return Err(Refusal::NoPasskey.into());
        }
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Takes a passkey away, unless it is the last second factor where there must be one.
    pub async fn remove_passkey(
        &self,
        caller: &Caller,
        person: Person,
        id: Uuid,
        password: Option<NewPassword>,
    ) -> Result<(), AccountError> {
        let own = self.proven_again(person, password).await?;
        let mut transaction = self.begin_change(caller, "remove-passkey").await?;
        if !take_passkey(&mut transaction, person.account, id).await? {
            return Err(Refusal::NoPasskey.into());
        }
        self.weakened(&mut transaction, &own).await?;
        self.send(&mut transaction, &own.account, Letter::FactorChanged(None)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }
}
