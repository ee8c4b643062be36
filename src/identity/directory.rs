//! The tokens in memory, so that no read asks the database who is calling.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::{Area, Caller, Secret};
use crate::store::tokens::{CHANNEL, TokenRow};
use crate::store::{Store, StoreError};

/// How long to wait before a lost database is looked for again.
const PAUSE: Duration = Duration::from_millis(500);

/// Every valid token, by the hash of its secret.
#[derive(Debug, Default)]
pub struct Directory {
    tokens: ArcSwap<HashMap<[u8; 32], Entry>>,
}

#[derive(Debug)]
struct Entry {
    caller: Caller,
    expires_at: Option<DateTime<Utc>>,
}

impl Directory {
    /// Who holds a secret. `None`: nobody, or nobody any more. The map is keyed by a hash of random bits, so how long a
    /// look-up takes says nothing about the secrets in it.
    pub fn caller(&self, secret: &Secret, now: DateTime<Utc>) -> Option<Caller> {
        let tokens = self.tokens.load();
        let entry = tokens.get(&secret.hash())?;
        entry.expires_at.is_none_or(|end| now < end).then(|| entry.caller.clone())
    }

    /// Reads all tokens anew.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let rows = store.tokens().await?;
        self.tokens.store(Arc::new(rows.into_iter().filter_map(entry).collect()));
        Ok(())
    }

    /// Follows the changes of the tokens until `stop`.
    pub async fn follow(self: Arc<Self>, store: Store, stop: CancellationToken) {
        let lost = async {
            loop {
                if let Err(error) = self.listen(&store).await {
                    tracing::warn!(%error, "the tokens cannot be followed; those known stay valid until they expire");
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = lost => {}
        }
    }

    async fn listen(&self, store: &Store) -> Result<(), StoreError> {
        let mut listener = store.listen(CHANNEL).await?;
        loop {
            self.refresh(store).await?;
            listener.told().await?;
        }
    }
}

fn entry(row: TokenRow) -> Option<([u8; 32], Entry)> {
    if row.revoked_at.is_some() {
        return None;
    }
    let hash = row.hash.try_into().ok()?;
    let role = row.role.parse().ok()?;
    let caller = Caller::with_token(row.name, role, row.collections, row.area.map(Area));
    Some((hash, Entry { caller, expires_at: row.expires_at }))
}
