//! What can be wrong with the texts.

use schemars::JsonSchema;
use serde::Serialize;

use super::Tell;

/// A mistake in a file of texts, of sentences or of a mail.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum TextMistake<'a> {
    Missing { name: &'a str },
    Needless { key: &'a str },
    Mentions { key: &'a str, language: &'a str, mentioned: Vec<String>, given: Vec<String> },
    Template { entry: &'a str, language: &'a str, error: &'a str },
    // Of mails.
    NoSuchMail,
    SubjectFirst,
    NobodyGives { name: &'a str, known: Vec<&'a str> },
}

impl Tell for TextMistake<'_> {
    const FILE: &'static str = "texts";
}
