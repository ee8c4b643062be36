//! What persons are sent. A mail is part of the change that it tells of.

use serde_json::json;

use super::guard::LONGEST_PAUSE;
use super::{AccountError, Accounts};
use crate::identity::Bits;
use crate::identity::accounts::Mail;
use crate::identity::accounts::store::AccountRow;
use crate::identity::links::Purpose;
use crate::mail::{NewMail, post};
use crate::store::Transaction;

/// A mail to the holder of an account.
#[derive(Debug, Clone, Copy)]
pub enum Letter<'a> {
    Invitation(&'a Bits),
    Password(&'a Bits),
    /// The link sets up a new one, where the old one was reset.
    FactorChanged(Option<&'a Bits>),
    /// To an address that is to become that of the account.
    ConfirmAddress(&'a Bits, &'a Mail),
    /// To the present address: which one is to take its place, or has done so.
    AddressAsked(&'a Mail),
    AddressChanged(&'a Mail),
    /// Somebody guesses at the password or the second factor.
    Locked,
}

impl Accounts {
    /// Sends a mail, once the change is kept.
    pub(super) async fn send(
        &self,
        transaction: &mut Transaction,
        account: &AccountRow,
        letter: Letter<'_>,
    ) -> Result<(), AccountError> {
        let to = match letter {
            Letter::ConfirmAddress(_, mail) => Some(mail.as_str()),
            _ => account.mail.as_deref(),
        };
        let Some(Ok(to)) = to.map(str::parse) else { return Ok(()) };
        let district = &self.district.name;
        let mut params = json!({ "name": account.name, "district": district });
        let (template, bits, purpose) = match letter {
            Letter::Invitation(bits) => ("invitation", Some(bits), Purpose::Invitation),
            Letter::Password(bits) => ("password-reset", Some(bits), Purpose::Password),
            Letter::FactorChanged(bits) => ("second-factor-changed", bits, Purpose::Factor),
            Letter::ConfirmAddress(bits, _) => ("address-confirm", Some(bits), Purpose::Mail),
            Letter::AddressAsked(_) => ("address-asked", None, Purpose::Mail),
            Letter::AddressChanged(_) => ("address-changed", None, Purpose::Mail),
            Letter::Locked => ("sign-in-locked", None, Purpose::Password),
        };
        let page = || self.account_page();
        params["link"] = json!(bits.map_or_else(page, |bits| self.address_of(bits)));
        match letter {
            Letter::Invitation(_) => {
                params["hours"] = json!(purpose.lasts().num_hours());
                params["organisation"] = json!(district);
            }
            Letter::Password(_) | Letter::ConfirmAddress(..) => params["hours"] = json!(purpose.lasts().num_hours()),
            Letter::AddressAsked(mail) | Letter::AddressChanged(mail) => params["address"] = json!(mail.as_str()),
            Letter::FactorChanged(_) => {}
            Letter::Locked => params["hours"] = json!(LONGEST_PAUSE.num_hours()),
        }
        post(transaction, &NewMail { template, to, account: Some(account.id), language: account.language, params })
            .await?;
        Ok(())
    }

    fn account_page(&self) -> String {
        format!("{}/account", self.base())
    }
}
