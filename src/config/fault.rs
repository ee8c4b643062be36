//! What is wrong with the configuration, and where.

use std::fmt;

use crate::texts::{Language, Texts, Told};

/// One fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// File and line, or the name of the variable or flag.
    pub place: String,
    pub told: Told,
}

impl ConfigFault {
    /// The fault as one line: where, and what, in a language.
    pub fn in_language(&self, texts: &Texts, language: Language) -> String {
        format!("{}: {}", self.place, texts.sentence(&self.told, language))
    }
}

/// In English, for logs; commands speak the language of the locale.
impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(&Texts::built_in(), Language::En))
    }
}

/// Every fault found; never empty.
#[derive(Debug)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigFaults {}
