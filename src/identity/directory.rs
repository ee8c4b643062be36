//! The tokens in memory, so that no read asks the database who is calling.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::store::{TOKEN, TokenRow, tokens};
use super::{Area, Caller, Secret};
use crate::index::RecordKeeper;
use crate::store::actors::Actor;
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// Every token. Follows the journal as the index does, so that who was let in or sent away a moment ago is.
#[derive(Debug, Default)]
pub struct Directory {
    tokens: ArcSwap<Tokens>,
}

#[derive(Debug, Default, Clone)]
struct Tokens {
    /// The valid ones, by the hash of their secret.
    valid: HashMap<[u8; 32], Entry>,
    /// Of all of them: which state of each is known.
    versions: HashMap<Uuid, i64>,
}

#[derive(Debug, Clone)]
struct Entry {
    id: Uuid,
    caller: Caller,
    expires_at: Option<DateTime<Utc>>,
}

impl Directory {
    /// Who holds a secret. `None`: nobody, or nobody any more. The map is keyed by a hash of random bits, so how long a
    /// look-up takes says nothing about the secrets in it.
    pub fn caller(&self, secret: &Secret, now: DateTime<Utc>) -> Option<Caller> {
        let tokens = self.tokens.load();
        let entry = tokens.valid.get(&secret.hash())?;
        entry.expires_at.is_none_or(|end| now < end).then(|| entry.caller.clone())
    }
}

impl RecordKeeper for Directory {
    fn subject(&self) -> &'static str {
        TOKEN
    }

    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let mut read = Tokens::default();
            tokens(store).await?.into_iter().for_each(|row| read.take(row));
            self.tokens.store(Arc::new(read));
            Ok(())
        }
        .boxed()
    }

    fn changed(&self, records: &[RecordChanged]) {
        let mut tokens = Tokens::clone(&self.tokens.load());
        for record in records {
            let state =
                record.after.as_ref().and_then(|state| TokenRow::from_journal(record.id, record.version, state));
            match state {
                Some(row) => tokens.take(row),
                // Gone, or written by a newer program: nobody is let in by what cannot be read.
                None => tokens.valid.retain(|_, entry| entry.id != record.id),
            }
        }
        self.tokens.store(Arc::new(tokens));
    }
}

impl Tokens {
    /// Takes the state of a token, unless a newer one is known.
    fn take(&mut self, row: TokenRow) {
        if self.versions.get(&row.id).is_some_and(|known| *known > row.version) {
            return;
        }
        self.versions.insert(row.id, row.version);
        self.valid.retain(|_, entry| entry.id != row.id);
        self.valid.extend(entry(row));
    }
}

fn entry(row: TokenRow) -> Option<([u8; 32], Entry)> {
    if row.revoked_at.is_some() {
        return None;
    }
    let hash = row.hash.try_into().ok()?;
    let role = row.role.parse().ok()?;
    let caller = Caller::with_token(row.name, Actor::Known(row.actor), role, row.collections, row.area.map(Area));
    Some((hash, Entry { id: row.id, caller, expires_at: row.expires_at }))
}
