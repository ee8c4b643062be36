//! The code by which a tablet is enrolled.

use std::fmt;

use sha2::{Digest, Sha256};

/// Letters and digits that nobody takes for one another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// Eight letters, 40 random bits, written in two groups. It is told once, used once, holds for hours, and may be guessed at a
/// few times: so that it can be read aloud and typed on a tablet.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl EnrolmentCode {
    /// A new one.
    pub fn random() -> Self {
        let bytes: [u8; LENGTH] = rand::random();
        Self(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }

    /// As somebody has typed it: in any case, with whatever between, and with letters for the digits that look like them.
    pub fn typed(text: &str) -> Self {
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        Self(text.chars().filter(char::is_ascii_alphanumeric).map(read).take(64).collect())
    }

    /// The text to be shown.
    pub fn reveal(&self) -> String {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or((&self.0, ""));
        format!("{first}-{second}")
    }

    /// What is kept.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = EnrolmentCode::random();
        assert_eq!(code.reveal().len(), 9);
        assert_eq!(EnrolmentCode::typed(&format!(" {} ", code.reveal().to_lowercase())), code);
        assert_eq!(EnrolmentCode::typed("o0iL-7abc"), EnrolmentCode::typed("0011 7ABC"));
        assert_eq!(format!("{code:?}"), "EnrolmentCode(…)");
    }
}
