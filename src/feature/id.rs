//! The identity of a feature.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a feature, unique across all collections and never used again after a deletion.
///
/// A UUID of version 7, so that ids made later sort later: paging by id then shows features in the order of creation. Those
/// of the invented district are of version 8 and come from its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeatureId(pub Uuid);

impl FeatureId {
    /// Bytes of an id as text.
    pub const TEXT: usize = uuid::fmt::Hyphenated::LENGTH;

    /// A new id that sorts after every id this process has made before.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id as it is written, without the formatting machinery: an answer may hold a thousand.
    pub fn text(self) -> [u8; Self::TEXT] {
        const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        let mut text = [b'-'; Self::TEXT];
        for (byte, place) in self.0.as_bytes().iter().zip(PLACES) {
            [text[place], text[place + 1]] = HEX[usize::from(*byte)];
        }
        text
    }
}

/// Every byte as two digits.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut hex = [[0; 2]; 256];
    let mut byte = 0;
    while byte < hex.len() {
        hex[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    hex
};

impl Default for FeatureId {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Uuid> for FeatureId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The text is not a UUID.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a feature id; ids look like 0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11")]
pub struct InvalidFeatureId(String);

impl FromStr for FeatureId {
    type Err = InvalidFeatureId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidFeatureId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_id_is_that_of_the_library() {
        for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x0190_a5c2_7b1e_7c3a_9f10_2f6f_0d1c_9a11)] {
            assert_eq!(std::str::from_utf8(&FeatureId(id).text()), Ok(&*id.hyphenated().to_string()));
        }
    }
}
