//! The operations of tablets in the words of OpenAPI.

use serde_json::{Value as Json, json};

use super::answers::{Device, DeviceList, DeviceWithCode, OwnDevice};
use crate::http::spec::{ACCOUNTS, Context, JSON, Spec, closed_object, done, string};

fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

fn pin_text() -> Json {
    json!({ "type": "string", "pattern": "^[0-9]{4,8}$", "example": "4711" })
}

/// `/api/devices`
pub fn devices(_: &Context<'_>) -> Spec {
    spec("The tablets of the organisations that one administers").gives::<DeviceList>("200", "The tablets")
}

pub fn create(_: &Context<'_>) -> Spec {
    let wanted = closed_object(
        &["name", "organisation"],
        &json!({ "name": string(), "organisation": { "type": "string", "format": "uuid" } }),
    );
    spec("Make a tablet")
        .explained("Only organisations whose kind gives the role crew have tablets.")
        .takes("NewDevice", wanted)
        .gives::<DeviceWithCode>("201", "The tablet and its code")
}

/// `/api/devices/{device}`
pub fn rename(_: &Context<'_>) -> Spec {
    let wanted = closed_object(&["name"], &json!({ "name": string() }));
    spec("Call a tablet otherwise").body(JSON, &wanted).gives::<Device>("200", "As it is now")
}

pub fn revoke(_: &Context<'_>) -> Spec {
    spec("End a tablet with its next request").answers("204", done())
}

/// `/api/devices/{device}/code`
pub fn code(_: &Context<'_>) -> Spec {
    spec("Give a tablet a new code")
        .explained("Whoever enrols by it takes the place of the tablet that is enrolled now.")
        .gives::<DeviceWithCode>("200", "The tablet and its code")
}

/// `/api/enrolment`
pub fn enrolment(_: &Context<'_>) -> Spec {
    spec("The tablet that sends this")
        .gives::<OwnDevice>("200", "As it is now")
        .refuses("401", "It is revoked, or its time is over")
        .refuses("404", "The browser is no tablet")
}

pub fn enrol(_: &Context<'_>) -> Spec {
    let wanted = closed_object(&["code", "pin"], &json!({ "code": string(), "pin": pin_text() }));
    spec("Enrol this browser as a tablet, by a code of an administrator")
        .body(JSON, &wanted)
        .gives::<OwnDevice>("201", "As it is now, and its cookies")
        .refuses("403", "The code is unknown, used or too old")
}

pub fn leave(_: &Context<'_>) -> Spec {
    spec("Sign this tablet off; takes its cookies away, whatever they hold").answers("204", done())
}

/// `/api/enrolment/pin`
pub fn pin(_: &Context<'_>) -> Spec {
    let wanted = closed_object(&["pin"], &json!({ "pin": pin_text() }));
    spec("Is this the PIN of this tablet? For one whose browser no longer knows it")
        .body(JSON, &wanted)
        .answers("204", done())
        .refuses("403", "It is not")
        .refuses("404", "The browser is no tablet")
}
