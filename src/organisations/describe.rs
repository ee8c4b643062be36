//! The operations of organisations in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::http::spec::{ACCOUNTS, Context, Spec, answer, object};
use crate::identity::organisations::OrganisationKind;

const MEDIA: &str = "application/json";

fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

fn some(description: &str) -> Json {
    answer(description, MEDIA, &object())
}

fn nothing() -> Json {
    json!({ "description": "Done" })
}

fn members(required: &[&str], members: &Json) -> Json {
    json!({ "type": "object", "required": required, "properties": members, "additionalProperties": false })
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn texts() -> Json {
    json!({ "type": "array", "items": text() })
}

fn new() -> Json {
    let kinds = OrganisationKind::ALL.map(OrganisationKind::name);
    members(
        &["name", "kind"],
        &json!({
            "name": text(), "kind": { "type": "string", "enum": kinds }, "municipalities": texts(),
            "outline": { "type": "object", "description": "GeoJSON Polygon or MultiPolygon, longitude and latitude" },
        }),
    )
}

fn if_match() -> Json {
    json!({ "name": "If-Match", "in": "header", "required": true, "schema": text(),
            "description": "The ETag of the version that was seen" })
}

fn changing(summary: &str) -> Spec {
    let stale = json!({ "description": "It has been changed since" });
    spec(summary)
        .parameter(if_match())
        .answers("412", stale)
        .answers("428", json!({ "description": "If-Match is missing" }))
}

pub fn organisations(_: &Context<'_>) -> Spec {
    let told = "organisations: id, name, kind, municipalities, outline, places, version, created_at; municipalities to choose from";
    spec("The organisations that one administers").answers("200", some(told))
}

pub fn organisation(_: &Context<'_>) -> Spec {
    spec("An organisation, with its ETag").answers("200", some("As in the list"))
}

pub fn create(_: &Context<'_>) -> Spec {
    let area = "Without municipalities and outline its area is the whole district.";
    let spec = spec("Make an organisation").explained(area).body(MEDIA, &new());
    spec.answers("201", some("As it is now")).answers("409", json!({ "description": "The name is taken" }))
}

pub fn change(_: &Context<'_>) -> Spec {
    changing("Replace an organisation").body(MEDIA, &new()).answers("200", some("As it is now"))
}

pub fn end(_: &Context<'_>) -> Spec {
    changing("End an organisation; its people and tokens lose at once what they had through it")
        .answers("204", nothing())
}

pub fn memberships(_: &Context<'_>) -> Spec {
    let told = "memberships: id, account, organisation, role, created_at";
    spec("Who has which role in the organisations that one administers").answers("200", some(told))
}

pub fn give(_: &Context<'_>) -> Spec {
    let given = members(
        &["account", "organisation", "role"],
        &json!({ "account": id(), "organisation": id(), "role": text() }),
    );
    let spec = spec("Give an account a role in an organisation").body(MEDIA, &given);
    spec.answers("201", some("The membership")).answers("409", json!({ "description": "The account has it already" }))
}

pub fn take(_: &Context<'_>) -> Spec {
    spec("Take a role from an account; what it allowed is gone with the next request").answers("204", nothing())
}

pub fn roles(_: &Context<'_>) -> Spec {
    let organisation = json!({
        "name": "organisation", "in": "query", "required": false, "schema": id(),
        "description": "Only the roles that this organisation gives, told of it",
    });
    let told = "roles: name, title, description, for, may_give, sentences";
    spec("What each role may do, in words").parameter(organisation).answers("200", some(told))
}

pub fn tokens(_: &Context<'_>) -> Spec {
    let told = "tokens: id, name, role, collections, area, organisation, account, created_at, expires_at, last_used_on (a day)";
    spec("One's own tokens, and those of whom one administers").answers("200", some(told))
}

pub fn token_create(_: &Context<'_>) -> Spec {
    let wanted = members(
        &["name", "role"],
        &json!({
            "name": text(), "role": text(), "collections": texts(), "area": texts(),
            "expires_at": { "type": "string", "format": "date-time" }, "organisation": id(),
            "district": { "type": "boolean" },
        }),
    );
    let whose = "It belongs to one's own account, unless an organisation or the district is named, and never holds more \
                 than its owner.";
    spec("Make a token")
        .explained(whose)
        .body(MEDIA, &wanted)
        .answers("201", some("As in the list, with `secret`, which is shown once"))
        .answers("409", json!({ "description": "The name is, or was, another token's" }))
}

pub fn token_revoke(_: &Context<'_>) -> Spec {
    spec("End a token at once").answers("204", nothing())
}
