//! Tablets in vehicles: what is kept of them, the code by which one is enrolled, and its PIN.
//!
//! A tablet belongs to an organisation and holds 256 random bits in a cookie. It reads what crews of that organisation read,
//! and nothing else is ever allowed to it ([`super::Caller::with_device`]). Its PIN is asked for by the page on the tablet,
//! which works without a network; what that protects, and what not, docs/adr/0034 says.

mod code;
mod pin;
pub mod store;

pub use code::EnrolmentCode;
pub use pin::{BadPin, Pin};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The role of every tablet (`data/roles/crew.toml`). An organisation whose kind does not give it has no tablets.
pub const ROLE: &str = "crew";

/// A tablet as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub id: Uuid,
    pub version: i64,
    /// Who it is in the journal; its name stands there.
    pub actor: i64,
    pub organisation: Uuid,
    /// SHA-256 of what its cookie holds; `None` until it is enrolled.
    pub hash: Option<Vec<u8>>,
    /// Until when its code enrols it; `None` without a code that was not used.
    pub code_ends_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub enrolled_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A tablet for people.
#[derive(Debug, Clone)]
pub struct Listed {
    pub row: DeviceRow,
    /// Such as a call sign.
    pub name: String,
    /// To the hour.
    pub last_seen: Option<DateTime<Utc>>,
}
