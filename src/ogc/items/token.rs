//! Where the next page begins: opaque to clients, and no number of features to skip, so that a page neither repeats nor
//! loses features when others are added or deleted meanwhile.
//!
//! It is the id of the last feature shown, and under `sortby` also the values that were sorted by, as JSON; both in
//! hexadecimal digits.

use std::fmt::Write;

use uuid::Uuid;

use crate::collection::{Collection, encode, validate};
use crate::feature::{FeatureId, Row, RowBuilder};
use crate::http::Wrong;
use crate::index::Stored;
use crate::texts::Told;

/// The last feature of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: FeatureId,
    /// A packed row with the properties that were sorted by.
    row: Vec<u8>,
}

/// The text is no token of ours, or one of another order.
#[derive(Debug, thiserror::Error)]
#[error("this is not where a page of this request begins; take the address of the link 'next' as it is")]
pub struct InvalidToken;

impl From<&InvalidToken> for Told {
    fn from(_: &InvalidToken) -> Self {
        Self::of(&Wrong::NoPage)
    }
}

const ID_BYTES: usize = 16;

impl Token {
    /// The token of a feature; `sorted_by` are positions of properties.
    pub fn after(stored: &Stored, sorted_by: &[usize]) -> Self {
        let mut builder = RowBuilder::new();
        for k in sorted_by {
            builder.set(*k, stored.row().get(*k));
        }
        Self { id: stored.id, row: builder.finish() }
    }

    /// The values that were sorted by.
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.row)
    }

    /// The text in the address.
    pub fn write(&self, collection: &Collection, sorted_by: &[usize]) -> String {
        let mut bytes = self.id.0.as_bytes().to_vec();
        if !sorted_by.is_empty() {
            bytes.push(b'{');
            encode::write_members(collection, self.row(), u64::MAX, &mut bytes);
            bytes.push(b'}');
        }
        bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Reads a token back. `sorted`: the request has an order of its own.
    pub fn read(text: &str, collection: &Collection, sorted: bool) -> Result<Self, InvalidToken> {
        let bytes = from_hexadecimal(text).ok_or(InvalidToken)?;
        let (id, values) = bytes.split_at_checked(ID_BYTES).ok_or(InvalidToken)?;
        let id = FeatureId(Uuid::from_slice(id).map_err(|_| InvalidToken)?);
        let mut builder = RowBuilder::new();
        match (values.is_empty(), sorted) {
            (true, _) => {}
            // What comes from outside is parsed, never taken for a packed row.
            (false, true) => {
                let misfits = validate::read_stored(collection, values, &mut builder).map_err(|_| InvalidToken)?;
                if misfits > 0 {
                    return Err(InvalidToken);
                }
            }
            (false, false) => return Err(InvalidToken),
        }
        Ok(Self { id, row: builder.finish() })
    }
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some((digit(pair[0])? << 4 | digit(*pair.get(1)?)?) as u8)).collect()
}
