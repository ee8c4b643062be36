//! What can be wrong with the configuration.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::Tell;

/// A mistake in the file or the environment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ConfigMistake<'a> {
    /// A variable that looks like a setting and is none.
    NoSetting,
    NotAWholeNumber {
        text: &'a str,
    },
    AtLeastOne {
        key: &'a str,
    },
    PublicUrl,
    NoOrigin {
        word: &'a str,
    },
    NoNetwork {
        word: &'a str,
    },
    NoLogFormat {
        word: &'a str,
    },
    NoLogFilter {
        text: &'a str,
        error: &'a str,
    },
    SecondFactor {
        word: &'a str,
    },
    DefaultAboveMaximum,
    HashingTooWeak {
        memory: u32,
        rounds: u32,
    },
    HashingTooCostly {
        memory: u32,
        rounds: u32,
    },
    SenderMissing,
    KeysMissing,
}

impl Tell for ConfigMistake<'_> {
    const FILE: &'static str = "configuration";
}
