//! How the questions of operators are described.

use serde_json::{Value as Json, json};

use crate::http::answer::JSON;
use crate::http::spec::{Context, OPERATING, Spec, answer};

/// `/health/live`
pub fn live(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Does the process run?").found("It runs", JSON, &status())
}

/// `/health/ready`
pub fn ready(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Are reads answered?")
        .found("Reads are answered", JSON, &status())
        .answers("503", answer("The registers are being loaded", JSON, &status()))
}

/// `/metrics`
pub fn metrics(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Numbers for Prometheus").found("Numbers", "text/plain", &json!({ "type": "string" }))
}

fn status() -> Json {
    json!({ "type": "object", "required": ["status"], "properties": { "status": { "type": "string" } } })
}
