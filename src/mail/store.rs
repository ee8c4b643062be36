//! The outbox.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::address::Address;
use super::kind::{Kind, UnknownKind};
use crate::store::jobs::NewJob;
use crate::store::{StoreError, Transaction};
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
    sqlx::query("INSERT INTO mail (id, template, language, recipient, params) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(kind.name)
        .bind(mail.language.tag())
        .bind(mail.to.to_string())
        .bind(&mail.params)
        .execute(transaction.connection())
        .await
        .map_err(StoreError::from)?;
    let job = NewJob { queue: QUEUE, key: Some(id.to_string()), payload: json!({ "mail": id }), run_at: None };
    transaction.enqueue(&job).await?;
    Ok(id)
}

/// Takes all mails of an address out of the outbox, sent or not: nothing is to be known of its holder.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &mut Transaction, recipient: &Address) -> Result<(), StoreError> {
    let sql = "WITH gone AS (DELETE FROM mail WHERE lower(recipient) = lower($1) RETURNING id) \
               DELETE FROM job USING gone WHERE job.queue = $2 AND job.key = gone.id::text";
    sqlx::query(sql).bind(recipient.to_string()).bind(QUEUE).execute(transaction.connection()).await?;
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
