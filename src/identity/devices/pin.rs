//! The PIN of a tablet.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::identity::accounts::NewPassword;
use crate::texts::Tell;

const SHORTEST: usize = 4;
const LONGEST: usize = 8;

/// Four to eight digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

/// What is no PIN, or one that everybody tries first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum BadPin {
    #[error("a PIN has {shortest} to {longest} digits")]
    NoPin { shortest: usize, longest: usize },
    #[error("a PIN is neither one digit repeated nor digits in their order")]
    Trivial,
}

impl Tell for BadPin {
    const FILE: &'static str = "pins";
}

impl Pin {
    /// As argon2id takes it.
    pub fn as_password(&self) -> NewPassword {
        NewPassword::typed(&self.0)
    }
}

impl FromStr for Pin {
    type Err = BadPin;

    fn from_str(text: &str) -> Result<Self, BadPin> {
        let digits = text.as_bytes();
        if !(SHORTEST..=LONGEST).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return Err(BadPin::NoPin { shortest: SHORTEST, longest: LONGEST });
        }
        let steps = digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0]));
        let first = i16::from(digits[1]) - i16::from(digits[0]);
        if (-1..=1).contains(&first) && steps.into_iter().all(|step| step == first) {
            return Err(BadPin::Trivial);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_four_to_eight_digits_and_is_not_what_everybody_tries_first() {
        for text in ["4711", "1357", "90210", "00700000", "8462"] {
            assert!(text.parse::<Pin>().is_ok(), "{text}");
        }
        for text in ["", "1", "123", "123456789", "12a4", "１２３４", "-471"] {
            assert_eq!(text.parse::<Pin>(), Err(BadPin::NoPin { shortest: 4, longest: 8 }), "{text}");
        }
        for text in ["0000", "1234", "98765", "11111111"] {
            assert_eq!(text.parse::<Pin>(), Err(BadPin::Trivial), "{text}");
        }
    }
}
