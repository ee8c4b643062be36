//! The accounts of others: who has one, who is invited, who is sent away.

pub(super) mod routes;

use uuid::Uuid;

use super::letters::Letter;
use super::{AccountError, Accounts, Refusal};
use crate::identity::accounts::CredentialKind;
use crate::identity::accounts::credentials::store::take_credentials;
use crate::identity::accounts::store::{
    AccountRow, NewAccount, account, accounts, administrators, create_account, forget_person, update_account,
};
use crate::identity::links::Purpose;
use crate::identity::links::store::create_link;
use crate::identity::organisations::store::create_membership;
use crate::identity::sessions::store::{Which, end_sessions};
use crate::identity::{Action, Bits, Caller, Denied, Subject};
use crate::mail::forget;
use crate::store::Transaction;

/// What becomes of an account.
#[derive(Debug, Clone, Copy)]
pub enum Standing {
    Enabled,
    Disabled,
    /// Nothing is known of the person any more; what they did is told under a number.
    Erased,
}

impl Accounts {
    /// The accounts that the caller administers but erased ones, by name.
    pub async fn all(&self, caller: &Caller) -> Result<Vec<AccountRow>, AccountError> {
        let mut all = accounts(&self.spine.store).await?;
        all.retain(|account| account.erased_at.is_none() && self.may_administer(caller, account).is_ok());
        Ok(all)
    }

    fn may_administer(&self, caller: &Caller, account: &AccountRow) -> Result<(), Denied> {
        self.directory.may_administer_account(caller, account.id, account.administrator)
    }

    /// Makes an account and the link by which its holder sets the password. With an organisation and a role there they have
    /// that; without, the account is the district's to administer.
    pub async fn invite(
        &self,
        caller: &Caller,
        new: &NewAccount,
        role: Option<(Uuid, &str)>,
    ) -> Result<(AccountRow, String), AccountError> {
        let now = self.clock.now();
        self.may_invite(caller, new, role)?;
        let mut transaction = self.begin_change(caller, "invite").await?;
        let made = create_account(&mut transaction, new, now).await?.ok_or(Refusal::MailTaken)?;
        if let Some((organisation, role)) = role {
            create_membership(&mut transaction, (made.id, organisation, role)).await?;
        }
        let bits = create_link(&mut transaction, made.id, Purpose::Invitation, None, now).await?;
        self.send(&mut transaction, &made, Letter::Invitation(&bits)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok((made, self.address_of(&bits)))
    }

    fn may_invite(&self, caller: &Caller, new: &NewAccount, role: Option<(Uuid, &str)>) -> Result<(), AccountError> {
        if new.administrator {
            caller.may_make_administrators()?;
        }
        let Some((organisation, role)) = role else {
            return Ok(caller.may(Action::Administer, &Subject::district())?);
        };
        let organisation = self.directory.organisation(organisation).ok_or(Refusal::NoOrganisation)?;
        let given = self.directory.roles().get(role).filter(|role| role.kinds.contains(&organisation.kind));
        let role = given.ok_or(Refusal::NoRole)?;
        Ok(self.directory.may_give(caller, &organisation, role)?)
    }

    /// A new link for somebody who has none that opens: an invitation, or one for a new password.
    pub async fn new_link(&self, caller: &Caller, id: Uuid, purpose: Purpose) -> Result<String, AccountError> {
        let account = self.somebody(caller, id).await?;
        let mut transaction = self.begin_change(caller, "new-link").await?;
        let bits = create_link(&mut transaction, id, purpose, None, self.clock.now()).await?;
        self.send(&mut transaction, &account, Letter::Password(&bits)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(self.address_of(&bits))
    }

    /// Takes away a second factor that was lost. The new one is set up with the link, not with the password alone.
    pub async fn reset_factor(&self, caller: &Caller, id: Uuid) -> Result<String, AccountError> {
        let now = self.clock.now();
        let account = self.somebody(caller, id).await?;
        let mut transaction = self.begin_change(caller, "reset-factor").await?;
        let kinds = [CredentialKind::Totp, CredentialKind::Passkey, CredentialKind::Recovery];
        take_credentials(&mut transaction, id, &kinds).await?;
        end_sessions(&mut transaction, id, Which::AllBut(None), now).await?;
        let bits = create_link(&mut transaction, id, Purpose::Factor, None, now).await?;
        self.send(&mut transaction, &account, Letter::FactorChanged(Some(&bits))).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(self.address_of(&bits))
    }

    /// Disables, enables or erases an account. Its sessions end at once.
    pub async fn set_standing(&self, caller: &Caller, id: Uuid, standing: Standing) -> Result<(), AccountError> {
        let before = self.somebody(caller, id).await?;
        let mut transaction = self.begin_change(caller, "set-standing").await?;
        set_standing(&mut transaction, &before, standing, self.clock.now()).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// An account that the caller administers.
    async fn somebody(&self, caller: &Caller, id: Uuid) -> Result<AccountRow, AccountError> {
        let found = account(&self.spine.store, id).await?.filter(|account| account.erased_at.is_none());
        let found = found.ok_or(Refusal::NoAccount)?;
        self.may_administer(caller, &found)?;
        Ok(found)
    }

    /// The address of the page that opens a link. The secret is behind `#`, which browsers send to nobody.
    pub(super) fn address_of(&self, bits: &Bits) -> String {
        address_of(self.gate.public_url(), self.gate.listen(), bits)
    }
}

/// The address of the page that opens a link.
pub fn address_of(public_url: Option<&str>, listen: &str, bits: &Bits) -> String {
    let base = public_url.map_or_else(|| format!("http://{listen}"), str::to_owned);
    format!("{base}/account#link={}", bits.reveal())
}

/// Gives an account another standing, within a change.
///
/// # Errors
/// If nobody could administer any more, or the database refuses.
pub async fn set_standing(
    transaction: &mut Transaction,
    before: &AccountRow,
    standing: Standing,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), AccountError> {
    let mut after = before.clone();
    match standing {
        Standing::Enabled => after.disabled_at = None,
        Standing::Disabled => after.disabled_at = before.disabled_at.or(Some(now)),
        Standing::Erased => {
            after.disabled_at = before.disabled_at.or(Some(now));
            (after.erased_at, after.mail) = (Some(now), None);
            after.name = format!("gelöschtes Konto {}", before.actor);
        }
    }
    let is_able = before.administrator && before.disabled_at.is_none();
    if is_able && after.disabled_at.is_some() && administrators(transaction).await? <= 1 {
        return Err(Refusal::LastAdministrator.into());
    }
    update_account(transaction, before, &after).await?;
    if after.disabled_at.is_some() {
        end_sessions(transaction, before.id, Which::AllBut(None), now).await?;
    }
    if after.erased_at.is_some() {
        forget_person(transaction, before.id).await?;
        if let Some(Ok(address)) = before.mail.as_deref().map(str::parse) {
            forget(transaction, &address, before.id).await?;
        }
    }
    Ok(())
}
