//! Random bits that open something: a session, a link. Whoever is given them can use them; nobody can guess them.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// 256 random bits, written in 43 characters that fit into cookies and addresses (base64url, RFC 4648, 5).
#[derive(Clone, PartialEq, Eq)]
pub struct Bits([u8; 32]);

/// The text is none.
#[derive(Debug, thiserror::Error)]
#[error("a secret has 43 characters")]
pub struct InvalidBits;

impl Bits {
    /// New ones from the operating system's random numbers.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// What is kept of them. They have as many random bits as the hash, so a plain hash is enough.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// Others that follow from these for a purpose: whoever sees them learns nothing of these, nor of those for other purposes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }

    /// The text for whoever is to hold them.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for Bits {
    type Err = InvalidBits;

    fn from_str(text: &str) -> Result<Self, InvalidBits> {
        let mut bytes = [0; 33];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(std::array::from_fn(|at| bytes[at]))),
            _ => Err(InvalidBits),
        }
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bits(…)")
    }
}

/// A hash as the journal has it.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash as it was written by [`hex`].
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_read_back_and_show_themselves_to_no_log() {
        let bits = Bits::random();
        assert_eq!(bits.reveal().parse::<Bits>().expect("bits"), bits);
        assert_eq!(format!("{bits:?}"), "Bits(…)");
        for text in ["", "a", &"A".repeat(42), &"A".repeat(44), &"ä".repeat(21), &"=".repeat(43)] {
            assert!(text.parse::<Bits>().is_err(), "{text}");
        }
    }
}
