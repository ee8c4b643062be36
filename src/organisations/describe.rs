//! The operations of organisations in the words of OpenAPI.

use schemars::SchemaGenerator;
use serde_json::{Value as Json, json};

use super::answers::{
    MadeToken, Membership, MembershipList, Organisation, OrganisationList, RoleList, TokenList, outline,
};
use crate::http::schema::or_null;
use crate::http::spec::{ACCOUNTS, Context, JSON, Spec, closed_object, done, string};
use crate::identity::organisations::OrganisationKind;

fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn texts_or_null() -> Json {
    or_null(json!({ "type": "array", "items": string() }))
}

fn new() -> Json {
    let kinds = OrganisationKind::ALL.map(OrganisationKind::name);
    closed_object(
        &["name", "kind"],
        &json!({
            "name": string(), "kind": { "type": "string", "enum": kinds }, "municipalities": texts_or_null(),
            "outline": outline(&mut SchemaGenerator::default()),
        }),
    )
}

fn if_match() -> Json {
    json!({ "name": "If-Match", "in": "header", "required": true, "schema": string(),
            "description": "The ETag of the version that was seen" })
}

fn changing(summary: &str) -> Spec {
    spec(summary)
        .parameter(if_match())
        .refuses("412", "It has been changed since")
        .refuses("428", "If-Match is missing")
}

pub fn organisations(_: &Context<'_>) -> Spec {
    spec("The organisations that one administers").gives::<OrganisationList>("200", "The organisations")
}

pub fn organisation(_: &Context<'_>) -> Spec {
    spec("An organisation, with its ETag").gives::<Organisation>("200", "The organisation")
}

pub fn create(_: &Context<'_>) -> Spec {
    let area = "Without municipalities and outline its area is the whole district.";
    let spec = spec("Make an organisation").explained(area).takes("NewOrganisation", new());
    spec.gives::<Organisation>("201", "As it is now").refuses("409", "The name is taken")
}

pub fn change(_: &Context<'_>) -> Spec {
    changing("Replace an organisation").takes("NewOrganisation", new()).gives::<Organisation>("200", "As it is now")
}

pub fn end(_: &Context<'_>) -> Spec {
    changing("End an organisation; its people and tokens lose at once what they had through it").answers("204", done())
}

pub fn memberships(_: &Context<'_>) -> Spec {
    spec("Who has which role in the organisations that one administers")
        .gives::<MembershipList>("200", "The memberships")
}

pub fn give(_: &Context<'_>) -> Spec {
    let given = closed_object(
        &["account", "organisation", "role"],
        &json!({ "account": id(), "organisation": id(), "role": string() }),
    );
    let spec = spec("Give an account a role in an organisation").body(JSON, &given);
    spec.gives::<Membership>("201", "The membership").refuses("409", "The account has it already")
}

pub fn take(_: &Context<'_>) -> Spec {
    spec("Take a role from an account; what it allowed is gone with the next request").answers("204", done())
}

pub fn roles(_: &Context<'_>) -> Spec {
    let organisation = json!({
        "name": "organisation", "in": "query", "required": false, "schema": id(),
        "description": "Only the roles that this organisation gives, told of it",
    });
    spec("What each role may do, in words").parameter(organisation).gives::<RoleList>("200", "The roles")
}

pub fn tokens(_: &Context<'_>) -> Spec {
    spec("One's own tokens, and those of whom one administers").gives::<TokenList>("200", "The tokens")
}

pub fn token_create(_: &Context<'_>) -> Spec {
    let wanted = closed_object(
        &["name", "role"],
        &json!({
            "name": string(), "role": string(), "collections": texts_or_null(), "area": texts_or_null(),
            "expires_at": or_null(json!({ "type": "string", "format": "date-time" })), "organisation": or_null(id()),
            "district": { "type": "boolean" },
        }),
    );
    let whose = "It belongs to one's own account, unless an organisation or the district is named, and never holds more \
                 than its owner.";
    spec("Make a token")
        .explained(whose)
        .takes("NewToken", wanted)
        .gives::<MadeToken>("201", "The token and its secret")
        .refuses("409", "The name is, or was, another token's")
}

pub fn token_revoke(_: &Context<'_>) -> Spec {
    spec("End a token at once").answers("204", done())
}
