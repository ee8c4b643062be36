//! What others say who know no German: the operating system and the readers of TOML and JSON. What is said often is put
//! into sentences of ours, the rest is repeated as it is.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Tell, Told};

/// What others say, as far as it is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Foreign<'a> {
    Unreadable {
        why: Told,
    },
    // Of the operating system.
    NoSuchFile,
    NotPermitted,
    // Of TOML: serde's words.
    UnknownField {
        name: &'a str,
        known: Vec<&'a str>,
    },
    MissingField {
        name: &'a str,
    },
    UnknownWord {
        word: &'a str,
        known: Vec<&'a str>,
    },
    /// Another kind of value, both in the words of the reader.
    WrongType {
        found: &'a str,
        wanted: &'a str,
    },
}

impl Tell for Foreign<'_> {
    const FILE: &'static str = "foreign";
}

impl<'a> Foreign<'a> {
    /// What serde says of a value, taken apart.
    fn of_serde(message: &'a str) -> Option<Self> {
        if let Some(rest) = message.strip_prefix("unknown field ") {
            let (name, known) = rest.split_once(", ").unwrap_or((rest, ""));
            return Some(Self::UnknownField { name: unquoted(name)?, known: quoted(known) });
        }
        if let Some(rest) = message.strip_prefix("unknown variant ") {
            let (word, known) = rest.split_once(", ").unwrap_or((rest, ""));
            return Some(Self::UnknownWord { word: unquoted(word)?, known: quoted(known) });
        }
        if let Some(name) = message.strip_prefix("missing field ") {
            return Some(Self::MissingField { name: unquoted(name)? });
        }
        let (found, wanted) = message.strip_prefix("invalid type: ")?.split_once(", expected ")?;
        Some(Self::WrongType { found, wanted })
    }
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('`')?.strip_suffix('`')
}

/// Every second piece between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

impl From<&io::Error> for Told {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::of(&Foreign::NoSuchFile),
            io::ErrorKind::PermissionDenied => Self::of(&Foreign::NotPermitted),
            _ => Self::verbatim(error.to_string()),
        }
    }
}

impl From<&toml::de::Error> for Told {
    fn from(error: &toml::de::Error) -> Self {
        let message = error.message();
        Foreign::of_serde(message).map_or_else(|| Self::verbatim(message), |known| Self::of(&known))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{Language, english, in_language};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Form {
        kind: Kind,
        number: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Two,
    }

    #[test]
    fn what_a_reader_of_toml_says_often_is_said_in_both_languages() {
        let both = |text: &str| {
            let error = toml::from_str::<Form>(text).expect_err("a fault");
            [english(&error), in_language(&error, Language::De)]
        };
        assert_eq!(
            both("kind = 'one'\nnumbr = 1"),
            [
                "unknown field `numbr`, expected kind or number",
                "das Feld „numbr“ ist nicht bekannt; möglich: kind oder number"
            ]
        );
        assert_eq!(both("kind = 'one'"), ["missing field `number`", "das Feld „number“ fehlt"]);
        assert_eq!(
            both("kind = 'three'\nnumber = 1"),
            ["unknown word `three`, expected one or two", "„three“ ist nicht bekannt; möglich: one oder two"]
        );
        assert_eq!(
            both("kind = 'one'\nnumber = 'x'"),
            ["invalid type: string \"x\", expected u8", "Wert von falscher Art: string \"x\", erwartet wird u8"]
        );
        assert_eq!(both("kind = ")[0], both("kind = ")[1], "what is not known is repeated as it is");
    }

    #[test]
    fn a_file_that_is_not_there_is_told_in_both_languages() {
        let error = std::fs::read("/nowhere").expect_err("a fault");
        assert_eq!(english(&error), "no such file or folder");
        assert_eq!(in_language(&error, Language::De), "Datei oder Ordner nicht gefunden");
    }
}
