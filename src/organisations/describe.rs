//! The operations of organisations in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::http::spec::{ACCOUNTS, Context, JSON, Spec, closed_object, done, object_answer, string};
use crate::identity::organisations::OrganisationKind;

fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn texts() -> Json {
    json!({ "type": "array", "items": string() })
}

fn new() -> Json {
    let kinds = OrganisationKind::ALL.map(OrganisationKind::name);
    closed_object(
        &["name", "kind"],
        &json!({
            "name": string(), "kind": { "type": "string", "enum": kinds }, "municipalities": texts(),
            "outline": { "type": "object", "description": "GeoJSON Polygon or MultiPolygon, longitude and latitude" },
        }),
    )
}

fn if_match() -> Json {
    json!({ "name": "If-Match", "in": "header", "required": true, "schema": string(),
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
    spec("The organisations that one administers").answers("200", object_answer(told))
}

pub fn organisation(_: &Context<'_>) -> Spec {
    spec("An organisation, with its ETag").answers("200", object_answer("As in the list"))
}

pub fn create(_: &Context<'_>) -> Spec {
    let area = "Without municipalities and outline its area is the whole district.";
    let spec = spec("Make an organisation").explained(area).body(JSON, &new());
    spec.answers("201", object_answer("As it is now")).answers("409", json!({ "description": "The name is taken" }))
}

pub fn change(_: &Context<'_>) -> Spec {
    changing("Replace an organisation").body(JSON, &new()).answers("200", object_answer("As it is now"))
}

pub fn end(_: &Context<'_>) -> Spec {
    changing("End an organisation; its people and tokens lose at once what they had through it").answers("204", done())
}

pub fn memberships(_: &Context<'_>) -> Spec {
    let told = "memberships: id, account, organisation, role, created_at";
    spec("Who has which role in the organisations that one administers").answers("200", object_answer(told))
}

pub fn give(_: &Context<'_>) -> Spec {
    let given = closed_object(
        &["account", "organisation", "role"],
        &json!({ "account": id(), "organisation": id(), "role": string() }),
    );
    let spec = spec("Give an account a role in an organisation").body(JSON, &given);
    spec.answers("201", object_answer("The membership"))
        .answers("409", json!({ "description": "The account has it already" }))
}

pub fn take(_: &Context<'_>) -> Spec {
    spec("Take a role from an account; what it allowed is gone with the next request").answers("204", done())
}

pub fn roles(_: &Context<'_>) -> Spec {
    let organisation = json!({
        "name": "organisation", "in": "query", "required": false, "schema": id(),
        "description": "Only the roles that this organisation gives, told of it",
    });
    let told = "roles: name, title, description, for, may_give, sentences";
    spec("What each role may do, in words").parameter(organisation).answers("200", object_answer(told))
}

pub fn tokens(_: &Context<'_>) -> Spec {
    let told = "tokens: id, name, role, collections, area, organisation, account, created_at, expires_at, last_used_on (a day)";
    spec("One's own tokens, and those of whom one administers").answers("200", object_answer(told))
}

pub fn token_create(_: &Context<'_>) -> Spec {
    let wanted = closed_object(
        &["name", "role"],
        &json!({
            "name": string(), "role": string(), "collections": texts(), "area": texts(),
            "expires_at": { "type": "string", "format": "date-time" }, "organisation": id(),
            "district": { "type": "boolean" },
        }),
    );
    let whose = "It belongs to one's own account, unless an organisation or the district is named, and never holds more \
                 than its owner.";
    spec("Make a token")
        .explained(whose)
        .body(JSON, &wanted)
        .answers("201", object_answer("As in the list, with `secret`, which is shown once"))
        .answers("409", json!({ "description": "The name is, or was, another token's" }))
}

pub fn token_revoke(_: &Context<'_>) -> Spec {
    spec("End a token at once").answers("204", done())
}
