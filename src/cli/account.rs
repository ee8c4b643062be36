//! `geokontor account`: makes the first administrator, and does for persons what the administration page does.

use chrono::Utc;
use clap::{Args, Subcommand};

use super::said::Said;
use super::{Failure, Place, Unfit, Voice};
use crate::accounts::{AccountError, Refusal, Standing, address_of, set_standing};
use crate::config::Config;
use crate::identity::accounts::store::{AccountRow, NewAccount, account_of, accounts, create_account};
use crate::identity::accounts::{Mail, PersonName};
use crate::identity::links::Purpose;
use crate::identity::links::store::create_link;
use crate::identity::store::IDENTITY;
use crate::store::actors::Actor;
use crate::store::transaction::NewChangeset;
use crate::store::{Store, StoreError, Transaction};
use crate::texts::{Language, Told};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Make an account; prints the link by which its holder sets the password, once
    Create(Create),
    /// Show all accounts
    List,
    /// A new link by which somebody sets a password
    Link {
        /// The address of the account
        #[arg(value_parser = mail)]
        mail: Mail,
    },
    /// Send somebody away; their sessions end at once
    Disable {
        /// The address of the account
        #[arg(value_parser = mail)]
        mail: Mail,
    },
    /// Let somebody in again
    Enable {
        /// The address of the account
        #[arg(value_parser = mail)]
        mail: Mail,
    },
    /// Erase what is known of a person; what they did is told under a number
    Erase {
        /// The address of the account
        #[arg(value_parser = mail)]
        mail: Mail,
    },
}

/// An account to be made.
#[derive(Debug, Args)]
pub struct Create {
    /// The address by which the person signs in
    #[arg(value_parser = mail)]
    mail: Mail,
    /// The person's name, as histories tell it
    #[arg(long, value_parser = person_name)]
    name: PersonName,
    /// May they say who may do what?
    #[arg(long)]
    administrator: bool,
    /// They prefer English
    #[arg(long)]
    english: bool,
}

fn mail(text: &str) -> Result<Mail, Unfit> {
    text.parse().map_err(|_| Unfit(Told::of(&Refusal::BadMail)))
}

fn person_name(text: &str) -> Result<PersonName, Unfit> {
    text.parse().map_err(|_| Unfit(Told::of(&Refusal::BadName)))
}

/// Runs a command on accounts.
///
/// # Errors
/// When the address is taken or unknown, or the database refuses.
pub async fn run(account: Account, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let store = Place::read(config)?.store(config).await?;
    done(account, config, &store, voice).await.map_err(|error| {
        Failure::Failed(match &error {
            AccountError::Refused(refusal) => Told::of(refusal),
            AccountError::Store(error) => error.into(),
            other => Told::verbatim(other.to_string()),
        })
    })
}

async fn done(account: Account, config: &Config, store: &Store, voice: &Voice) -> Result<(), AccountError> {
    match account {
        Account::Create(create) => {
            let language = if create.english { Language::En } else { Language::De };
            let Create { mail, name, administrator, .. } = create;
            let mut transaction = begin(store, "invite").await?;
            let new = NewAccount { name, mail, language, administrator };
            let made = create_account(&mut transaction, &new, Utc::now()).await?.ok_or(Refusal::MailTaken)?;
            link(transaction, &made, Purpose::Invitation, config, voice).await
        }
        Account::Link { mail } => {
            let known = known(store, &mail).await?;
            link(begin(store, "new-link").await?, &known, Purpose::Password, config, voice).await
        }
        Account::List => {
            let mut all = accounts(store).await?;
            all.retain(|account| account.erased_at.is_none());
            all.iter().for_each(|account| super::tell(format_args!("{}", line(account, voice))));
            Ok(())
        }
        Account::Disable { mail } => set(store, &mail, Standing::Disabled, voice).await,
        Account::Enable { mail } => set(store, &mail, Standing::Enabled, voice).await,
        Account::Erase { mail } => set(store, &mail, Standing::Erased, voice).await,
    }
}

async fn set(store: &Store, mail: &Mail, standing: Standing, voice: &Voice) -> Result<(), AccountError> {
    let known = known(store, mail).await?;
    let mut transaction = begin(store, "set-standing").await?;
    set_standing(&mut transaction, &known, standing, Utc::now()).await?;
    transaction.commit().await?;
    let mail = mail.to_string();
    voice.tell(&match standing {
        Standing::Disabled => Said::AccountDisabled { mail },
        Standing::Enabled => Said::AccountEnabled { mail },
        Standing::Erased => Said::AccountErased { mail },
    });
    Ok(())
}

async fn link(
    mut transaction: Transaction,
    account: &AccountRow,
    purpose: Purpose,
    config: &Config,
    voice: &Voice,
) -> Result<(), AccountError> {
    let bits = create_link(&mut transaction, account.id, purpose, None, Utc::now()).await?;
    transaction.commit().await?;
    let lasts = purpose.lasts();
    voice.note(&Said::PasswordLink { days: lasts.num_days(), hours: lasts.num_hours() });
    super::tell(format_args!("{}", address_of(config.public_url.as_deref(), &config.listen, &bits)));
    Ok(())
}

async fn known(store: &Store, mail: &Mail) -> Result<AccountRow, AccountError> {
    Ok(account_of(store, mail).await?.ok_or(Refusal::NoAccount)?)
}

/// Who does it: whoever has the command line has the database.
async fn begin(store: &Store, kind: &'static str) -> Result<Transaction, StoreError> {
    let (actor, reason) = (Actor::system(super::OPERATOR), kind.replace('-', " "));
    store.begin(&NewChangeset { actor, domain: IDENTITY, kind, reason, source: None, undoes: None }).await
}

/// An account as one line, its parts separated by tabs.
fn line(account: &AccountRow, voice: &Voice) -> String {
    let role = if account.administrator { voice.sentence(&Said::Administrator) } else { String::new() };
    let state = account.disabled_at.map_or_else(String::new, |at| {
        let day = at.format("%Y-%m-%d").to_string();
        voice.sentence(&Said::DisabledSince { day })
    });
    format!("{}\t{}\t{role}\t{state}", account.mail.as_deref().unwrap_or_default(), account.name)
}
