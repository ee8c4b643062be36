//! How the stream of changes is described. What a stream sends has no schema of its own in OpenAPI 3.1, so it is the list of
//! its events, each with the fields of the event stream format (HTML, 9.2) and what the text of `data` is as JSON.

use serde_json::{Value as Json, json};

use crate::http::spec::{Context, Spec, TILES, text};
use crate::index::Action;

/// Type of a stream of events.
const EVENT_STREAM: &str = "text/event-stream";

/// `/api/events`
pub fn events(context: &Context<'_>) -> Spec {
    let resume = json!({
        "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" },
        "description": "The id of the last event that was seen, on whatever node; what came after it is told first",
    });
    let description = "A stream without end, described as the list of its events. An id without an event says only where to go on. Of \
         what happened at once the last event has the id: a client that comes back with it misses nothing.";
    Spec::new(TILES, "Changes as they happen")
        .explained(description)
        .parameter(text("collections", "Only changes of these, separated by commas"))
        .parameter(text("bbox", "Only changes that leave or reach this box: west, south, east, north in CRS84"))
        .parameter(resume)
        .found("Changes as they happen", EVENT_STREAM, &json!({ "type": "array", "items": event(context) }))
        .refused("400", "Invalid")
        .refused("404", "NotFound")
        .refused("503", "Unavailable")
}

/// One event of the stream.
fn event(context: &Context<'_>) -> Json {
    let of = |name: &str, description: &str, data: Json| {
        json!({
            "type": "object", "description": description, "required": ["event", "data"],
            "properties": {
                "event": { "const": name },
                "id": { "type": "string", "description": "Where to go on: Last-Event-ID" },
                "data": { "type": "string", "contentMediaType": "application/json", "contentSchema": data },
            },
        })
    };
    json!({ "oneOf": [
        of("change", "A feature was created, changed or deleted", change(context)),
        of("reset", "What the client has may be out of date, and is to be fetched anew", reset(context)),
    ] })
}

fn collection(context: &Context<'_>) -> Json {
    let names: Vec<&str> = context.collections().map(|one| one.name.as_str()).collect();
    json!({ "type": "string", "enum": names })
}

fn change(context: &Context<'_>) -> Json {
    let bounds = json!({
        "type": ["array", "null"], "minItems": 4, "maxItems": 4, "items": { "type": "number" },
        "description": "West, south, east, north in CRS84; null where it was or is nowhere",
    });
    let tile = json!({ "type": "array", "minItems": 3, "maxItems": 3, "items": { "type": "integer" } });
    let tiles = json!({
        "type": "object", "description": "By tileset: the tiles of the web's grid to fetch anew, as z, x, y; null for too many",
        "additionalProperties": { "type": ["array", "null"], "items": tile },
    });
    let actions = [Action::Created, Action::Updated, Action::Deleted].map(Action::name);
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["collection", "id", "action", "version", "time", "before", "after", "tiles"],
        "properties": {
            "collection": collection(context),
            "id": { "type": "string", "format": "uuid" },
            "action": { "type": "string", "enum": actions },
            "version": { "type": "integer", "minimum": 1 },
            "time": { "type": "string", "format": "date-time" },
            "before": bounds,
            "after": bounds,
            "tiles": tiles,
        },
    })
}

fn reset(context: &Context<'_>) -> Json {
    json!({
        "type": "object", "additionalProperties": false, "required": ["reason", "collections"],
        "properties": {
            "reason": { "type": "string" },
            "collections": {
                "type": "array", "items": collection(context), "description": "Those that it is about; empty: all of them",
            },
        },
    })
}
