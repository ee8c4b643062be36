//! The operations of passkeys in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::accounts::describe::{codes, spec, state, texts};
use crate::http::spec::{Context, JSON, Spec, done, object_answer};

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
    object_answer(&format!("publicKey: for `PublicKeyCredential.{what}FromJSON()`"))
}

pub fn begin(_: &Context<'_>) -> Spec {
    spec("Begin to set up a passkey").body(JSON, &password()).answers("200", question("parseCreationOptions"))
}

pub fn keep(_: &Context<'_>) -> Spec {
    spec("Keep a passkey that was made").body(JSON, &credential(&["name"])).answers("200", codes())
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
    spec("Sign in with a passkey alone").body(JSON, &credential(&[])).answers("200", state())
}

pub fn ask_second(_: &Context<'_>) -> Spec {
    spec("Begin to show a passkey as second factor").answers("200", question("parseRequestOptions"))
}

pub fn show_second(_: &Context<'_>) -> Spec {
    spec("Show a passkey as second factor").body(JSON, &credential(&[])).answers("200", state())
}
