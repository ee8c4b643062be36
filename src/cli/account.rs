//! `geokontor account`: makes the first administrator, and does for persons what the administration page does.

use chrono::Utc;
use clap::{Args, Subcommand};

use super::{Failure, Place};
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
use crate::texts::Language;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Make an account; prints the link by which its holder sets the password, once
    Create(Create),
    /// Show all accounts
    List,
    /// A new link by which somebody sets a password
    Link { mail: Mail },
    /// Send somebody away; their sessions end at once
    Disable { mail: Mail },
    /// Let somebody in again
    Enable { mail: Mail },
    /// Erase what is known of a person; what they did is told under a number
    Erase { mail: Mail },
}

/// An account to be made.
#[derive(Debug, Args)]
pub struct Create {
    /// The address by which the person signs in
    mail: Mail,
    /// The person's name, as histories tell it
    #[arg(long)]
    name: PersonName,
    /// May they say who may do what?
    #[arg(long)]
    administrator: bool,
    /// They prefer English
    #[arg(long)]
    english: bool,
}

/// Runs a command on accounts.
///
/// # Errors
/// When the address is taken or unknown, or the database refuses.
pub async fn run(account: Account, config: &Config) -> Result<(), Failure> {
    let store = Place::read(config)?.store(config).await?;
    match done(account, config, &store).await {
        Ok(lines) => lines.iter().for_each(|line| super::tell(format_args!("{line}"))),
        Err(AccountError::Refused(Refusal::MailTaken)) => {
            return Err(Failure::Failed("there is an account of this address already".to_owned()));
        }
        Err(AccountError::Refused(Refusal::NoAccount)) => {
            return Err(Failure::Failed("there is no account of this address".to_owned()));
        }
        Err(AccountError::Refused(Refusal::LastAdministrator)) => {
            return Err(Failure::Failed(
                "this is the last account that may administer; make another one first".to_owned(),
            ));
        }
        Err(other) => return Err(Failure::Failed(other.to_string())),
    }
    Ok(())
}

async fn done(account: Account, config: &Config, store: &Store) -> Result<Vec<String>, AccountError> {
    match account {
        Account::Create(create) => {
            let language = if create.english { Language::En } else { Language::De };
            let Create { mail, name, administrator, .. } = create;
            let mut transaction = begin(store, "invite").await?;
            let new = NewAccount { name, mail, language, administrator };
            let made = create_account(&mut transaction, &new, Utc::now()).await?.ok_or(Refusal::MailTaken)?;
            link(transaction, &made, Purpose::Invitation, config).await
        }
        Account::Link { mail } => {
            let known = known(store, &mail).await?;
            link(begin(store, "new-link").await?, &known, Purpose::Password, config).await
        }
        Account::List => {
            let mut all = accounts(store).await?;
            all.retain(|account| account.erased_at.is_none());
            Ok(all.iter().map(line).collect())
        }
        Account::Disable { mail } => set(store, &mail, Standing::Disabled).await,
        Account::Enable { mail } => set(store, &mail, Standing::Enabled).await,
        Account::Erase { mail } => set(store, &mail, Standing::Erased).await,
    }
}

async fn set(store: &Store, mail: &Mail, standing: Standing) -> Result<Vec<String>, AccountError> {
    let known = known(store, mail).await?;
    let mut transaction = begin(store, "set-standing").await?;
    set_standing(&mut transaction, &known, standing, Utc::now()).await?;
    transaction.commit().await?;
    Ok(vec![format!("{mail}: {}", format!("{standing:?}").to_lowercase())])
}

async fn link(
    mut transaction: Transaction,
    account: &AccountRow,
    purpose: Purpose,
    config: &Config,
) -> Result<Vec<String>, AccountError> {
    let bits = create_link(&mut transaction, account.id, purpose, None, Utc::now()).await?;
    transaction.commit().await?;
    eprintln!("This link sets the password. It is shown once, opens once, and ends in {}.", lasts(purpose));
    Ok(vec![address_of(config.public_url.as_deref(), &config.listen, &bits)])
}

fn lasts(purpose: Purpose) -> String {
    match purpose.lasts() {
        lasts if lasts.num_days() > 1 => format!("{} days", lasts.num_days()),
        lasts => format!("{} h", lasts.num_hours()),
    }
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
fn line(account: &AccountRow) -> String {
    let role = if account.administrator { "administrator" } else { "" };
    let state = account.disabled_at.map_or(String::new(), |at| format!("disabled {}", at.format("%Y-%m-%d")));
    format!("{}\t{}\t{role}\t{state}", account.mail.as_deref().unwrap_or_default(), account.name)
}
