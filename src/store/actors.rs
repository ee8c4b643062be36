//! Who changes something: a row each, so that a name stands in one place.

use super::{Store, StoreError};

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// A person who has signed in.
    Account,
    /// A program with an API token.
    Token,
    /// A tablet in a vehicle.
    Device,
    /// Somebody without an account.
    Guest,
    /// The server itself, or whoever has its command line.
    System,
    /// The clock.
    Timer,
}

impl ActorKind {
    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Token => "token",
            Self::Device => "device",
            Self::Guest => "guest",
            Self::System => "system",
            Self::Timer => "timer",
        }
    }
}

/// An author of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// By the number of its row.
    Known(i64),
    /// One that its name alone tells from others; its row is made when it first changes something.
    Named { kind: ActorKind, label: String },
}

impl Actor {
    /// The server itself, or its command line.
    pub fn system(label: &str) -> Self {
        Self::Named { kind: ActorKind::System, label: label.to_owned() }
    }
}

impl Store {
    /// The number of an actor's row. Made outside of any transaction: a long one would make others of the name wait.
    pub(super) async fn actor(&self, actor: &Actor) -> Result<i64, StoreError> {
        let (kind, label) = match actor {
            Actor::Known(id) => return Ok(*id),
            Actor::Named { kind, label } => (kind.name(), label),
        };
        let find = "SELECT id FROM actor WHERE kind = $1 AND label = $2 AND kind IN ('token', 'system', 'timer')";
        let known = sqlx::query_scalar(find).bind(kind).bind(label).fetch_optional(self.pool()).await?;
        if let Some(id) = known {
            return Ok(id);
        }
        let make = "INSERT INTO actor (kind, label) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sqlx::query(make).bind(kind).bind(label).execute(self.pool()).await?;
        Ok(sqlx::query_scalar(find).bind(kind).bind(label).fetch_one(self.pool()).await?)
    }
}
