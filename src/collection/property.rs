//! A declared property: what it is, who sees it and who sets it.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{CodeList, Label};

/// One property of a collection.
#[derive(Debug, Clone)]
pub struct Property {
    pub name: String,
    pub title: Label,
    pub description: Option<Label>,
    pub kind: PropertyKind,
    /// Unit after UCUM-like habit of the field: `mm`, `l/min`, `bar`, `m`, `m3`.
    pub unit: Option<String>,
    pub presence: Presence,
    /// What a mandatory property gets when the input leaves it out, as in the declaration's JSON form.
    pub default: Option<serde_json::Value>,
    pub visibility: Visibility,
    /// May be used in filters and sorting.
    pub queryable: bool,
}

/// The type of a property's values with their limits. Limits are inclusive.
#[derive(Debug, Clone)]
pub enum PropertyKind {
    Text {
        max_length: usize,
        digits_only: bool,
    },
    Integer {
        minimum: i64,
        maximum: i64,
    },
    Number {
        minimum: f64,
        maximum: f64,
        decimals: u8,
    },
    Boolean,
    /// A day; those before `earliest` are refused, with `past` those after today, too.
    Date {
        earliest: NaiveDate,
        past: bool,
    },
    Instant,
    Code(Arc<CodeList>),
    /// A list of flat objects.
    List(Vec<Property>),
}

/// Who sets the property, and whether it may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Optional,
    Mandatory,
    /// Set by the server when the input leaves it out.
    Automatic(Derivation),
    /// Computed by the server; input is ignored, so that what was read can be written back.
    Derived(Derivation),
}

/// How an automatic or derived property gets its value. The code for each stands where its subject does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// From the flow or yield, see [`crate::firewater::supply`].
    FlowClass,
    /// The municipality the geometry lies in.
    Municipality,
    /// When the feature was last written.
    UpdatedAt,
}

/// Who may see something, in rising order of trust: whoever sees a class sees all before it. What a feature shows to each is
/// kept ready in memory, so there are few of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Those who drive to an incident.
    Crew,
    /// Those who keep the registers.
    Staff,
}

impl Visibility {
    /// All classes, the widest audience first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Crew, Self::Staff];

    /// The word in declarations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Crew => "crew",
            Self::Staff => "staff",
        }
    }
}

impl Property {
    /// The code list, if the property is a code.
    pub fn codes(&self) -> Option<&Arc<CodeList>> {
        match &self.kind {
            PropertyKind::Code(list) => Some(list),
            _ => None,
        }
    }

    /// True when input sets the property.
    pub fn is_writable(&self) -> bool {
        !matches!(self.presence, Presence::Derived(_) | Presence::Automatic(Derivation::UpdatedAt))
    }
}
