//! The outbox.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::address::Address;
use super::kind::{Kind, UnknownKind};
use crate::store::aside::Aside;
use crate::store::jobs::NewJob;
use crate::store::{Store, StoreError, Transaction};
use crate::texts::Language;

/// The queue whose jobs are mails.
pub const QUEUE: &str = "mail";

/// Characters of a parameter; links are the longest.
const MOST_CHARACTERS: usize = 2_000;

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    /// The name of its [`Kind`].
    pub template: &'a str,
    pub to: Address,
    /// Whose account it is about; it is forgotten with that.
    pub account: Option<Uuid>,
    pub language: Language,
    /// An object: what the texts mention, each a text in one line or a number.
    pub params: Json,
}

/// A mail cannot be posted.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Unknown(#[from] UnknownKind),
    #[error("the mail '{template}' needs '{name}'")]
    Missing { template: &'static str, name: &'static str },
    #[error("'{0}' is not a number nor a text in one line of at most {MOST_CHARACTERS} characters")]
    NotPlain(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a mail into the outbox; it is sent once the transaction is committed. Gives its number, which its Message-ID is
/// made of.
///
/// # Errors
/// What is missing or cannot be in a mail, and the database's.
pub async fn post(transaction: &mut Transaction, mail: &NewMail<'_>) -> Result<Uuid, MailError> {
    let kind = checked(mail.template, &mail.params)?;
    let id = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO mail (id, template, language, recipient, params, account) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(kind.name)
    .bind(mail.language.tag())
    .bind(mail.to.to_string())
    .bind(&mail.params)
    .bind(mail.account)
    .execute(transaction.connection())
    .await
    .map_err(StoreError::from)?;
    let job = NewJob { queue: QUEUE, key: Some(id.to_string()), payload: json!({ "mail": id }), run_at: None };
    transaction.enqueue(&job).await?;
    Ok(id)
}

/// Takes all mails to an address or about an account out of the outbox, sent or not: nothing is to be known of its holder.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &mut Transaction, recipient: &Address, account: Uuid) -> Result<(), StoreError> {
    let sql = "WITH gone AS (DELETE FROM mail WHERE lower(recipient) = lower($1) OR account = $3 RETURNING id) \
               DELETE FROM job USING gone WHERE job.queue = $2 AND job.key = gone.id::text";
    let query = sqlx::query(sql).bind(recipient.to_string()).bind(QUEUE).bind(account);
    query.execute(transaction.connection()).await?;
    Ok(())
}

fn checked(template: &str, params: &Json) -> Result<&'static Kind, MailError> {
    let kind = Kind::named(template)?;
    if let Some(name) = kind.mentions.iter().find(|name| params[**name].is_null()) {
        return Err(MailError::Missing { template: kind.name, name });
    }
    for (name, value) in params.as_object().into_iter().flatten() {
        let is_plain = match value {
            Json::String(text) => text.chars().count() <= MOST_CHARACTERS && !text.chars().any(breaks_a_line),
            other => other.is_number(),
        };
        if !is_plain {
            return Err(MailError::NotPlain(name.clone()));
        }
    }
    Ok(kind)
}

fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// A mail that is not sent yet.
#[derive(Debug, Clone)]
pub struct OutboxMail {
    pub id: Uuid,
    pub template: String,
    pub language: Language,
    pub recipient: String,
    pub params: Json,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MailState {
    Waiting,
    Sending,
    /// It may have arrived.
    Uncertain,
    Sent,
    Failed,
    /// Somebody gave up on it.
    Discarded,
}

/// A mail, as it is told to those who run the server. What it says may open an account, and is nobody's business.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Mail")]
pub struct MailSummary {
    pub id: Uuid,
    pub template: String,
    pub language: String,
    pub recipient: String,
    pub state: MailState,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// The job that sends it, while there is one.
    pub job: Option<i64>,
    pub attempts: Option<i32>,
    /// Why it was not sent the last time.
    pub error: Option<String>,
}

/// A mail that is to be sent; `None` if it is sent already.
pub(super) async fn unsent(store: &Store, id: Uuid) -> Result<Option<OutboxMail>, StoreError> {
    let sql = "SELECT template, language, recipient, params FROM mail WHERE id = $1 AND sent_at IS NULL";
    let Some(row) = sqlx::query(sql).bind(id).fetch_optional(store.pool()).await? else { return Ok(None) };
    let language: String = row.try_get("language")?;
    Ok(Some(OutboxMail {
        id,
        template: row.try_get("template")?,
        language: if language == Language::En.tag() { Language::En } else { Language::De },
        recipient: row.try_get("recipient")?,
        params: row.try_get("params")?,
    }))
}

/// Marks a mail as one that may have been taken, and says since when it was; nothing if it is sent already.
pub(super) async fn hand_over(store: &Store, id: Uuid) -> Result<Option<Option<DateTime<Utc>>>, StoreError> {
    let sql = "WITH before AS (SELECT id, handed_over_at FROM mail WHERE id = $1 AND sent_at IS NULL FOR UPDATE) \
               UPDATE mail SET handed_over_at = now() FROM before WHERE mail.id = before.id \
               RETURNING before.handed_over_at AS before";
    let row = sqlx::query(sql).bind(id).fetch_optional(store.pool()).await?;
    Ok(row.map(|row| row.try_get("before")).transpose()?)
}

/// Takes a mark back: this time the mail was certainly not taken.
pub(super) async fn take_back(store: &Store, id: Uuid, before: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    let sql = "UPDATE mail SET handed_over_at = $2 WHERE id = $1 AND sent_at IS NULL";
    sqlx::query(sql).bind(id).bind(before).execute(store.pool()).await?;
    Ok(())
}

/// Says that a mail is sent, and forgets what it said.
pub(super) async fn mark_sent(aside: &mut Aside, id: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE mail SET sent_at = now(), params = '{}' WHERE id = $1 AND sent_at IS NULL";
    sqlx::query(sql).bind(id).execute(aside.connection()).await?;
    Ok(())
}

/// The latest mails, the newest first.
///
/// # Errors
/// The database's.
pub async fn outbox(store: &Store, most: i64) -> Result<Vec<MailSummary>, StoreError> {
    let sql = "SELECT m.id, m.template, m.language, m.recipient, m.created_at, m.sent_at, \
                 j.id AS job, j.attempts, j.error, \
                 CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN j.id IS NULL THEN 'discarded' \
                   WHEN j.failed_at IS NOT NULL THEN 'failed' WHEN m.handed_over_at IS NULL THEN 'waiting' \
                   WHEN j.lease IS NULL OR j.leased_until < now() THEN 'uncertain' ELSE 'sending' END AS state \
               FROM mail m LEFT JOIN job j ON j.queue = $1 AND j.key = m.id::text \
               ORDER BY m.created_at DESC, m.id DESC LIMIT $2";
    let rows = sqlx::query(sql).bind(QUEUE).bind(most).fetch_all(store.pool()).await?;
    let summary = |row: &PgRow| {
        Ok(MailSummary {
            id: row.try_get("id")?,
            template: row.try_get("template")?,
            language: row.try_get("language")?,
            recipient: row.try_get("recipient")?,
            state: row.try_get("state")?,
            created_at: row.try_get("created_at")?,
            sent_at: row.try_get("sent_at")?,
            job: row.try_get("job")?,
            attempts: row.try_get("attempts")?,
            error: row.try_get("error")?,
        })
    };
    rows.iter().map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_refused_before_it_is_stored_if_it_lacks_something_or_holds_more_than_lines() {
        let full = json!({ "name": "Erika", "district": "Landkreis", "link": "https://geo.example/r", "hours": 2 });
        assert_eq!(checked("password-reset", &full).expect("a mail").name, "password-reset");
        assert!(matches!(checked("password-rest", &full), Err(MailError::Unknown(_))));
        let with = |name: &str, value: Json| {
            let mut params = full.clone();
            params[name] = value;
            checked("password-reset", &params).expect_err("a fault").to_string()
        };
        assert_eq!(with("link", Json::Null), "the mail 'password-reset' needs 'link'");
        for value in
            [json!("Erika\r\nBcc: all@example.org"), json!("a\u{2028}b"), json!(["x"]), json!("x".repeat(2_001))]
        {
            assert!(with("name", value).starts_with("'name' is not a number"));
        }
    }
}
