//! What was missed since a cursor: from the hub's memory or, further back, from the journal.

use std::time::Duration;

use geo_types::{Rect, coord};

use super::Events;
use super::hub::Subscription;
use crate::index::{Action, Changed};
use crate::store::StoreError;
use crate::store::journal::{Cursor, MissedRow};

/// How long a client that comes from a node that is ahead waits until this one has caught up.
pub const CATCH_UP: Duration = Duration::from_secs(3);

/// Changes that are told one by one to who was away for long.
const MOST_REPLAYED: usize = 5_000;

/// What happened since a cursor.
#[derive(Debug)]
pub enum Replay {
    /// In the order of the journal, with the cursor after it.
    Changes { changes: Vec<Changed>, reached: Cursor },
    /// More than are told one by one.
    TooMany,
    /// The cursor is not of this journal.
    Foreign,
}

/// Everything that has happened since a cursor. Waits for a moment where this node is behind it.
///
/// # Errors
/// When the journal is needed and cannot be read.
pub async fn replay(events: &Events, since: &Cursor) -> Result<Replay, StoreError> {
    events.index.covers_within(since, CATCH_UP).await;
    let Some(subscription) = events.hub.subscribe() else { return Ok(Replay::Foreign) };
    if !is_known(events, since, &subscription).await? {
        return Ok(Replay::Foreign);
    }
    let Subscription { kept, floor, reached, .. } = subscription;
    let unseen: Vec<_> = kept.iter().filter(|batch| !since.covers(&batch.after)).collect();
    let remembered = since.covers(&floor) && unseen.iter().all(|batch| batch.flooded.is_empty());
    let changes = if remembered {
        let events = unseen.iter().flat_map(|batch| batch.events.iter().map(|event| &event.changed));
        events.filter(|changed| !since.sees(changed.transaction)).cloned().collect()
    } else {
        match older(events, since, &reached, MOST_REPLAYED).await? {
            Some(changes) => changes,
            None => return Ok(Replay::TooMany),
        }
    };
    Ok(Replay::Changes { changes, reached })
}

/// True if a client's cursor is of the history that this node follows: everything it saw is still there, and nothing else has
/// come in its place.
///
/// # Errors
/// When the journal is needed and cannot be read.
pub async fn is_known(events: &Events, since: &Cursor, subscription: &Subscription) -> Result<bool, StoreError> {
    if !subscription.reached.covers(since) {
        return Ok(false);
    }
    let mut older = Vec::new();
    if !since.covers(&subscription.floor) {
        let _turn = events.hub.replays.acquire().await;
        older = events.store.passed(since, &subscription.floor).await?;
    }
    Ok(subscription.follows(since, &older))
}

/// The changes between two cursors from the journal; `None` when they are more than `most`.
pub async fn older(
    events: &Events,
    since: &Cursor,
    until: &Cursor,
    most: usize,
) -> Result<Option<Vec<Changed>>, StoreError> {
    // After a restart every client comes back at once; the database has others to answer.
    let _turn = events.hub.replays.acquire().await;
    let rows = events.store.missed(since, until, most as i64 + 1).await?;
    if rows.len() > most {
        return Ok(None);
    }
    Ok(Some(rows.iter().filter_map(|row| changed(events, row)).collect()))
}

/// A row of the journal as the index would have told it; `None` if its collection is no longer declared.
fn changed(events: &Events, row: &MissedRow) -> Option<Changed> {
    let rect =
        |[west, south, east, north]: [f64; 4]| Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north });
    Some(Changed {
        collection: events.catalogue.position(&row.collection)?,
        id: row.feature.into(),
        action: match row.operation.as_str() {
            "create" => Action::Created,
            "update" => Action::Updated,
            _ => Action::Deleted,
        },
        version: row.version,
        transaction: row.transaction,
        at: row.at,
        before: row.before.map(rect),
        after: row.after.map(rect),
    })
}
