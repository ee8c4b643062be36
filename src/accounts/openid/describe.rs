//! Sign-in through providers in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::accounts::answers::{Elsewhere, Return, SignInWays};
use crate::accounts::describe::{PROGRESS, spec};
use crate::http::spec::{Context, JSON, Spec, done};

/// The address at the provider.
const THERE: &str = "Where the browser is to go";

fn optional(names: &[&str]) -> Json {
    let members: serde_json::Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": members, "additionalProperties": false })
}

const AWAY: &str = "The provider is not reachable; see Retry-After";

pub fn ways(_: &Context<'_>) -> Spec {
    spec("The ways to sign in beside a password").gives::<SignInWays>("200", "The ways")
}

pub fn leave(_: &Context<'_>) -> Spec {
    spec("Begin to sign in through a provider of OpenID Connect").gives::<Elsewhere>("200", THERE).refuses("503", AWAY)
}

pub fn come_back(_: &Context<'_>) -> Spec {
    spec("Hand over what a provider has answered, in the browser that was sent there")
        .body(JSON, &optional(&["code", "state", "iss", "error"]))
        .gives::<Return>("200", PROGRESS)
        .refuses("503", AWAY)
}

pub fn link(_: &Context<'_>) -> Spec {
    spec("Begin to link one's own account with a provider")
        .body(JSON, &optional(&["password"]))
        .gives::<Elsewhere>("200", THERE)
        .refuses("503", AWAY)
}

pub fn unlink(_: &Context<'_>) -> Spec {
    spec("Take the link with a provider away").answers("204", done())
}
