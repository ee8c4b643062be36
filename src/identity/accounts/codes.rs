//! Second factors that are typed in: codes of an authenticator (TOTP, RFC 6238) and recovery codes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;

/// Letters and digits that nobody takes for one another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The secret that an authenticator shares: 160 random bits (RFC 4226, 4).
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// A new one.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// As it is kept; `None` for what is none.
    pub fn from_kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To be kept.
    pub fn to_kept(&self) -> &[u8] {
        &self.0
    }

    /// For typing in.
    pub fn base32(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// The address that authenticators read from a picture.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (utf8_percent_encode(issuer, PLAIN), utf8_percent_encode(account, PLAIN));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.base32())
    }

    /// The step of time whose code this is: the present one, the one before or the one after, if it is later than the last
    /// that was used. Steps have 30 seconds and codes six digits.
    pub fn step_of(&self, code: &str, now: i64, used: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let step = is_code.then(|| self.totp().check(&code, u64::try_from(now).ok()?)).flatten()?;
        let step = i64::try_from(step).ok()?;
        used.is_none_or(|used| step > used).then_some(step)
    }

    /// The code of a moment, for tests and authenticators.
    pub fn code(&self, now: i64) -> String {
        self.totp().generate(now.try_into().unwrap_or_default()).to_string()
    }

    fn totp(&self) -> Totp {
        Builder::new().with_secret(Secret::new_stack(self.0)).with_skew(1).build_noncompliant()
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// A recovery code: 60 random bits, as twelve letters in three groups. Shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new one.
    pub fn random() -> Self {
        let bytes: [u8; 12] = rand::random();
        Self(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }

    /// As somebody has typed it.
    pub fn typed(text: &str) -> Self {
        Self(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(64).collect())
    }

    /// The text to be shown.
    pub fn reveal(&self) -> String {
        let parts: Vec<&str> = (0..3).filter_map(|nth| self.0.get(4 * nth..4 * nth + 4)).collect();
        parts.join("-")
    }

    /// What is kept. Guessing is limited by attempts, and 60 bits are too many for trying hashes.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(secret.code(59), "287082");
        assert_eq!(secret.code(1_111_111_109), "081804");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_taken_once_and_half_a_minute_early_or_late() {
        let (secret, now) = (TotpSecret::random(), 1_780_000_000);
        let code = secret.code(now);
        let step = secret.step_of(&code, now, None).expect("the code of now");
        assert_eq!(secret.step_of(&code, now + 30, None), Some(step));
        assert_eq!(secret.step_of(&code, now - 30, None), Some(step));
        assert_eq!(secret.step_of(&code, now + 60, None), None);
        assert_eq!(secret.step_of(&code, now, Some(step)), None);
        for bad in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(secret.step_of(bad, now, None), None, "{bad}");
        }
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let code = RecoveryCode::random();
        assert_eq!(RecoveryCode::typed(&code.reveal().to_uppercase().replace('-', " ")), code);
        assert_eq!(code.reveal().len(), 14);
    }

    #[test]
    fn an_authenticator_is_told_whose_codes_they_are() {
        let address = TotpSecret::random().address("Landkreis Grevenhagen", "a@b.de");
        assert!(address.starts_with("otpauth://totp/Landkreis%20Grevenhagen:a%40b.de?secret="), "{address}");
    }
}
