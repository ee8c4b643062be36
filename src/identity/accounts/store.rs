//! Accounts in the database, and the browsers that their holders use.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Mail, PersonName};
use crate::feature::value::format_instant;
use crate::identity::Bits;
use crate::store::actors::ActorKind;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};
use crate::texts::Language;

/// The subject of the journal's entries.
pub const ACCOUNT: &str = "account";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub id: Uuid,
    pub version: i64,
    pub actor: i64,
    /// Where it stands in one place and no journal.
    pub name: String,
    pub mail: Option<String>,
    pub language: Language,
    pub administrator: bool,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub erased_at: Option<DateTime<Utc>>,
    /// When the holder was last told that somebody guesses; not in the journal.
    pub guesses_told_at: Option<DateTime<Utc>>,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub name: PersonName,
    pub mail: Mail,
    pub language: Language,
    pub administrator: bool,
}

impl AccountRow {
    /// The state in the journal: nothing that is known of the person.
    fn to_journal(&self) -> Json {
        let instant = |time: Option<DateTime<Utc>>| time.map(format_instant);
        json!({
            "actor": self.actor,
            "administrator": self.administrator,
            "created_at": instant(Some(self.created_at)),
            "disabled_at": instant(self.disabled_at),
            "erased_at": instant(self.erased_at),
        })
    }
}

const SELECT: &str = "SELECT account.*, actor.label FROM account JOIN actor ON actor.id = account.actor";

/// All accounts, by name.
///
/// # Errors
/// The database's.
pub async fn accounts(store: &Store) -> Result<Vec<AccountRow>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY actor.label, account.id"));
    sqlx::query(sql).fetch_all(store.pool()).await?.iter().map(row).collect()
}

/// The account of an id.
///
/// # Errors
/// The database's.
pub async fn account(store: &Store, id: Uuid) -> Result<Option<AccountRow>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} WHERE account.id = $1"));
    sqlx::query(sql).bind(id).fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// The account of an address.
///
/// # Errors
/// The database's.
pub async fn account_of(store: &Store, mail: &Mail) -> Result<Option<AccountRow>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} WHERE account.mail = $1"));
    sqlx::query(sql).bind(mail.as_str()).fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// Is an address somebody's?
///
/// # Errors
/// The database's.
pub async fn mail_is_taken(transaction: &mut Transaction, mail: &Mail) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT FROM account WHERE mail = $1)";
    Ok(sqlx::query_scalar(sql).bind(mail.as_str()).fetch_one(transaction.connection()).await?)
}

/// Makes an account; nothing if its address is somebody's.
///
/// # Errors
/// The database's.
pub async fn create_account(
    transaction: &mut Transaction,
    new: &NewAccount,
    now: DateTime<Utc>,
) -> Result<Option<AccountRow>, StoreError> {
    if mail_is_taken(transaction, &new.mail).await? {
        return Ok(None);
    }
    let sql = "WITH author AS (INSERT INTO actor (kind, label) VALUES ($1, $2) RETURNING id, label) \
               INSERT INTO account (id, version, actor, mail, language, administrator, created_at) \
               SELECT $3, 1, id, $4, $5, $6, $7 FROM author RETURNING *, $2 AS label";
    let made = sqlx::query(sql)
        .bind(ActorKind::Account.name())
        .bind(new.name.as_str())
        .bind(Uuid::now_v7())
        .bind(new.mail.as_str())
        .bind(new.language.tag())
        .bind(new.administrator)
        .bind(now)
        .fetch_one(transaction.connection())
        .await?;
    let made = row(&made)?;
    let change =
        RecordChange { subject: ACCOUNT, id: made.id, version: 1, before: None, after: Some(made.to_journal()) };
    transaction.record(&change).await?;
    Ok(Some(made))
}

/// Keeps what has been changed of an account; name and address too, which the journal is not told.
///
/// # Errors
/// [`StoreError::Collision`] if somebody else has changed it meanwhile.
pub async fn update_account(
    transaction: &mut Transaction,
    before: &AccountRow,
    after: &AccountRow,
) -> Result<(), StoreError> {
    let sql = "WITH named AS (UPDATE actor SET label = $2 WHERE id = $3) \
               UPDATE account SET version = version + 1, mail = $4, language = $5, administrator = $6, disabled_at = $7, \
                 erased_at = $8 WHERE id = $1 AND version = $9";
    let done = sqlx::query(sql)
        .bind(after.id)
        .bind(&after.name)
        .bind(after.actor)
        .bind(&after.mail)
        .bind(after.language.tag())
        .bind(after.administrator)
        .bind(after.disabled_at)
        .bind(after.erased_at)
        .bind(before.version)
        .execute(transaction.connection())
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Collision);
    }
    let (was, is) = (Some(before.to_journal()), Some(after.to_journal()));
    let version = before.version + 1;
    transaction.record(&RecordChange { subject: ACCOUNT, id: after.id, version, before: was, after: is }).await
}

fn row(row: &PgRow) -> Result<AccountRow, StoreError> {
    let language: String = row.try_get("language")?;
    Ok(AccountRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        actor: row.try_get("actor")?,
        name: row.try_get("label")?,
        mail: row.try_get("mail")?,
        language: if language == "en" { Language::En } else { Language::De },
        administrator: row.try_get("administrator")?,
        created_at: row.try_get("created_at")?,
        disabled_at: row.try_get("disabled_at")?,
        erased_at: row.try_get("erased_at")?,
        guesses_told_at: row.try_get("guesses_told_at")?,
    })
}

/// How long a browser is known after its last sign-in.
const KNOWN: TimeDelta = TimeDelta::days(180);

/// Has the holder of an account signed in in this browser before?
///
/// # Errors
/// The database's.
pub async fn browser_is_known(
    store: &Store,
    account: Uuid,
    browser: &Bits,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT FROM known_browser WHERE account = $1 AND hash = $2 AND used_at > $3)";
    let query = sqlx::query_scalar(sql).bind(account).bind(browser.hash().as_slice().to_vec()).bind(now - KNOWN);
    Ok(query.fetch_one(store.pool()).await?)
}

/// Knows a browser from now on, by the secret it has or a new one; those unused for long are forgotten.
///
/// # Errors
/// The database's.
pub async fn keep_browser(
    transaction: &mut Transaction,
    account: Uuid,
    browser: Option<Bits>,
    now: DateTime<Utc>,
) -> Result<Bits, StoreError> {
    let browser = browser.unwrap_or_else(Bits::random);
    let sql = "DELETE FROM known_browser WHERE account = $1 AND used_at <= $2";
    sqlx::query(sql).bind(account).bind(now - KNOWN).execute(transaction.connection()).await?;
    let sql = "INSERT INTO known_browser (hash, account, used_at) VALUES ($1, $2, $3) \
               ON CONFLICT (account, hash) DO UPDATE SET used_at = excluded.used_at";
    let hash = browser.hash();
    sqlx::query(sql).bind(hash.as_slice()).bind(account).bind(now).execute(transaction.connection()).await?;
    Ok(browser)
}

/// Forgets what is known of a person but for the account itself: credentials, browsers, what sessions tell of them.
///
/// # Errors
/// The database's.
pub async fn forget_person(transaction: &mut Transaction, account: Uuid) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM credential WHERE account = $1",
        "DELETE FROM saved_view WHERE account = $1",
        // Its job removes it with its file when its time is over.
        "UPDATE import SET account = NULL WHERE account = $1",
        "DELETE FROM known_browser WHERE account = $1",
        "DELETE FROM openid_identity WHERE account = $1",
        "DELETE FROM openid_attempt WHERE account = $1",
        "DELETE FROM passkey_ceremony USING session WHERE session.id = passkey_ceremony.session AND account = $1",
        "UPDATE session SET browser = NULL WHERE account = $1",
        "UPDATE link SET mail = NULL WHERE account = $1",
    ] {
        sqlx::query(sql).bind(account).execute(transaction.connection()).await?;
    }
    Ok(())
}

/// Notes that the holder of an account is told of guesses. False if they were told since then already.
///
/// # Errors
/// The database's.
pub async fn note_guesses(
    transaction: &mut Transaction,
    account: Uuid,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE account SET guesses_told_at = $3 \
               WHERE id = $1 AND (guesses_told_at IS NULL OR guesses_told_at <= $2)";
    let done = sqlx::query(sql).bind(account).bind(since).bind(now).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// How many accounts may administer.
///
/// # Errors
/// The database's.
pub async fn administrators(transaction: &mut Transaction) -> Result<i64, StoreError> {
    // Locked, so that two who disable each other's accounts do not leave none.
    let sql =
        "SELECT count(*) FROM (SELECT FROM account WHERE administrator AND disabled_at IS NULL FOR UPDATE) AS able";
    Ok(sqlx::query_scalar(sql).fetch_one(transaction.connection()).await?)
}
