//! Tablets in the database and the journal. Rows are not deleted: the journal names them.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{DeviceRow, EnrolmentCode, Listed};
use crate::feature::value::format_instant;
use crate::identity::Bits;
use crate::identity::bits::{hex, unhex};
use crate::identity::store::{Entry, instant, text};
use crate::store::actors::ActorKind;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The subject of the journal's entries.
pub const DEVICE: &str = "device";

impl Entry for DeviceRow {
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        Some(Self {
            id,
            version,
            actor: state["actor"].as_i64()?,
            organisation: text(state, "organisation")?.parse().ok()?,
            hash: state["hash"].as_str().map(unhex)?.filter(|hash| hash.len() == 32),
            code_ends_at: instant(state, "code_ends_at"),
            created_at: instant(state, "created_at")?,
            enrolled_at: instant(state, "enrolled_at"),
            ends_at: instant(state, "ends_at"),
            revoked_at: instant(state, "revoked_at"),
        })
    }

    fn to_journal(&self) -> Json {
        let instant = |time: Option<DateTime<Utc>>| time.map(format_instant);
        json!({
            "actor": self.actor,
            "organisation": self.organisation,
            "hash": self.hash.as_deref().map(hex).unwrap_or_default(),
            "code_ends_at": instant(self.code_ends_at),
            "created_at": instant(Some(self.created_at)),
            "enrolled_at": instant(self.enrolled_at),
            "ends_at": instant(self.ends_at),
            "revoked_at": instant(self.revoked_at),
        })
    }
}

/// All tablets, the oldest first.
///
/// # Errors
/// The database's.
pub async fn devices(store: &Store) -> Result<Vec<DeviceRow>, StoreError> {
    let rows = sqlx::query("SELECT * FROM device ORDER BY created_at, id").fetch_all(store.pool()).await?;
    rows.iter().map(row).collect()
}

const LISTED: &str = "SELECT device.*, actor.label FROM device JOIN actor ON actor.id = device.actor \
                      WHERE device.revoked_at IS NULL";

/// The tablets that have not been revoked, by name.
///
/// # Errors
/// The database's.
pub async fn listed(store: &Store) -> Result<Vec<Listed>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("{LISTED} ORDER BY actor.label, device.id"));
    sqlx::query(sql).fetch_all(store.pool()).await?.iter().map(listed_row).collect()
}

/// One of them.
///
/// # Errors
/// The database's.
pub async fn listed_one(store: &Store, id: Uuid) -> Result<Option<Listed>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("{LISTED} AND device.id = $1"));
    sqlx::query(sql).bind(id).fetch_optional(store.pool()).await?.as_ref().map(listed_row).transpose()
}

/// The tablet that a code enrols, whether the code still holds or not.
///
/// # Errors
/// The database's.
pub async fn device_of(store: &Store, code: &EnrolmentCode) -> Result<Option<DeviceRow>, StoreError> {
    let sql = "SELECT * FROM device WHERE code = $1 AND revoked_at IS NULL";
    let found = sqlx::query(sql).bind(code.hash().as_slice()).fetch_optional(store.pool()).await?;
    found.as_ref().map(row).transpose()
}

/// What is kept of the PIN of a tablet.
///
/// # Errors
/// The database's.
pub async fn pin_of(store: &Store, id: Uuid) -> Result<Option<String>, StoreError> {
    let sql = "SELECT pin FROM device WHERE id = $1 AND revoked_at IS NULL";
    Ok(sqlx::query_scalar::<_, Option<String>>(sql).bind(id).fetch_optional(store.pool()).await?.flatten())
}

/// Makes a tablet that waits to be enrolled by a code.
///
/// # Errors
/// The database's.
pub async fn create_device(
    transaction: &mut Transaction,
    (name, organisation): (&str, Uuid),
    (code, code_ends_at): (&EnrolmentCode, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<DeviceRow, StoreError> {
    let sql = "WITH author AS (INSERT INTO actor (kind, label) VALUES ($1, $2) RETURNING id) \
               INSERT INTO device (id, version, actor, organisation, code, code_ends_at, created_at) \
               SELECT $3, 1, id, $4, $5, $6, $7 FROM author RETURNING *";
    let made = sqlx::query(sql)
        .bind(ActorKind::Device.name())
        .bind(name)
        .bind(Uuid::now_v7())
        .bind(organisation)
        .bind(code.hash().as_slice())
        .bind(code_ends_at)
        .bind(now)
        .fetch_one(transaction.connection())
        .await?;
    let made = row(&made)?;
    enter(transaction, None, &made).await?;
    Ok(made)
}

/// A tablet that has not been revoked, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn device_to_change(transaction: &mut Transaction, id: Uuid) -> Result<Option<DeviceRow>, StoreError> {
    let sql = "SELECT * FROM device WHERE id = $1 AND revoked_at IS NULL FOR UPDATE";
    let found = sqlx::query(sql).bind(id).fetch_optional(transaction.connection()).await?;
    found.as_ref().map(row).transpose()
}

/// Calls a tablet otherwise.
///
/// # Errors
/// The database's.
pub async fn rename_device(transaction: &mut Transaction, before: &DeviceRow, name: &str) -> Result<(), StoreError> {
    let sql = "WITH named AS (UPDATE actor SET label = $2 WHERE id = $3) \
               UPDATE device SET version = version + 1 WHERE id = $1 RETURNING *";
    let query = sqlx::query(sql).bind(before.id).bind(name).bind(before.actor);
    let after = row(&query.fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await
}

/// Gives a tablet a new code. Until it is used, whoever is enrolled stays so.
///
/// # Errors
/// The database's.
pub async fn renew_code(
    transaction: &mut Transaction,
    before: &DeviceRow,
    (code, ends_at): (&EnrolmentCode, DateTime<Utc>),
) -> Result<DeviceRow, StoreError> {
    let sql = "UPDATE device SET version = version + 1, code = $2, code_ends_at = $3 WHERE id = $1 RETURNING *";
    let query = sqlx::query(sql).bind(before.id).bind(code.hash().as_slice()).bind(ends_at);
    let after = row(&query.fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await?;
    Ok(after)
}

/// Enrols a tablet by a code that is used up by it; `false` if the code was used meanwhile. Whoever was enrolled before is so
/// no longer.
///
/// # Errors
/// The database's.
pub async fn enrol_device(
    transaction: &mut Transaction,
    before: &DeviceRow,
    code: &EnrolmentCode,
    (bits, pin): (&Bits, &str),
    (now, ends_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let sql = "UPDATE device SET version = version + 1, hash = $3, code = NULL, code_ends_at = NULL, pin = $4, \
                 enrolled_at = $5, ends_at = $6 \
               WHERE id = $1 AND code = $2 AND code_ends_at > $5 AND revoked_at IS NULL RETURNING *";
    let enrolled = sqlx::query(sql)
        .bind(before.id)
        .bind(code.hash().as_slice())
        .bind(bits.hash().as_slice())
        .bind(pin)
        .bind(now)
        .bind(ends_at)
        .fetch_optional(transaction.connection())
        .await?;
    let Some(after) = enrolled.as_ref().map(row).transpose()? else { return Ok(false) };
    enter(transaction, Some(before), &after).await?;
    Ok(true)
}

/// Ends a tablet at once.
///
/// # Errors
/// The database's.
pub async fn revoke_device(
    transaction: &mut Transaction,
    before: &DeviceRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE device SET version = version + 1, code = NULL, code_ends_at = NULL, pin = NULL, revoked_at = $2 \
               WHERE id = $1 RETURNING *";
    let after = row(&sqlx::query(sql).bind(before.id).bind(now).fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await
}

/// Notes when tablets were last seen.
///
/// # Errors
/// The database's.
pub async fn note_seen(store: &Store, seen: &[(Uuid, DateTime<Utc>)]) -> Result<(), StoreError> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = seen.iter().copied().unzip();
    let sql = "UPDATE device SET last_seen = seen.at FROM unnest($1::uuid[], $2::timestamptz[]) AS seen (id, at) \
               WHERE device.id = seen.id AND (device.last_seen IS NULL OR device.last_seen < seen.at)";
    sqlx::query(sql).bind(ids).bind(times).execute(store.pool()).await?;
    Ok(())
}

async fn enter(transaction: &mut Transaction, before: Option<&DeviceRow>, after: &DeviceRow) -> Result<(), StoreError> {
    let (id, version) = (after.id, after.version);
    let (before, after) = (before.map(DeviceRow::to_journal), Some(after.to_journal()));
    transaction.record(&RecordChange { subject: DEVICE, id, version, before, after }).await
}

fn listed_row(one: &PgRow) -> Result<Listed, StoreError> {
    Ok(Listed { row: row(one)?, name: one.try_get("label")?, last_seen: one.try_get("last_seen")? })
}

fn row(row: &PgRow) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        actor: row.try_get("actor")?,
        organisation: row.try_get("organisation")?,
        hash: row.try_get("hash")?,
        code_ends_at: row.try_get("code_ends_at")?,
        created_at: row.try_get("created_at")?,
        enrolled_at: row.try_get("enrolled_at")?,
        ends_at: row.try_get("ends_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tablet_is_read_from_the_journal_as_it_was_written() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let waiting = DeviceRow {
            id: Uuid::from_u128(7),
            version: 1,
            actor: 4,
            organisation: Uuid::from_u128(8),
            hash: None,
            code_ends_at: Some(at("2026-11-30T08:00:00Z")),
            created_at: at("2026-11-29T08:00:00Z"),
            enrolled_at: None,
            ends_at: None,
            revoked_at: None,
        };
        let enrolled = DeviceRow {
            hash: Some((0..32).collect()),
            code_ends_at: None,
            enrolled_at: Some(at("2026-11-29T09:00:00Z")),
            ends_at: Some(at("2027-11-29T09:00:00Z")),
            ..waiting.clone()
        };
        for device in [waiting, enrolled] {
            assert_eq!(DeviceRow::from_journal(device.id, 1, &device.to_journal()), Some(device));
        }
        assert!(DeviceRow::from_journal(Uuid::from_u128(7), 2, &json!({ "hash": "" })).is_none());
    }
}
