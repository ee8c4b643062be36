//! A new mail address for an account. Whoever reads its mail can get into the account, so a change takes the password, the
//! new mailbox and a session of the account together, and the present address is told when it is asked for and when it
//! is done.

pub(super) mod routes;

use super::guard::Attempt;
use super::letters::Letter;
use super::{AccountError, Accounts, Refusal};
use crate::identity::accounts::store::{AccountRow, mail_is_taken, update_account};
use crate::identity::accounts::{Mail, NewPassword};
use crate::identity::links::store::{create_link, end_links, use_link};
use crate::identity::links::{Purpose, Shut};
use crate::identity::sessions::Session;
use crate::identity::{Bits, Caller, Person};
use crate::texts::Fault;

impl Accounts {
    /// Sends a link to a new address. If that is somebody's, nothing is sent there and nothing of it is told.
    pub async fn ask_for_address(
        &self,
        caller: &Caller,
        person: Person,
        mail: &Mail,
        password: Option<NewPassword>,
    ) -> Result<(), AccountError> {
        let (own, now) = (self.proven_again(person, password).await?, self.clock.now());
        let account = &own.account;
        let present: Option<Mail> = account.mail.as_deref().and_then(|mail| mail.parse().ok());
        if present.as_ref() == Some(mail) {
            return Err(Fault::new("/mail", "same", &Refusal::SameMail).into());
        }
        for mail in present.iter().chain([mail]) {
            self.guard.request(Attempt::new(mail, None, false), now)?;
        }
        let mut transaction = self.begin_change(caller, "ask-for-address").await?;
        let bits = create_link(&mut transaction, account.id, Purpose::Mail, Some(mail.as_str()), now).await?;
        if !mail_is_taken(&mut transaction, mail).await? {
            self.send(&mut transaction, account, Letter::ConfirmAddress(&bits, mail)).await?;
        }
        self.send(&mut transaction, account, Letter::AddressAsked(mail)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Takes the address that a link was sent to, in a session of the account that has asked for it.
    pub async fn change_address(
        &self,
        caller: &Caller,
        session: &Session,
        bits: Option<Bits>,
    ) -> Result<Mail, AccountError> {
        let (link, before) = self.look_at(bits, Some(session)).await?;
        let meant = link.mail.as_deref().filter(|_| link.purpose == Purpose::Mail);
        let mail: Mail = meant.and_then(|mail| mail.parse().ok()).ok_or(Shut::Unknown)?;
        let now = self.clock.now();
        let mut transaction = self.begin_change(caller, "change-address").await?;
        if !use_link(&mut transaction, &link, now).await? {
            return Err(Shut::Used.into());
        }
        if mail_is_taken(&mut transaction, &mail).await? {
            return Err(Refusal::MailTaken.into());
        }
        let after = AccountRow { mail: Some(mail.to_string()), ..before.clone() };
        update_account(&mut transaction, &before, &after).await?;
        // What was sent to the former address opens nothing any more.
        end_links(&mut transaction, before.id, Purpose::Password, now).await?;
        self.send(&mut transaction, &before, Letter::AddressChanged(&mail)).await?;
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(mail)
    }
}
