//! The secret of an API token.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

const PREFIX: &str = "gk_";
const BYTES: usize = 32;

/// A token's secret: 256 random bits, written as `gk_` and 64 hexadecimal digits. Shown once, kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; BYTES]);

/// The text is not a token.
#[derive(Debug, thiserror::Error)]
#[error("a token is written as gk_ and 64 hexadecimal digits")]
pub struct InvalidToken;

impl Secret {
    /// A new secret from the operating system's random numbers.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// What the database keeps. The secret has as many random bits as the hash, so a plain hash is enough.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The text to hand over to the token's owner.
    pub fn reveal(&self) -> String {
        use std::fmt::Write;
        self.0.iter().fold(PREFIX.to_owned(), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let digits = text.strip_prefix(PREFIX).ok_or(InvalidToken)?;
        if digits.len() != 2 * BYTES || !digits.is_ascii() {
            return Err(InvalidToken);
        }
        let mut bytes = [0; BYTES];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).map_err(|_| InvalidToken)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_shows_itself_to_no_log() {
        let secret = Secret::random();
        assert_eq!(secret.reveal().parse::<Secret>().expect("a token"), secret);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_ne!(secret.hash(), Secret::random().hash());
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        for text in ["", "gk_", "gk_zz", "Bearer x", &"gk_".repeat(30), &format!("gk_{}", "ä".repeat(32))] {
            assert!(text.parse::<Secret>().is_err(), "{text}");
        }
    }
}
