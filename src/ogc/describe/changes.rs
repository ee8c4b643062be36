//! Many edits at once, taking back, and what was.

use serde_json::{Value as Json, json};

use crate::http::answer::{GEOJSON, JSON};
use crate::http::spec::{Context, Spec, answer, in_path, in_query, limit, object, reference, text};
use crate::proposals::describe::may_wait;

/// Many edits at once, taking back, and what was, as a tag.
pub const CHANGESETS: &str = "Changesets";

/// `GET /api/changesets`
pub fn latest(_: &Context<'_>) -> Spec {
    let what = "Those that the caller may see: of what happened in a collection or a domain whose past is not open to the \
                caller nothing is told.";
    of("The latest changesets")
        .explained(what)
        .parameter(text("domain", "Only what one domain has done: register, identity, proposals"))
        .parameter(text("collection", "Only what changed features of a collection"))
        .parameter(text("organisation", "Only what people, tokens and tablets of an organisation have done, by its id"))
        .parameter(text("since", "Not before this instant (RFC 3339)"))
        .parameter(text("until", "Before this instant (RFC 3339)"))
        .parameters(portion())
        .found("Changesets", JSON, &object())
}

/// `POST /api/changesets`
pub fn create(_: &Context<'_>) -> Spec {
    let description = "If anything is wrong nothing is stored, and everything that is wrong is named: `errors` holds one entry for each \
         fault of each edit, its pointer leads to the edit and its code says what it is (as `stale`, `not-found`, \
         `forbidden`, `precondition-required`, `duplicate` or a fault of the input). Where all are of one kind the status \
         is that of the kind, else 400.";
    may_wait(of("Make many edits, all or none"))
        .explained(description)
        .body(JSON, &reference("schemas", "changes"))
        .found("Everything was so already", JSON, &object())
        .answers("201", made())
        .refused("404", "NotFound")
        .refused("409", "Conflict")
        .refused("412", "Stale")
        .refused("413", "TooLarge")
        .refused("415", "MediaType")
        .refused("428", "PreconditionRequired")
}

/// `GET /api/changesets/{id}`
pub fn one(_: &Context<'_>) -> Spec {
    of("One changeset")
        .parameter(id())
        .parameters(portion())
        .found("The changeset with its changes, as far as the caller may see them", JSON, &object())
        .refused("404", "NotFound")
}

/// `POST /api/changesets/{id}/undo`
pub fn undo(_: &Context<'_>) -> Spec {
    let body = json!({
        "type": "object", "required": ["reason"], "properties": { "reason": reference("schemas", "reason") },
    });
    of("Take a changeset back")
        .parameter(id())
        .body(JSON, &body)
        .answers("201", made())
        .refused("202", "Lagging")
        .refused("404", "NotFound")
        .refused("409", "Conflict")
        .refused("413", "TooLarge")
        .refused("415", "MediaType")
}

/// `GET /api/history/{collection}`
pub fn collection_at(_: &Context<'_>) -> Spec {
    let at = json!({
        "name": "at", "in": "query", "required": true, "schema": { "type": "string", "format": "date-time" },
    });
    of("A collection at a past time")
        .parameter(in_path("collection", json!({ "type": "string" })))
        .parameter(at)
        .parameter(reference("parameters", "crs"))
        .found("The features as they were", GEOJSON, &object())
        .refused("404", "NotFound")
}

/// `GET /api/history/{collection}/changes.csv`
pub fn trail(_: &Context<'_>) -> Spec {
    let what = "Who changed which value when and why, a row a value, the oldest first. Semicolons, UTF-8; texts that a \
                spreadsheet program would run have an apostrophe in front. Geometry is well-known text in the district's CRS.";
    of("The audit trail of a collection as a table")
        .explained(what)
        .parameter(in_path("collection", json!({ "type": "string" })))
        .parameter(text("organisation", "Only what people, tokens and tablets of an organisation have done, by its id"))
        .parameter(text("since", "Not before this instant (RFC 3339)"))
        .parameter(text("until", "Before this instant (RFC 3339)"))
        .found("The table", crate::ogc::audit::CSV, &json!({ "type": "string" }))
        .refused("404", "NotFound")
}

fn of(summary: &str) -> Spec {
    Spec::new(CHANGESETS, summary).refused("400", "Invalid").refused("503", "Unavailable")
}

fn made() -> Json {
    let text = || json!({ "type": "string" });
    let warning = json!({
        "type": "object", "required": ["pointer", "code", "message"],
        "properties": { "pointer": text(), "code": text(), "message": text() },
    });
    let warnings = "What is hardly so of what was stored: each leads to its property or geometry in the input and says why, \
                    in the language of the request";
    let made = json!({
        "type": "object", "required": ["id", "at", "features"],
        "properties": {
            "id": { "type": ["integer", "null"] },
            "at": { "type": "string", "format": "date-time" },
            "features": { "type": "array", "items": object() },
            "warnings": { "type": "array", "items": warning, "description": warnings },
        },
    });
    answer("What was made", JSON, &made)
}

fn id() -> Json {
    in_path("id", json!({ "type": "integer" }))
}

fn portion() -> [Json; 2] {
    let before =
        in_query("before", "The last one that was seen; those before it are told", json!({ "type": "integer" }));
    [limit(1000, 100), before]
}
