//! Organisations and who belongs to them: what the rights of a person or a token come from.

mod places;
pub mod store;

pub use places::{municipalities, whereabouts};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::texts::Label;

/// What an organisation is; roles say for which kinds they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// The rural district itself: it administers everybody.
    District,
    /// An Amt: municipalities that share an administration.
    Amt,
    Municipality,
    /// A water board or supplier.
    Utility,
    FireService,
    Contractor,
    /// Another authority, such as the police or the forest office.
    Authority,
    PrivatePerson,
}

impl OrganisationKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::District,
        Self::Amt,
        Self::Municipality,
        Self::Utility,
        Self::FireService,
        Self::Contractor,
        Self::Authority,
        Self::PrivatePerson,
    ];

    /// The word in declarations and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Amt => "amt",
            Self::Municipality => "municipality",
            Self::Utility => "utility",
            Self::FireService => "fire_service",
            Self::Contractor => "contractor",
            Self::Authority => "authority",
            Self::PrivatePerson => "private_person",
        }
    }

    /// What people call it.
    pub fn title(self) -> Label {
        match self {
            Self::District => Label::new("Landkreis", "District"),
            Self::Amt => Label::new("Amt", "Amt"),
            Self::Municipality => Label::new("Gemeinde", "Municipality"),
            Self::Utility => Label::new("Versorger", "Utility"),
            Self::FireService => Label::new("Feuerwehr", "Fire service"),
            Self::Contractor => Label::new("Firma", "Contractor"),
            Self::Authority => Label::new("Behörde", "Authority"),
            Self::PrivatePerson => Label::new("Privatperson", "Private person"),
        }
    }
}

impl std::str::FromStr for OrganisationKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// The text names no kind of organisation.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a kind of organisation; there are {known}", known = OrganisationKind::ALL.map(OrganisationKind::name).join(", "))]
pub struct UnknownKind(String);

/// An organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Organisation {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub kind: OrganisationKind,
    /// Municipality keys, or their beginnings.
    pub municipalities: Option<Vec<String>>,
    /// A GeoJSON Polygon or MultiPolygon in longitude and latitude. Without it and municipalities the area is the whole
    /// district.
    pub outline: Option<Json>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// That somebody has a role in an organisation. People are ids here: their names stand with their accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    pub id: Uuid,
    pub version: i64,
    pub account: Uuid,
    pub organisation: Uuid,
    /// The name of a role; one that is no longer declared gives nothing.
    pub role: String,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}
