//! To whom a mail goes.

use std::fmt;
use std::str::FromStr;

/// Bytes of an address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MOST_BYTES: usize = 254;

/// A mail address (RFC 5321), the local part as it was written and the domain in small letters. Nothing that could end a
/// line of a header gets in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(lettre::Address);

/// The text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a mail address; one looks like name@example.org")]
pub struct InvalidAddress;

impl Address {
    /// The address as the SMTP client takes it.
    pub(super) fn to_lettre(&self) -> lettre::Address {
        self.0.clone()
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        // Other alphabets need a mail server that takes them (RFC 6531); domains have a form in ASCII.
        let is_plain = text.len() <= MOST_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
        let (local, domain) = text.rsplit_once('@').filter(|_| is_plain).ok_or(InvalidAddress)?;
        // Quoted local parts and addresses in brackets are allowed and never meant.
        if local.contains(['"', '<', '>', ',', ';', ':', '\\', '(', ')'])
            || !domain.contains('.')
            || domain.starts_with('[')
        {
            return Err(InvalidAddress);
        }
        lettre::Address::new(local, domain.to_ascii_lowercase()).map(Self).map_err(|_| InvalidAddress)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_and_its_domain_is_written_in_small_letters() {
        for (text, address) in [
            ("meier@amt-lossow.de", "meier@amt-lossow.de"),
            ("Erika.Meier+gk@Amt-Lossow.DE", "Erika.Meier+gk@amt-lossow.de"),
        ] {
            assert_eq!(text.parse::<Address>().expect("an address").to_string(), address);
        }
    }

    #[test]
    fn nothing_that_could_become_another_header_or_another_recipient_is_an_address() {
        for text in [
            "",
            "meier",
            "@amt.de",
            "meier@",
            "meier@localhost",
            "meier@amt.de\r\nBcc: all@example.org",
            "meier@amt.de\n",
            "meier@amt.de, all@example.org",
            "meier@amt.de;all@example.org",
            "Meier <meier@amt.de>",
            "\"a\r\nBcc: b\"@amt.de",
            "meier\u{0}@amt.de",
            "meier@amt.de\u{2028}x",
            "müller@amt.de",
            "meier@[127.0.0.1]",
            "meier @amt.de",
        ] {
            assert_eq!(text.parse::<Address>(), Err(InvalidAddress), "{text:?}");
        }
        assert!(format!("{}@amt.de", "m".repeat(300)).parse::<Address>().is_err());
    }
}
