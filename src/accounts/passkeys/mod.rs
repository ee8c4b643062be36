//! Passkeys (Web Authentication, Level 3): as second factor after a password, or alone, as they hold two factors by themselves:
//! the device, and the finger, face or PIN it is unlocked with. That it was unlocked is asked for always.
//!
//! In reading order: [`site`] (whom passkeys are for), [`store`], [`setting_up`] (making, naming and removing them), and here
//! signing in with them. What an authenticator is asked lies in the database until it answers, for some minutes: bound to the
//! browser by a cookie, and to the session where there is one.

pub(super) mod describe;
pub(super) mod routes;
mod setting_up;
mod site;
mod store;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PublicKeyCredential,
    RequestChallengeResponse, WebauthnError,
};

use self::store::{Ceremony, Kept, keep_ceremony, passkey, passkeys, take_ceremony, use_passkey};
use super::sign_in::{State, Step, Visitor};
use super::{AccountError, Accounts, Refusal};
use crate::identity::Bits;
use crate::identity::accounts::store::account;
use crate::identity::sessions::Session;
use crate::store::Transaction;

pub use site::Site;

/// What a session is begun by.
const BY: &str = "passkey";

impl Accounts {
    /// Asks for a passkey of somebody who has shown a password.
    pub async fn ask_second_passkey(
        &self,
        session: &Session,
    ) -> Result<(RequestChallengeResponse, Bits), AccountError> {
        if session.complete {
            return Err(Refusal::NotBegun.into());
        }
        let known: Vec<Passkey> =
            passkeys(&self.spine.store, session.account).await?.into_iter().map(|kept| kept.key).collect();
        if known.is_empty() {
            return Err(Refusal::NoPasskey.into());
        }
        let (question, state) =
            self.site()?.webauthn.start_passkey_authentication(&known).map_err(|error| unfit(&error))?;
        let bits = self.asked(Ceremony::SecondFactor, Some(session.id), &state).await?;
        Ok((question, bits))
    }

    /// Takes the answer of a passkey as the second factor.
    pub async fn show_second_passkey(
        self: &Arc<Self>,
        session: &Session,
        bits: Option<Bits>,
        shown: &PublicKeyCredential,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let store = &self.spine.store;
        if session.complete {
            return Err(Refusal::NotBegun.into());
        }
        let account = account(store, session.account).await?.ok_or(Refusal::NoAccount)?;
        self.may_try(&account)?;
        let state: PasskeyAuthentication = self.answered(Ceremony::SecondFactor, Some(session.id), bits).await?;
        let answer = self.site()?.webauthn.finish_passkey_authentication(shown, &state);
        let answer = answer.map_err(|error| unfit(&error))?;
        let kept = passkey(store, answer.cred_id().as_slice()).await?.filter(|kept| kept.account == account.id);
        let mut transaction = self.begin_own(&account, "sign-in").await?;
        self.used(&mut transaction, kept.ok_or(Refusal::PasskeyRefused)?, &answer).await?;
        self.guard.code_succeeded(account.id);
        self.complete(transaction, &account, session.id, BY, visitor.browser).await
    }

    /// Asks for any passkey: whoever answers says who they are, too.
    pub async fn ask_any_passkey(&self) -> Result<(RequestChallengeResponse, Bits), AccountError> {
        let begun = self.site()?.webauthn.start_discoverable_authentication();
        let (mut question, state) = begun.map_err(|error| unfit(&error))?;
        // A button was pressed: the browser is to ask at once, and not to wait until a field is filled in.
        question.mediation = None;
        let bits = self.asked(Ceremony::SignIn, None, &state).await?;
        Ok((question, bits))
    }

    /// Lets in whoever answers with a passkey that is somebody's. Of an unknown one, one of a disabled account and a wrong
    /// answer the same is told.
    pub async fn show_any_passkey(
        &self,
        bits: Option<Bits>,
        shown: &PublicKeyCredential,
        visitor: Visitor,
    ) -> Result<Step, AccountError> {
        let store = &self.spine.store;
        let state: DiscoverableAuthentication = self.answered(Ceremony::SignIn, None, bits).await?;
        let webauthn = &self.site()?.webauthn;
        let (whose, handle) = webauthn.identify_discoverable_authentication(shown).map_err(|error| unfit(&error))?;
        let kept = passkey(store, handle).await?.filter(|kept| kept.account == whose).ok_or(Refusal::PasskeyRefused)?;
        let answer = webauthn.finish_discoverable_authentication_v2(shown, state, &kept.key);
        let answer = answer.map_err(|error| unfit(&error))?;
        let account = account(store, whose).await?.filter(|account| account.disabled_at.is_none());
        let account = account.ok_or(Refusal::PasskeyRefused)?;
        let mut transaction = self.begin_own(&account, "use-passkey").await?;
        self.used(&mut transaction, kept, &answer).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        self.begin(&account, BY, State::SignedIn, visitor).await
    }

    /// Keeps what a passkey has told of itself by an answer.
    async fn used(
        &self,
        transaction: &mut Transaction,
        mut kept: Kept,
        answer: &AuthenticationResult,
    ) -> Result<(), AccountError> {
        kept.key.update_credential(answer);
        if use_passkey(transaction, &kept, i64::from(answer.counter()), self.clock.now()).await? {
            return Ok(());
        }
        Err(unfit(&WebauthnError::CredentialPossibleCompromise).into())
    }

    fn site(&self) -> Result<&Site, Refusal> {
        self.site.as_ref().ok_or(Refusal::NoSite)
    }

    /// Notes what an authenticator is asked; gives what goes into the browser's cookie.
    async fn asked(
        &self,
        ceremony: Ceremony,
        session: Option<Uuid>,
        state: &impl Serialize,
    ) -> Result<Bits, AccountError> {
        Ok(keep_ceremony(&self.spine.store, ceremony, session, state, self.clock.now()).await?)
    }

    /// What an authenticator was asked, once.
    async fn answered<T: DeserializeOwned>(
        &self,
        ceremony: Ceremony,
        session: Option<Uuid>,
        bits: Option<Bits>,
    ) -> Result<T, AccountError> {
        let bits = bits.ok_or(Refusal::PasskeyNotAsked)?;
        let state = take_ceremony(&self.spine.store, &bits, ceremony, session, self.clock.now()).await?;
        Ok(state.ok_or(Refusal::PasskeyNotAsked)?)
    }
}

/// What is told of an answer that is not taken; the cause goes to the log.
fn unfit(error: &WebauthnError) -> Refusal {
    tracing::info!(%error, "a passkey was refused");
    Refusal::PasskeyRefused
}
