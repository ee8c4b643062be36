//! Organisations, memberships, roles and tokens as they are answered.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::identity::organisations::{self, OrganisationKind};
use crate::identity::store::TokenRow;

#[derive(Debug, Serialize, JsonSchema)]
pub struct OrganisationList {
    /// By name.
    pub organisations: Vec<Organisation>,
    /// Those of the district, to choose from.
    pub municipalities: Vec<Municipality>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Organisation {
    pub id: Uuid,
    pub name: String,
    pub kind: OrganisationKind,
    /// Municipality keys, or their first digits. Without these and an outline the area is the whole district.
    pub municipalities: Option<Vec<String>>,
    #[schemars(schema_with = "outline")]
    pub outline: Option<Json>,
    /// The names of its municipalities.
    pub places: Vec<String>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Municipality {
    /// The official key (AGS).
    pub key: String,
    pub name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MembershipList {
    /// The oldest first.
    pub memberships: Vec<Membership>,
}

/// That an account has a role in an organisation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Membership {
    pub id: Uuid,
    pub account: Uuid,
    pub organisation: Uuid,
    pub role: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleList {
    pub roles: Vec<Role>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Role {
    pub name: String,
    /// In the language of the request, as are description and sentences.
    pub title: String,
    pub description: String,
    /// The kinds of organisations that give it.
    #[serde(rename = "for")]
    pub kinds: Vec<OrganisationKind>,
    /// May the caller give it in the organisation that was asked about? False where none was.
    pub may_give: bool,
    /// What it allows, in words.
    pub sentences: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenList {
    /// By name.
    pub tokens: Vec<UsedToken>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct UsedToken {
    #[serde(flatten)]
    pub token: Token,
    /// A day of the district.
    pub last_used_on: Option<NaiveDate>,
}

/// A token that was just made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeToken {
    #[serde(flatten)]
    pub token: Token,
    /// Shown once.
    pub secret: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Token {
    pub id: Uuid,
    pub name: String,
    pub role: String,
    /// Null for all that the role is for.
    pub collections: Option<Vec<String>>,
    /// Municipality keys, or their first digits; null for wherever its owner may write.
    pub area: Option<Vec<String>>,
    /// Whose it is: an organisation's, an account's, or of neither the district's.
    pub organisation: Option<Uuid>,
    pub account: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The outline of an area.
pub fn outline(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "A GeoJSON geometry in longitude and latitude",
        "type": ["object", "null"], "required": ["type", "coordinates"],
        "properties": {
            "type": { "type": "string", "enum": ["Polygon", "MultiPolygon"] },
            "coordinates": { "type": "array" },
        },
    })
}

impl Organisation {
    /// As it is answered, with the names of its municipalities.
    pub fn new(of: organisations::Organisation, places: Vec<String>) -> Self {
        let organisations::Organisation { id, version, name, kind, municipalities, outline, created_at, .. } = of;
        Self { id, name, kind, municipalities, outline, places, version, created_at }
    }
}

impl From<organisations::Membership> for Membership {
    fn from(of: organisations::Membership) -> Self {
        let organisations::Membership { id, account, organisation, role, created_at, .. } = of;
        Self { id, account, organisation, role, created_at }
    }
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        let TokenRow { id, name, role, collections, area, organisation, account, created_at, expires_at, .. } = row;
        Self { id, name, role, collections, area, organisation, account, created_at, expires_at }
    }
}
