//! Why somebody may not do something, and who may.

use crate::texts::{Label, Tell};

/// Why a caller may not do something. `token` is its name; without one it is the account of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, schemars::JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Denied {
    #[error("a token is needed")]
    Anonymous,
    #[error("this needs an account: sign in")]
    NotSignedIn,
    #[error("your account has no role that allows this; an administrator can give it one")]
    NoRole,
    /// `may` are the roles that allow it.
    #[error("{} has the role {}; this needs {}", who(token), english(roles), english(may))]
    Role { token: Option<String>, roles: Vec<Label>, may: Vec<Label> },
    #[error("{} is not for the collection '{collection}'", who(token))]
    Collection { token: Option<String>, collection: String },
    #[error("'{collection}' is written by {owner} alone; change it there")]
    Owner { collection: String, owner: String },
    /// `area` are the keys of municipalities, or their beginnings; `outline` says that there is also an area of its own.
    /// `place` is the municipality that is concerned, if any.
    #[error("{} is limited to {area:?}; this concerns {place:?}", who(token))]
    Area { token: Option<String>, area: Vec<String>, outline: bool, place: Option<String> },
    #[error("{} is limited to {area:?}; this concerns the whole district", who(token))]
    District { token: Option<String>, area: Vec<String>, outline: bool },
    #[error("{} is for some collections alone; this is about all", who(token))]
    Everything { token: Option<String> },
    #[error("{} may not change {} of '{collection}'", who(token), fields.join(", "))]
    Fields { token: Option<String>, collection: String, fields: Vec<String> },
    /// An organisation whose area does not lie within that of the caller.
    #[error("{} administers organisations within its own area alone", who(token))]
    Organisation { token: Option<String> },
    /// A tablet in a vehicle.
    #[error("a tablet reads what crews read, and nothing else")]
    Device,
    #[error("this allows more than your own rights")]
    MoreThanOwn,
}

impl Tell for Denied {
    const FILE: &'static str = "rights";
}

fn who(token: &Option<String>) -> String {
    token.as_ref().map_or_else(|| "your account".to_owned(), |token| format!("the token '{token}'"))
}

fn english(labels: &[Label]) -> String {
    labels.iter().map(|label| label.en.as_str()).collect::<Vec<_>>().join(", ")
}
