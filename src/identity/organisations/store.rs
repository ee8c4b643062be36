//! Organisations and memberships in the database and the journal. Nothing is deleted: what has ended says when.

use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Membership, Organisation, OrganisationKind};
use crate::feature::value::format_instant;
use crate::identity::store::{Entry, instant, list, text};
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The subjects of the journal's entries.
pub const ORGANISATION: &str = "organisation";
pub const MEMBERSHIP: &str = "membership";

/// An organisation to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrganisation {
    pub name: String,
    pub kind: OrganisationKind,
    pub municipalities: Option<Vec<String>>,
    pub outline: Option<Json>,
}

impl Entry for Organisation {
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        Some(Self {
            id,
            version,
            name: text(state, "name").unwrap_or_default(),
            kind: text(state, "kind")?.parse().ok()?,
            municipalities: list(state, "municipalities"),
            outline: Some(state["outline"].clone()).filter(|outline| !outline.is_null()),
            created_at: instant(state, "created_at")?,
            ended_at: instant(state, "ended_at"),
        })
    }

    fn to_journal(&self) -> Json {
        // What a person is called stands in the table alone.
        let is_person = self.kind == OrganisationKind::PrivatePerson;
        json!({
            "name": (!is_person).then_some(&self.name),
            "kind": self.kind.name(),
            "municipalities": self.municipalities,
            "outline": self.outline,
            "created_at": format_instant(self.created_at),
            "ended_at": self.ended_at.map(format_instant),
        })
    }
}

impl Entry for Membership {
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        Some(Self {
            id,
            version,
            account: text(state, "account")?.parse().ok()?,
            organisation: text(state, "organisation")?.parse().ok()?,
            role: text(state, "role")?,
            created_at: instant(state, "created_at")?,
            ended_at: instant(state, "ended_at"),
        })
    }

    fn to_journal(&self) -> Json {
        json!({
            "account": self.account,
            "organisation": self.organisation,
            "role": self.role,
            "created_at": format_instant(self.created_at),
            "ended_at": self.ended_at.map(format_instant),
        })
    }
}

/// Who acts for an organisation in the journal, by number: people, also those who have left it, tokens and tablets.
pub async fn actors_of(store: &Store, organisation: Uuid) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT a.actor FROM account a JOIN membership m ON m.account = a.id WHERE m.organisation = $1 \
               UNION SELECT actor FROM token WHERE organisation = $1 \
               UNION SELECT actor FROM device WHERE organisation = $1";
    Ok(sqlx::query_scalar(sql).bind(organisation).fetch_all(store.pool()).await?)
}

/// An organisation that has not ended, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn organisation_to_change(
    transaction: &mut Transaction,
    id: Uuid,
) -> Result<Option<Organisation>, StoreError> {
    let sql = "SELECT * FROM organisation WHERE id = $1 AND ended_at IS NULL FOR UPDATE";
    let found = sqlx::query(sql).bind(id).fetch_optional(transaction.connection()).await?;
    found.as_ref().map(organisation).transpose()
}

/// All organisations, the oldest first.
///
/// # Errors
/// The database's.
pub async fn organisations(store: &Store) -> Result<Vec<Organisation>, StoreError> {
    let rows = sqlx::query("SELECT * FROM organisation ORDER BY created_at, id").fetch_all(store.pool()).await?;
    rows.iter().map(organisation).collect()
}

/// All memberships, the oldest first.
///
/// # Errors
/// The database's.
pub async fn memberships(store: &Store) -> Result<Vec<Membership>, StoreError> {
    let rows = sqlx::query("SELECT * FROM membership ORDER BY created_at, id").fetch_all(store.pool()).await?;
    rows.iter().map(membership).collect()
}

/// Keeps an organisation; nothing if there is one of that name.
///
/// # Errors
/// The database's.
pub async fn create_organisation(
    transaction: &mut Transaction,
    new: &NewOrganisation,
) -> Result<Option<Organisation>, StoreError> {
    let sql = "INSERT INTO organisation (id, version, name, kind, municipalities, outline) VALUES ($1, 1, $2, $3, $4, $5) \
               ON CONFLICT (name) WHERE ended_at IS NULL DO NOTHING RETURNING *";
    let made = sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(&new.name)
        .bind(new.kind.name())
        .bind(&new.municipalities)
        .bind(&new.outline)
        .fetch_optional(transaction.connection())
        .await?;
    let Some(made) = made.as_ref().map(organisation).transpose()? else { return Ok(None) };
    enter(transaction, ORGANISATION, (made.id, made.version), None::<&Organisation>, &made).await?;
    Ok(Some(made))
}

/// Changes an organisation that was read at a version; nothing if it has been changed since, has ended, or another has that
/// name.
///
/// # Errors
/// The database's.
pub async fn change_organisation(
    transaction: &mut Transaction,
    before: &Organisation,
    new: &NewOrganisation,
) -> Result<Option<Organisation>, StoreError> {
    let sql = "UPDATE organisation SET version = version + 1, name = $3, kind = $4, municipalities = $5, outline = $6 \
               WHERE id = $1 AND version = $2 AND ended_at IS NULL \
               AND NOT EXISTS (SELECT FROM organisation o WHERE o.name = $3 AND o.ended_at IS NULL AND o.id <> $1) RETURNING *";
    let changed = sqlx::query(sql)
        .bind(before.id)
        .bind(before.version)
        .bind(&new.name)
        .bind(new.kind.name())
        .bind(&new.municipalities)
        .bind(&new.outline)
        .fetch_optional(transaction.connection())
        .await?;
    let Some(after) = changed.as_ref().map(organisation).transpose()? else { return Ok(None) };
    enter(transaction, ORGANISATION, (after.id, after.version), Some(before), &after).await?;
    Ok(Some(after))
}

/// Ends an organisation: its people and tokens lose at once what they had through it. `false` if it has ended already.
///
/// # Errors
/// The database's.
pub async fn end_organisation(transaction: &mut Transaction, before: &Organisation) -> Result<bool, StoreError> {
    let sql = "UPDATE organisation SET version = version + 1, ended_at = now() \
               WHERE id = $1 AND ended_at IS NULL RETURNING *";
    let ended = sqlx::query(sql).bind(before.id).fetch_optional(transaction.connection()).await?;
    let Some(after) = ended.as_ref().map(organisation).transpose()? else { return Ok(false) };
    enter(transaction, ORGANISATION, (after.id, after.version), Some(before), &after).await?;
    Ok(true)
}

/// Keeps a membership; nothing if the account has this role there already.
///
/// # Errors
/// The database's.
pub async fn create_membership(
    transaction: &mut Transaction,
    (account, organisation, role): (Uuid, Uuid, &str),
) -> Result<Option<Membership>, StoreError> {
    let sql = "INSERT INTO membership (id, version, account, organisation, role) VALUES ($1, 1, $2, $3, $4) \
               ON CONFLICT (account, organisation, role) WHERE ended_at IS NULL DO NOTHING RETURNING *";
    let made = sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(organisation)
        .bind(role)
        .fetch_optional(transaction.connection())
        .await?;
    let Some(made) = made.as_ref().map(membership).transpose()? else { return Ok(None) };
    enter(transaction, MEMBERSHIP, (made.id, made.version), None::<&Membership>, &made).await?;
    Ok(Some(made))
}

/// Ends a membership; `false` if it has ended already.
///
/// # Errors
/// The database's.
pub async fn end_membership(transaction: &mut Transaction, before: &Membership) -> Result<bool, StoreError> {
    let sql =
        "UPDATE membership SET version = version + 1, ended_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING *";
    let ended = sqlx::query(sql).bind(before.id).fetch_optional(transaction.connection()).await?;
    let Some(after) = ended.as_ref().map(membership).transpose()? else { return Ok(false) };
    enter(transaction, MEMBERSHIP, (after.id, after.version), Some(before), &after).await?;
    Ok(true)
}

async fn enter<T: Entry>(
    transaction: &mut Transaction,
    subject: &'static str,
    (id, version): (Uuid, i64),
    before: Option<&T>,
    after: &T,
) -> Result<(), StoreError> {
    let (before, after) = (before.map(T::to_journal), Some(after.to_journal()));
    transaction.record(&RecordChange { subject, id, version, before, after }).await
}

fn organisation(row: &PgRow) -> Result<Organisation, StoreError> {
    let kind: String = row.try_get("kind")?;
    Ok(Organisation {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        // The table takes no other.
        kind: kind.parse().unwrap_or(OrganisationKind::PrivatePerson),
        municipalities: row.try_get("municipalities")?,
        outline: row.try_get("outline")?,
        created_at: row.try_get("created_at")?,
        ended_at: row.try_get("ended_at")?,
    })
}

fn membership(row: &PgRow) -> Result<Membership, StoreError> {
    Ok(Membership {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        account: row.try_get("account")?,
        organisation: row.try_get("organisation")?,
        role: row.try_get("role")?,
        created_at: row.try_get("created_at")?,
        ended_at: row.try_get("ended_at")?,
    })
}
