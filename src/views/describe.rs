//! The operations of saved views in the words of OpenAPI.

use serde_json::json;

use super::answers::{SavedView, ViewList};
use crate::http::spec::{ACCOUNTS, Context, Spec, closed_object, done, string, text};

fn spec(summary: &str) -> Spec {
    Spec::new(ACCOUNTS, summary)
}

/// `/api/views`
pub fn views(_: &Context<'_>) -> Spec {
    spec("Views of registers that one has kept, and those that one's organisations share")
        .parameter(text("collection", "Only those of one collection"))
        .gives::<ViewList>("200", "The views")
}

pub fn create(_: &Context<'_>) -> Spec {
    let organisation = json!({ "type": ["string", "null"], "format": "uuid" });
    let wanted = closed_object(
        &["name", "collection", "query"],
        &json!({ "name": string(), "collection": string(), "query": string(), "organisation": organisation }),
    );
    spec("Keep a view").takes("NewView", wanted).gives::<SavedView>("201", "The view")
}

/// `/api/views/{view}`
pub fn delete(_: &Context<'_>) -> Spec {
    spec("Forget a view").explained("One's own, or one of an organisation that one administers.").answers("204", done())
}
