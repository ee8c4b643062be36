//! Sign-in through providers in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::accounts::describe::{spec, state};
use crate::http::spec::{Context, JSON, Spec, answer, done, object_answer};

fn location() -> Json {
    let schema = json!({ "type": "object", "properties": { "location": { "type": "string", "format": "uri" } } });
    answer("Where the browser is to go", JSON, &schema)
}

fn optional(names: &[&str]) -> Json {
    let members: serde_json::Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": members, "additionalProperties": false })
}

fn away() -> Json {
    json!({ "description": "The provider is not reachable; see Retry-After" })
}

pub fn ways(_: &Context<'_>) -> Spec {
    spec("The ways to sign in beside a password").answers("200", object_answer("providers: name and label of each"))
}

pub fn leave(_: &Context<'_>) -> Spec {
    spec("Begin to sign in through a provider of OpenID Connect").answers("200", location()).answers("503", away())
}

pub fn come_back(_: &Context<'_>) -> Spec {
    spec("Hand over what a provider has answered, in the browser that was sent there")
        .body(JSON, &optional(&["code", "state", "iss", "error"]))
        .answers("200", state())
        .answers("503", away())
}

pub fn link(_: &Context<'_>) -> Spec {
    spec("Begin to link one's own account with a provider")
        .body(JSON, &optional(&["password"]))
        .answers("200", location())
        .answers("503", away())
}

pub fn unlink(_: &Context<'_>) -> Spec {
    spec("Take the link with a provider away").answers("204", done())
}
