//! Tablets as they are answered.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::identity::devices::{DeviceRow, Listed};

#[derive(Debug, Serialize, JsonSchema)]
pub struct DeviceList {
    /// By name.
    pub devices: Vec<Device>,
}

/// A tablet, for those who administer its organisation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Device {
    pub id: Uuid,
    pub name: String,
    pub organisation: Uuid,
    pub state: DeviceState,
    pub created_at: DateTime<Utc>,
    /// Null without a code that can still be used.
    pub code_expires_at: Option<DateTime<Utc>>,
    pub enrolled_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    /// To the hour.
    pub last_seen: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// For somebody to enrol it by its code.
    Waiting,
    CodeExpired,
    Enrolled,
    Expired,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct DeviceWithCode {
    #[serde(flatten)]
    pub device: Device,
    /// Shown once; it enrols one tablet.
    pub code: String,
}

/// A tablet, for itself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnDevice {
    pub name: String,
    pub organisation: Uuid,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Device {
    /// As it is answered at a time.
    pub fn at(now: DateTime<Utc>, Listed { row, name, last_seen }: Listed) -> Self {
        Self {
            state: DeviceState::of(&row, now),
            id: row.id,
            name,
            organisation: row.organisation,
            created_at: row.created_at,
            code_expires_at: row.code_ends_at.filter(|end| *end > now),
            enrolled_at: row.enrolled_at,
            expires_at: row.ends_at,
            last_seen,
        }
    }
}

impl DeviceState {
    fn of(row: &DeviceRow, now: DateTime<Utc>) -> Self {
        let is_over = |end: Option<DateTime<Utc>>| end.is_some_and(|end| end <= now);
        match (row.enrolled_at, row.code_ends_at) {
            (Some(_), _) if is_over(row.ends_at) => Self::Expired,
            (Some(_), _) => Self::Enrolled,
            (None, end) if is_over(end) => Self::CodeExpired,
            (None, _) => Self::Waiting,
        }
    }
}

impl From<Listed> for OwnDevice {
    fn from(Listed { row, name, .. }: Listed) -> Self {
        Self { name, organisation: row.organisation, expires_at: row.ends_at }
    }
}
