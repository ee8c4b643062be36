//! Passwords: which are taken, and how they are kept.
//!
//! Rules after NIST SP 800-63B-4, 3.1.1.2: long ones, nothing about their composition, no end of validity, and none that
//! everybody would try first. Kept as argon2id has them (RFC 9106), with the parameters of OWASP's Password Storage Cheat
//! Sheet or more.

use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use schemars::JsonSchema;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{Mail, PersonName};
use crate::texts::Tell;

/// Characters of a password.
pub const SHORTEST: usize = 12;
/// Longest one; hashing it must not be a way to keep the server busy.
pub const LONGEST: usize = 1024;

/// Passwords that are tried first, and what they are made of: of the long ones, most repeat a short one.
const COMMON: [&str; 24] = [
    "password",
    "passwort",
    "kennwort",
    "geheim",
    "qwertz",
    "qwerty",
    "asdfgh",
    "123456",
    "letmein",
    "iloveyou",
    "welcome",
    "willkommen",
    "changeme",
    "monkey",
    "dragon",
    "football",
    "fussball",
    "schatz",
    "hallo",
    "admin",
    "feuerwehr",
    "hydrant",
    "landkreis",
    "geokontor",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum WeakPassword {
    TooShort {
        shortest: usize,
    },
    TooLong {
        longest: usize,
    },
    /// One of those that everybody tries, or little more than that.
    Common,
    /// The name or address of the person, or little more than that.
    Personal,
}

impl Tell for WeakPassword {
    const FILE: &'static str = "passwords";
}

/// A password as it was typed in, in the form in which it is compared.
#[derive(Clone)]
pub struct NewPassword(String);

impl NewPassword {
    /// Composed (NFC), so that the same password typed on two systems is one.
    pub fn typed(text: &str) -> Self {
        // One character more than fits is enough to know that it is too long.
        Self(text.chars().take(LONGEST + 1).nfc().collect())
    }

    /// May it become the password of this person?
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, mail: &Mail, name: &PersonName) -> Result<(), WeakPassword> {
        let length = self.0.chars().count();
        if length < SHORTEST {
            return Err(WeakPassword::TooShort { shortest: SHORTEST });
        }
        if length > LONGEST {
            return Err(WeakPassword::TooLong { longest: LONGEST });
        }
        let text = self.0.to_lowercase();
        let of_the_person = name.as_str().to_lowercase();
        let personal = of_the_person.split_whitespace().chain([mail.as_str(), mail.local()]);
        if adds_little(&text, personal.filter(|part| part.chars().count() > 2)) {
            return Err(WeakPassword::Personal);
        }
        let differing: std::collections::BTreeSet<char> = text.chars().collect();
        if differing.len() < 5 || adds_little(&text, COMMON.into_iter()) {
            return Err(WeakPassword::Common);
        }
        Ok(())
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// True if a password without these words and without digits and signs has fewer than six characters left.
fn adds_little<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> bool {
    let mut rest = text.to_owned();
    let mut found = false;
    for word in words {
        if rest.contains(word) {
            rest = rest.replace(word, "");
            found = true;
        }
    }
    found && rest.chars().filter(|c| c.is_alphabetic()).count() < 6
}

/// How passwords are hashed.
#[derive(Debug, Clone)]
pub struct Hashing {
    params: Params,
    /// The hash of a password that nobody has, with these parameters.
    nobody: std::sync::Arc<OnceLock<String>>,
}

/// The parameters are none that argon2 takes.
#[derive(Debug, thiserror::Error)]
#[error("argon2 does not take these parameters: {0}")]
pub struct InvalidHashing(argon2::Error);

impl InvalidHashing {
    /// What argon2 says.
    pub fn reason(&self) -> String {
        self.0.to_string()
    }
}

impl Hashing {
    /// `memory` in KiB, and how often it is gone over.
    ///
    /// # Errors
    /// What argon2 does not take.
    pub fn new(memory: u32, rounds: u32) -> Result<Self, InvalidHashing> {
        let params = Params::new(memory, rounds, 1, None).map_err(InvalidHashing)?;
        Ok(Self { params, nobody: std::sync::Arc::default() })
    }

    /// What is kept of a password. Takes tens of milliseconds of a core, on purpose.
    pub fn hash(&self, password: &NewPassword) -> String {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        let hash = argon.hash_password(password.0.as_bytes());
        hash.expect("argon2 hashes passwords of any length with parameters that it took").to_string()
    }

    /// Is it the password that was kept? `None`, for nobody's password, takes as long.
    pub fn verify(&self, password: &NewPassword, kept: Option<&str>) -> bool {
        let nobody = || self.nobody.get_or_init(|| self.hash(&NewPassword::typed("the password of nobody at all")));
        let hash = kept.unwrap_or_else(|| nobody());
        let Ok(hash) = PasswordHash::new(hash) else { return false };
        let fits = Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok();
        fits && kept.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<(), WeakPassword> {
        let (mail, name) = ("e.muster@amt-lossow.example".parse(), "Erika Musterfrau".parse());
        NewPassword::typed(text).check(&mail.expect("an address"), &name.expect("a name"))
    }

    #[test]
    fn long_passwords_are_taken_whatever_they_are_made_of() {
        for text in ["correct horse battery staple", "zwölf kühe im mai", "aB3$kd92lPq!", "rotes dach am see"] {
            assert_eq!(checked(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_everybody_tries_first_is_not_taken() {
        assert_eq!(checked("elfzeichen1"), Err(WeakPassword::TooShort { shortest: 12 }));
        assert_eq!(checked(&"lang ".repeat(300)), Err(WeakPassword::TooLong { longest: 1024 }));
        for text in
            ["Passwort2026!", "passwordpassword", "123456123456", "aaaaaaaaaaaaaaaa", "Feuerwehr112!!", "hallo hallo 1"]
        {
            assert_eq!(checked(text), Err(WeakPassword::Common), "{text}");
        }
        for text in ["Erika Musterfrau", "musterfrau1974", "e.muster@amt-lossow.example"] {
            assert_eq!(checked(text), Err(WeakPassword::Personal), "{text}");
        }
    }

    #[test]
    fn a_password_is_verified_in_whatever_form_its_letters_are_typed() {
        let hashing = Hashing::new(64, 1).expect("parameters");
        let kept = hashing.hash(&NewPassword::typed("zw\u{f6}lf k\u{fc}he im mai"));
        assert!(hashing.verify(&NewPassword::typed("zwo\u{308}lf ku\u{308}he im mai"), Some(&kept)));
        assert!(!hashing.verify(&NewPassword::typed("zwölf kühe im juni"), Some(&kept)));
        assert!(!hashing.verify(&NewPassword::typed("the password of nobody at all"), None));
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    }
}
