//! The operations of accounts in the words of OpenAPI.

use serde_json::{Value as Json, json};

use crate::http::spec::{ACCOUNTS, Context, JSON, Spec, answer, done, object_answer};

pub(super) fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

/// An object of texts, all of which must be given.
pub(super) fn texts(names: &[&str]) -> Json {
    let members: serde_json::Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "required": names, "properties": members, "additionalProperties": false })
}

pub(super) fn state() -> Json {
    let states = ["signed_in", "second_factor", "enrolment"];
    let factors = json!({ "type": "array", "items": { "type": "string", "enum": ["passkey", "totp", "recovery"] } });
    let members = json!({ "state": { "type": "string", "enum": states }, "factors": factors });
    let schema = json!({ "type": "object", "properties": members });
    answer("How far one has come; the session is in the cookie `__Host-geokontor`", JSON, &schema)
}

pub(super) fn codes() -> Json {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    answer("Shown once", JSON, &json!({ "type": "object", "properties": { "recovery_codes": list } }))
}

fn link() -> Json {
    answer("The link, to be handed over", JSON, &texts(&["link"]))
}

pub fn sign_in(_: &Context<'_>) -> Spec {
    let spec = spec("Sign in with mail address and password").body(JSON, &texts(&["mail", "password"]));
    spec.answers("200", state()).answers("401", json!({ "description": "Mail address or password are not right" }))
}

pub fn second_factor(_: &Context<'_>) -> Spec {
    spec("Show a code of the authenticator, or a recovery code").body(JSON, &texts(&["code"])).answers("200", state())
}

pub fn sign_out(_: &Context<'_>) -> Spec {
    let schema = json!({ "type": "object", "properties": { "location": { "type": "string", "format": "uri" } } });
    let elsewhere = answer("Done here; the browser signs out at the provider it came through there", JSON, &schema);
    spec("End the session of the cookie").answers("200", elsewhere).answers("204", done())
}

pub fn link_request(_: &Context<'_>) -> Spec {
    spec("Ask for a link by mail to set a new password").body(JSON, &texts(&["mail"])).answers("202", done())
}

pub fn link_open(_: &Context<'_>) -> Spec {
    let mut told = texts(&["purpose", "name", "mail", "new_mail", "expires_at"]);
    told["required"] = json!(["purpose", "expires_at"]);
    let spec = spec("What a link is for, and for whom").body(JSON, &texts(&["link"]));
    spec.answers("200", answer("purpose: invitation, password, factor, mail", JSON, &told)).answers("410", shut())
}

pub fn link_password(_: &Context<'_>) -> Spec {
    let spec = spec("Set the password by an invitation or a link").body(JSON, &texts(&["link", "password"]));
    spec.answers("200", answer("Sign in with it", JSON, &texts(&["mail"]))).answers("410", shut())
}

pub fn link_factor(_: &Context<'_>) -> Spec {
    let spec = spec("Begin to set up a second factor anew").body(JSON, &texts(&["link", "password"]));
    spec.answers("200", state()).answers("410", shut())
}

fn shut() -> Json {
    json!({ "description": "The link was used, has expired, or is another person's" })
}

pub fn account(_: &Context<'_>) -> Spec {
    spec("One's own account").answers(
        "200",
        object_answer("Name, mail, language, actions, factors, passkeys, linked providers; organisations with the role there and what it allows"),
    )
}

pub fn account_change(_: &Context<'_>) -> Spec {
    let members = json!({ "name": { "type": "string" }, "language": { "type": "string", "enum": ["de", "en"] } });
    let schema = json!({ "type": "object", "properties": members, "additionalProperties": false });
    spec("Change name and language").body(JSON, &schema).answers("200", object_answer("As it is now"))
}

pub fn password(_: &Context<'_>) -> Spec {
    spec("Change the password; other sessions end").body(JSON, &texts(&["present", "password"])).answers("204", done())
}

pub fn address_ask(_: &Context<'_>) -> Spec {
    let members = json!({ "mail": { "type": "string" }, "password": { "type": "string" } });
    let schema =
        json!({ "type": "object", "required": ["mail"], "properties": members, "additionalProperties": false });
    let sent = json!({ "description": "A link goes to the new address, unless that is somebody's" });
    spec("Ask for another mail address").body(JSON, &schema).answers("202", sent)
}

pub fn address_confirm(_: &Context<'_>) -> Spec {
    let spec = spec("Take the new mail address that a link was sent to").body(JSON, &texts(&["link"]));
    spec.answers("200", answer("The address of the account from now on", JSON, &texts(&["mail"])))
        .answers("410", shut())
}

pub fn sessions(_: &Context<'_>) -> Spec {
    spec("Where one is signed in")
        .answers("200", object_answer("sessions: id, current, begun_by, browser, created_at, last_seen, ends_at"))
}

pub fn end_others(_: &Context<'_>) -> Spec {
    spec("End all other sessions").answers("204", done())
}

pub fn end_session(_: &Context<'_>) -> Spec {
    spec("End a session").answers("204", done())
}

pub fn totp_begin(_: &Context<'_>) -> Spec {
    let spec = spec("Begin to set up an authenticator");
    spec.answers("200", answer("picture is SVG", JSON, &texts(&["secret", "address", "picture"])))
}

pub fn totp_confirm(_: &Context<'_>) -> Spec {
    spec("Show the first code of an authenticator").body(JSON, &texts(&["code"])).answers("200", codes())
}

pub fn totp_remove(_: &Context<'_>) -> Spec {
    spec("Take away the authenticator").body(JSON, &texts(&["password"])).answers("204", done())
}

pub fn recovery_codes(_: &Context<'_>) -> Spec {
    spec("New recovery codes in place of the old ones").body(JSON, &texts(&["password"])).answers("200", codes())
}

pub fn accounts(_: &Context<'_>) -> Spec {
    spec("All accounts")
        .answers("200", object_answer("accounts: id, name, mail, language, administrator, created_at, disabled_at"))
}

pub fn invite(_: &Context<'_>) -> Spec {
    let members = json!({
        "mail": { "type": "string" }, "name": { "type": "string" }, "language": { "type": "string", "enum": ["de", "en"] },
        "administrator": { "type": "boolean" }, "organisation": { "type": "string", "format": "uuid" },
        "role": { "type": "string" },
    });
    let schema =
        json!({ "type": "object", "required": ["mail", "name"], "properties": members, "additionalProperties": false });
    spec("Make an account and invite its holder").body(JSON, &schema).answers("201", link())
}

pub fn new_link(_: &Context<'_>) -> Spec {
    spec("A link by which a person sets a new password").answers("200", link())
}

pub fn factor_reset(_: &Context<'_>) -> Spec {
    spec("Take away a second factor that was lost").answers("200", link())
}

pub fn disable(_: &Context<'_>) -> Spec {
    spec("Send somebody away; their sessions end at once").answers("204", done())
}

pub fn enable(_: &Context<'_>) -> Spec {
    spec("Let somebody in again").answers("204", done())
}

pub fn erase(_: &Context<'_>) -> Spec {
    spec("Erase what is known of a person").answers("204", done())
}
