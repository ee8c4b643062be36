//! What may be the matter with a sign-in through a provider.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Label, Tell};

/// Why somebody who comes from a provider is not let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refused {
    NoProvider,
    Unreachable {
        provider: Label,
    },
    /// Not begun in this browser, begun too long ago, or taken already.
    NotBegun,
    /// The person has said no there.
    Cancelled {
        provider: Label,
    },
    /// What the provider has answered is not to be believed.
    Unproven {
        provider: Label,
    },
    /// There is no account of this person, or it is disabled: from outside both are the same.
    NoAccount {
        provider: Label,
    },
    /// No account can be made without a mail address.
    NoMail {
        provider: Label,
    },
    LinkedElsewhere {
        provider: Label,
    },
    NotLinked,
    /// Without it nobody could sign in to the account.
    LastWayIn,
}

impl Tell for Refused {
    const FILE: &'static str = "openid";
}
