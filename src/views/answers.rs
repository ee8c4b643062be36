//! Saved views as they are answered.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::store::ViewRow;

#[derive(Debug, Serialize, JsonSchema)]
pub struct ViewList {
    /// By name.
    pub views: Vec<SavedView>,
}

/// A filter, an order and columns that somebody has kept.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SavedView {
    pub id: Uuid,
    pub name: String,
    pub collection: String,
    /// As the address of the desk has it behind the question mark.
    pub query: String,
    /// Whose members see it, too; null for one that its owner alone sees.
    pub organisation: Option<Uuid>,
    /// Is it one's own?
    pub own: bool,
    pub created_at: DateTime<Utc>,
}

impl SavedView {
    /// A view as `reader` sees it.
    pub fn of(row: ViewRow, reader: Uuid) -> Self {
        let ViewRow { id, account, organisation, collection, name, query, created_at } = row;
        Self { id, name, collection, query, organisation, own: account == reader, created_at }
    }
}
