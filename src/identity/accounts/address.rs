//! Mail addresses and names of persons, as they are typed in.

use std::fmt;
use std::str::FromStr;

/// A mail address as it is compared: without blanks around it and in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mail(String);

/// Characters of an address (RFC 5321, 4.5.3.1.3) and of a name.
const LONGEST_MAIL: usize = 254;
const LONGEST_NAME: usize = 100;

/// The text is no mail address.
#[derive(Debug, thiserror::Error)]
#[error("a mail address looks like name@example.org and has at most {LONGEST_MAIL} characters")]
pub struct InvalidMail;

impl Mail {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl FromStr for Mail {
    type Err = InvalidMail;

    /// Whether the address exists only a mail can tell. Here is kept out what is none at all, and what could end a header:
    /// controls, blanks, brackets and lists.
    fn from_str(text: &str) -> Result<Self, InvalidMail> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidMail)?;
        let is_stray = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
        let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // Other alphabets need a mail server that takes them (RFC 6531).
        let fits = text.len() <= LONGEST_MAIL
            && text.is_ascii()
            && !local.is_empty()
            && !local.contains(is_stray)
            && domain.contains('.')
            && domain.split('.').all(is_label);
        fits.then(|| Self(text.clone())).ok_or(InvalidMail)
    }
}

impl fmt::Display for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's name, as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// The text is no name.
#[derive(Debug, thiserror::Error)]
#[error("a name is one line of 1 to {LONGEST_NAME} characters")]
pub struct InvalidName;

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(char::is_control);
        fits.then(|| Self(text.to_owned())).ok_or(InvalidName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_small_letters() {
        assert_eq!(
            " Erika.Muster@Example.ORG ".parse::<Mail>().expect("an address").as_str(),
            "erika.muster@example.org"
        );
        assert!("erika+amt@xn--mller-kva.example".parse::<Mail>().is_ok());
    }

    #[test]
    fn what_could_end_a_header_or_name_others_is_no_address() {
        for text in [
            "",
            "@",
            "a@",
            "@b.de",
            "a@b",
            "a b@c.de",
            "a@b.de\r\nBcc: c@d.de",
            "a@b.de,c@d.de",
            "<a@b.de>",
            "a@b..de",
            "a@@b.de",
            "\"a\"@b.de",
            "a@b.de\0",
        ] {
            assert!(text.parse::<Mail>().is_err(), "{text:?}");
        }
        assert!(format!("{}@b.de", "a".repeat(300)).parse::<Mail>().is_err());
        assert!("Erika\r\nBcc: x".parse::<PersonName>().is_err());
    }
}
