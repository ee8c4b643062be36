//! The operations of accounts in the words of OpenAPI.

use serde_json::{Value as Json, json};

use super::answers::{
    AccountList, Elsewhere, InvitedAccount, MailAddress, NewAuthenticator, NewLink, OpenedLink, OwnAccount, Progress,
    RecoveryCodes, SessionList,
};
use crate::http::spec::{ACCOUNTS, Context, JSON, Spec, done};

pub(super) fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

/// An object of texts, all of which must be given.
pub(super) fn texts(names: &[&str]) -> Json {
    let members: serde_json::Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "required": names, "properties": members, "additionalProperties": false })
}

/// What an answer is that tells of [`Progress`].
pub(super) const PROGRESS: &str = "How far one has come; the session is in the cookie `__Host-geokontor`";

pub fn sign_in(_: &Context<'_>) -> Spec {
    let spec = spec("Sign in with mail address and password").body(JSON, &texts(&["mail", "password"]));
    spec.gives::<Progress>("200", PROGRESS).refuses("401", "Mail address or password are not right")
}

pub fn second_factor(_: &Context<'_>) -> Spec {
    spec("Show a code of the authenticator, or a recovery code")
        .body(JSON, &texts(&["code"]))
        .gives::<Progress>("200", PROGRESS)
}

pub fn sign_out(_: &Context<'_>) -> Spec {
    spec("End the session of the cookie")
        .gives::<Elsewhere>("200", "Done here; the browser signs out at the provider it came through there")
        .answers("204", done())
}

pub fn link_request(_: &Context<'_>) -> Spec {
    spec("Ask for a link by mail to set a new password").body(JSON, &texts(&["mail"])).answers("202", done())
}

pub fn link_open(_: &Context<'_>) -> Spec {
    let spec = spec("What a link is for, and for whom").body(JSON, &texts(&["link"]));
    spec.gives::<OpenedLink>("200", "What it opens").refuses("410", SHUT)
}

pub fn link_password(_: &Context<'_>) -> Spec {
    let spec = spec("Set the password by an invitation or a link").body(JSON, &texts(&["link", "password"]));
    spec.gives::<MailAddress>("200", "Sign in with it").refuses("410", SHUT)
}

pub fn link_factor(_: &Context<'_>) -> Spec {
    let spec = spec("Begin to set up a second factor anew").body(JSON, &texts(&["link", "password"]));
    spec.gives::<Progress>("200", PROGRESS).refuses("410", SHUT)
}

/// Why a link does not open.
const SHUT: &str = "The link was used, has expired, or is another person's";

pub fn account(_: &Context<'_>) -> Spec {
    spec("One's own account").gives::<OwnAccount>("200", "The account, and what its holder may do")
}

pub fn account_change(_: &Context<'_>) -> Spec {
    let members = json!({ "name": { "type": "string" }, "language": { "type": "string", "enum": ["de", "en"] } });
    let schema = json!({ "type": "object", "properties": members, "additionalProperties": false });
    spec("Change name and language").body(JSON, &schema).gives::<OwnAccount>("200", "As it is now")
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
    spec.gives::<MailAddress>("200", "The address of the account from now on").refuses("410", SHUT)
}

pub fn sessions(_: &Context<'_>) -> Spec {
    spec("Where one is signed in").gives::<SessionList>("200", "The sessions")
}

pub fn end_others(_: &Context<'_>) -> Spec {
    spec("End all other sessions").answers("204", done())
}

pub fn end_session(_: &Context<'_>) -> Spec {
    spec("End a session").answers("204", done())
}

pub fn totp_begin(_: &Context<'_>) -> Spec {
    spec("Begin to set up an authenticator").gives::<NewAuthenticator>("200", "What to show it")
}

pub fn totp_confirm(_: &Context<'_>) -> Spec {
    spec("Show the first code of an authenticator")
        .body(JSON, &texts(&["code"]))
        .gives::<RecoveryCodes>("200", "The codes, shown once")
}

pub fn totp_remove(_: &Context<'_>) -> Spec {
    spec("Take away the authenticator").body(JSON, &texts(&["password"])).answers("204", done())
}

pub fn recovery_codes(_: &Context<'_>) -> Spec {
    spec("New recovery codes in place of the old ones")
        .body(JSON, &texts(&["password"]))
        .gives::<RecoveryCodes>("200", "The codes, shown once")
}

pub fn accounts(_: &Context<'_>) -> Spec {
    spec("The accounts that one administers").gives::<AccountList>("200", "The accounts")
}

pub fn invite(_: &Context<'_>) -> Spec {
    let members = json!({
        "mail": { "type": "string" }, "name": { "type": "string" }, "language": { "type": "string", "enum": ["de", "en"] },
        "administrator": { "type": "boolean" }, "organisation": { "type": "string", "format": "uuid" },
        "role": { "type": "string" },
    });
    let schema =
        json!({ "type": "object", "required": ["mail", "name"], "properties": members, "additionalProperties": false });
    spec("Make an account and invite its holder")
        .takes("NewAccount", schema)
        .gives::<InvitedAccount>("201", "The account, and the link to be handed over")
}

pub fn new_link(_: &Context<'_>) -> Spec {
    spec("A link by which a person sets a new password").gives::<NewLink>("200", "The link, to be handed over")
}

pub fn factor_reset(_: &Context<'_>) -> Spec {
    spec("Take away a second factor that was lost").gives::<NewLink>("200", "The link, to be handed over")
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
