//! Proposals in the database and the journal. The journal has which features and properties they are about; values and
//! reasons stand in their tables alone, as they may name persons.

use std::collections::HashMap;

use serde_json::Value as Json;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Outline, Proposal, ProposedEdit, State, Words};
use crate::feature::FeatureId;
use crate::identity::store::Entry;
use crate::store::features::{FeatureState, stored_geometry, stored_json};
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};
use crate::texts::Language;

/// The subject of the journal's entries.
pub const PROPOSAL: &str = "proposal";

/// Somebody who is sent a mail.
#[derive(Debug, Clone)]
pub struct Reader {
    pub account: Uuid,
    pub mail: String,
    pub name: String,
    pub language: Language,
}

impl Entry for Proposal {
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        let read: Self = serde_json::from_value(state.clone()).ok()?;
        Some(Self { id, version, ..read })
    }

    fn to_journal(&self) -> Json {
        // Texts, numbers and lists of them: nothing that has no JSON.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// All proposals, the oldest first.
///
/// # Errors
/// The database's.
pub async fn proposals(store: &Store) -> Result<Vec<Proposal>, StoreError> {
    let rows = sqlx::query("SELECT * FROM proposal ORDER BY id").fetch_all(store.pool()).await?;
    rows.iter().map(row).collect()
}

/// Keeps a proposal of the transaction's author.
///
/// # Errors
/// The database's.
pub async fn create(
    transaction: &mut Transaction,
    reason: &str,
    edits: &[(Outline, ProposedEdit)],
) -> Result<Proposal, StoreError> {
    let outlines: Vec<&Outline> = edits.iter().map(|(outline, _)| outline).collect();
    let made = sqlx::query(
        "INSERT INTO proposal (id, version, state, actor, reason, proposed_at, outline) \
         SELECT $1, 1, 'open', actor, $2, at, $3 FROM changeset WHERE id = $4 RETURNING *",
    )
    .bind(Uuid::now_v7())
    .bind(reason)
    .bind(serde_json::to_value(outlines).unwrap_or_default())
    .bind(transaction.changeset())
    .fetch_one(transaction.connection())
    .await?;
    let made = row(&made)?;
    for (n, (outline, edit)) in (0i32..).zip(edits) {
        let [before, after] = [&edit.before, &edit.after].map(Option::as_ref);
        let geometry = |state: Option<&FeatureState>| transaction.ewkb(state.and_then(|it| it.geometry.as_ref()));
        let (from, to) = (geometry(before)?, geometry(after)?);
        sqlx::query(
            "INSERT INTO proposal_edit (proposal, n, collection, feature, version, before_geometry, before_properties, \
                                        after_geometry, after_properties) \
             VALUES ($1, $2, $3, $4, $5, $6::geometry, $7::jsonb, $8::geometry, $9::jsonb)",
        )
        .bind(made.id)
        .bind(n)
        .bind(&edit.collection)
        .bind(edit.feature.0)
        .bind(outline.version)
        .bind(from)
        .bind(before.map(|state| state.properties.get()))
        .bind(to)
        .bind(after.map(|state| state.properties.get()))
        .execute(transaction.connection())
        .await?;
    }
    let after = Some(made.to_journal());
    transaction.record(&RecordChange { subject: PROPOSAL, id: made.id, version: 1, before: None, after }).await?;
    Ok(made)
}

/// A proposal, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn to_decide(transaction: &mut Transaction, id: Uuid) -> Result<Option<Proposal>, StoreError> {
    let sql = "SELECT * FROM proposal WHERE id = $1 FOR UPDATE";
    let found = sqlx::query(sql).bind(id).fetch_optional(transaction.connection()).await?;
    found.as_ref().map(row).transpose()
}

/// Keeps what has become of a proposal, by the author of the transaction. `changeset` is the one that made it true.
///
/// # Errors
/// The database's.
pub async fn decide(
    transaction: &mut Transaction,
    before: &Proposal,
    (state, answer): (State, Option<&str>),
    changeset: Option<i64>,
) -> Result<Proposal, StoreError> {
    let sql = "UPDATE proposal SET version = version + 1, state = $2, answer = $3, changeset = $4, \
                 decided_by = changeset.actor, decided_at = changeset.at \
               FROM changeset WHERE proposal.id = $1 AND changeset.id = $5 RETURNING proposal.*";
    let decided = sqlx::query(sql)
        .bind(before.id)
        .bind(state.name())
        .bind(answer)
        .bind(changeset)
        .bind(transaction.changeset())
        .fetch_one(transaction.connection())
        .await?;
    let after = row(&decided)?;
    let (id, version) = (after.id, after.version);
    let (before, now) = (Some(before.to_journal()), Some(after.to_journal()));
    transaction.record(&RecordChange { subject: PROPOSAL, id, version, before, after: now }).await?;
    Ok(after)
}

/// What a proposal would do, in the order of its outlines.
///
/// # Errors
/// The database's.
pub async fn edits(store: &Store, id: Uuid) -> Result<Vec<ProposedEdit>, StoreError> {
    let sql = "SELECT collection, feature, version, \
                 ST_AsBinary(before_geometry) AS before_geometry, before_properties::text AS before_properties, \
                 ST_AsBinary(after_geometry) AS after_geometry, after_properties::text AS after_properties \
               FROM proposal_edit WHERE proposal = $1 ORDER BY n";
    sqlx::query(sql).bind(id).fetch_all(store.pool()).await?.iter().map(edit).collect()
}

/// What people have written about proposals.
///
/// # Errors
/// The database's.
pub async fn words(store: &Store, ids: &[Uuid]) -> Result<HashMap<Uuid, Words>, StoreError> {
    let sql = "SELECT p.id, p.reason, p.answer, made.label AS proposer, decided.label AS decider \
               FROM proposal p JOIN actor made ON made.id = p.actor LEFT JOIN actor decided ON decided.id = p.decided_by \
               WHERE p.id = ANY($1)";
    let words = |row: &PgRow| {
        let words = Words {
            proposer: row.try_get("proposer")?,
            reason: row.try_get("reason")?,
            decider: row.try_get("decider")?,
            answer: row.try_get("answer")?,
        };
        Ok((row.try_get("id")?, words))
    };
    sqlx::query(sql).bind(ids).fetch_all(store.pool()).await?.iter().map(words).collect()
}

/// What the author of the transaction is called.
///
/// # Errors
/// The database's.
pub(super) async fn author(transaction: &mut Transaction) -> Result<String, StoreError> {
    let sql = "SELECT label FROM actor JOIN changeset ON changeset.actor = actor.id WHERE changeset.id = $1";
    let query = sqlx::query_scalar(sql).bind(transaction.changeset());
    Ok(query.fetch_one(transaction.connection()).await?)
}

/// Those of some accounts that can be written to.
///
/// # Errors
/// The database's.
pub(super) async fn readers(transaction: &mut Transaction, accounts: &[Uuid]) -> Result<Vec<Reader>, StoreError> {
    let sql = "SELECT account.id, account.mail, account.language, actor.label \
               FROM account JOIN actor ON actor.id = account.actor \
               WHERE account.id = ANY($1) AND mail IS NOT NULL AND disabled_at IS NULL ORDER BY account.id";
    let reader = |row: &PgRow| {
        let language: String = row.try_get("language")?;
        Ok(Reader {
            account: row.try_get("id")?,
            mail: row.try_get("mail")?,
            name: row.try_get("label")?,
            language: if language == Language::En.tag() { Language::En } else { Language::De },
        })
    };
    sqlx::query(sql).bind(accounts).fetch_all(transaction.connection()).await?.iter().map(reader).collect()
}

fn row(row: &PgRow) -> Result<Proposal, StoreError> {
    let state: String = row.try_get("state")?;
    let outline: Json = row.try_get("outline")?;
    Ok(Proposal {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        state: State::ALL.into_iter().find(|known| known.name() == state).unwrap_or(State::Withdrawn),
        actor: row.try_get("actor")?,
        proposed_at: row.try_get("proposed_at")?,
        decided_at: row.try_get("decided_at")?,
        changeset: row.try_get("changeset")?,
        edits: serde_json::from_value(outline).map_err(|error| StoreError::Stored(error.to_string()))?,
    })
}

fn edit(row: &PgRow) -> Result<ProposedEdit, StoreError> {
    let feature = FeatureId(row.try_get("feature")?);
    let seen: Option<i64> = row.try_get("version")?;
    let side = |geometry: &str, properties: &str, version: i64| {
        let Some(properties) = row.try_get::<Option<String>, _>(properties)? else { return Ok(None) };
        let geometry = stored_geometry(row.try_get(geometry)?)?;
        Ok::<_, StoreError>(Some(FeatureState { id: feature, version, geometry, properties: stored_json(properties)? }))
    };
    let version = seen.unwrap_or_default();
    Ok(ProposedEdit {
        collection: row.try_get("collection")?,
        feature,
        before: side("before_geometry", "before_properties", version)?,
        after: side("after_geometry", "after_properties", version + 1)?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::super::Operation;
    use super::*;

    #[test]
    fn a_proposal_is_read_from_the_journal_as_it_was_written() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let outline = Outline {
            collection: "hydrants".to_owned(),
            feature: FeatureId(Uuid::from_u128(9)),
            version: Some(3),
            operation: Operation::Update,
            fields: vec!["geometry".to_owned()],
            from: Some([1.5, 2.25]),
            to: None,
        };
        let open = Proposal {
            id: Uuid::from_u128(7),
            version: 1,
            state: State::Open,
            actor: 4,
            proposed_at: at("2026-11-30T08:00:00Z"),
            decided_at: None,
            changeset: None,
            edits: vec![outline],
        };
        let approved = Proposal {
            version: 2,
            state: State::Approved,
            decided_at: Some(at("2026-11-30T09:00:00Z")),
            changeset: Some(12),
            ..open.clone()
        };
        for proposal in [open, approved] {
            let read = Proposal::from_journal(proposal.id, proposal.version, &proposal.to_journal());
            assert_eq!(read, Some(proposal));
        }
        assert!(Proposal::from_journal(Uuid::from_u128(7), 2, &json!({ "state": "open" })).is_none());
    }
}
