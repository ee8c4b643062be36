//! The operations of passkeys in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::accounts::answers::{Progress, RecoveryCodes};
use crate::accounts::describe::{PROGRESS, spec, texts};
use crate::http::spec::{Context, JSON, Spec, answer, done};

/// An object with what a browser's `PublicKeyCredential.toJSON()` gives, and what else.
fn credential(more: &[&str]) -> Json {
    let mut schema = texts(more);
    schema["properties"]["credential"] = json!({ "type": "object" });
    schema["required"] = more.iter().copied().chain(["credential"]).collect();
    schema
}

fn password() -> Json {
    let members = json!({ "password": { "type": "string" } });
    json!({ "type": "object", "properties": members, "additionalProperties": false })
}

fn question(what: &str) -> Json {
    let options = json!({ "type": "object", "description": format!("For `PublicKeyCredential.{what}FromJSON()`") });
    let members = json!({ "publicKey": options, "mediation": { "type": "string" } });
    let schema = json!({ "type": "object", "required": ["publicKey"], "properties": members });
    answer("What to ask the authenticator (Web Authentication, Level 3)", JSON, &schema)
}

pub fn begin(_: &Context<'_>) -> Spec {
    spec("Begin to set up a passkey").body(JSON, &password()).answers("200", question("parseCreationOptions"))
}

pub fn keep(_: &Context<'_>) -> Spec {
    spec("Keep a passkey that was made")
        .body(JSON, &credential(&["name"]))
        .gives::<RecoveryCodes>("200", "With the first second factor recovery codes, shown once")
}

pub fn rename(_: &Context<'_>) -> Spec {
    spec("Give a passkey another name").body(JSON, &texts(&["name"])).answers("204", done())
}

pub fn remove(_: &Context<'_>) -> Spec {
    spec("Take a passkey away").body(JSON, &password()).answers("204", done())
}

pub fn ask(_: &Context<'_>) -> Spec {
    spec("Begin to sign in with a passkey alone").answers("200", question("parseRequestOptions"))
}

pub fn show(_: &Context<'_>) -> Spec {
    spec("Sign in with a passkey alone").body(JSON, &credential(&[])).gives::<Progress>("200", PROGRESS)
}

pub fn ask_second(_: &Context<'_>) -> Spec {
    spec("Begin to show a passkey as second factor").answers("200", question("parseRequestOptions"))
}

pub fn show_second(_: &Context<'_>) -> Spec {
    spec("Show a passkey as second factor").body(JSON, &credential(&[])).gives::<Progress>("200", PROGRESS)
}
