//! How the parts that a device takes along are described.

use serde_json::json;

use crate::firewater::describe::FIRE_WATER;
use crate::http::answer::JSON;
use crate::http::spec::{Context, Spec, object};

/// `/api/device/manifest`
pub fn manifest(_: &Context<'_>) -> Spec {
    part("What there is to take along, with sizes, tags and a cursor")
}

/// `/api/device/register`
pub fn register(_: &Context<'_>) -> Spec {
    part("Every source of water, column by column")
}

/// `/api/device/search`
pub fn search(_: &Context<'_>) -> Spec {
    part("Addresses, streets and municipalities")
}

/// `/api/device/roads`. A district may have none.
pub fn roads(_: &Context<'_>) -> Spec {
    part("The network along which hoses are laid").refused("404", "NotFound")
}

/// `/api/device/changes`
pub fn changes(_: &Context<'_>) -> Spec {
    let too_old = "The copy cannot be brought up to date; take the register anew";
    part("Sources of water that have changed since")
        .parameter(json!({
            "name": "since", "in": "query", "required": true, "schema": { "type": "string", "minLength": 1 },
            "description": "The cursor of the manifest or of the last answer",
        }))
        .refuses("410", too_old)
}

fn part(summary: &str) -> Spec {
    Spec::new(FIRE_WATER, summary).found(summary, JSON, &object()).refused("400", "Invalid")
}
