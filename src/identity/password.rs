//! A password for a user of the database, and what PostgreSQL keeps of it.
//!
//! The verifier is made here (SCRAM-SHA-256, RFC 5802 and 7677), so that the password itself never reaches the database,
//! whose log may hold statements.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// What PostgreSQL itself takes.
const ROUNDS: u32 = 4_096;

/// 160 random bits, as 40 hexadecimal digits. Shown once, kept nowhere.
#[derive(Clone)]
pub struct Password([u8; 20]);

impl Password {
    /// A new password from the operating system's random numbers.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The text to hand over to its owner.
    pub fn reveal(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What the database keeps.
    pub fn verifier(&self) -> String {
        verifier(&self.reveal(), &rand::random(), ROUNDS)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

fn verifier(password: &str, salt: &[u8; 16], rounds: u32) -> String {
    let salted = stretched(password.as_bytes(), salt, rounds);
    let stored = Sha256::digest(hmac(&salted, b"Client Key"));
    let server = hmac(&salted, b"Server Key");
    let text = |bytes: &[u8]| BASE64.encode(bytes);
    format!("SCRAM-SHA-256${rounds}:{}${}:{}", text(salt), text(&stored), text(&server))
}

/// `Hi` of RFC 5802: PBKDF2 with HMAC-SHA-256 and one block.
fn stretched(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut last = hmac(password, &[salt, &1u32.to_be_bytes()].concat());
    let mut sum = last;
    for _ in 1..rounds {
        last = hmac(password, &last);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_that_of_the_example_in_rfc_7677() {
        let salt: [u8; 16] = BASE64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").expect("Base64").try_into().expect("16 bytes");
        let expected = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        assert_eq!(verifier("pencil", &salt, 4096), expected);
    }

    #[test]
    fn passwords_differ_and_do_not_show_in_logs() {
        assert_ne!(Password::random().reveal(), Password::random().reveal());
        assert_eq!(format!("{:?}", Password::random()), "Password(…)");
    }
}
