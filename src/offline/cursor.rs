//! How far a device has followed.

use std::fmt;
use std::str::FromStr;

use super::register::Class;
use crate::http::Wrong;
use crate::store::journal::Cursor;
use crate::texts::Told;

/// The journal's cursor, with what the device's copy was made by: of another class of callers or other declarations a
/// difference would not fit. Opaque to devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCursor {
    pub class: Class,
    /// Of the declarations.
    pub edition: u32,
    pub journal: Cursor,
}

impl fmt::Display for DeviceCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:08x}.{}", self.class.0, self.edition, self.journal)
    }
}

/// The text is not a cursor.
#[derive(Debug, thiserror::Error)]
#[error("this is no cursor; take the one of /api/device/manifest or of the last answer")]
pub struct NoCursor;

impl From<&NoCursor> for Told {
    fn from(_: &NoCursor) -> Self {
        Self::of(&Wrong::Cursor { is_given: true })
    }
}

impl FromStr for DeviceCursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NoCursor);
        let class = u8::from_str_radix(part()?, 16).map_err(|_| NoCursor)?;
        let edition = u32::from_str_radix(part()?, 16).map_err(|_| NoCursor)?;
        let journal = part()?.parse().map_err(|_| NoCursor)?;
        Ok(Self { class: Class(class), edition, journal })
    }
}
