//! What can be done to things.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// What somebody may do.
// Domains with verbs of their own add them here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read what is not public.
    Read,
    Create,
    Edit,
    Delete,
    /// Record what an inspection found.
    Inspect,
    /// Take out of service, and put back.
    Block,
    /// Load a file into a collection.
    Import,
    /// Decide about what somebody else has asked for.
    Approve,
    /// Say who may do what.
    Administer,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Inspect,
        Self::Block,
        Self::Import,
        Self::Approve,
        Self::Administer,
    ];

    /// The word in declarations and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Inspect => "inspect",
            Self::Block => "block",
            Self::Import => "import",
            Self::Approve => "approve",
            Self::Administer => "administer",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Action {
    /// True for what changes features. Those of a collection another domain owns are changed by nobody else.
    pub fn writes_features(self) -> bool {
        matches!(self, Self::Create | Self::Edit | Self::Delete | Self::Inspect | Self::Block | Self::Import)
    }
}

/// Some actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actions(u16);

impl Actions {
    /// These and one more.
    #[must_use]
    pub fn with(self, action: Action) -> Self {
        Self(self.0 | 1 << action as u16)
    }

    /// True if the action is one of them.
    pub fn has(self, action: Action) -> bool {
        self.0 & 1 << action as u16 != 0
    }

    /// True if any of them changes features.
    pub fn writes_features(self) -> bool {
        Action::ALL.into_iter().any(|action| self.has(action) && action.writes_features())
    }
}
