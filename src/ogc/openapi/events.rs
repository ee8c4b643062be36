//! The stream of changes. What a stream sends has no schema of its own in OpenAPI 3.1, so it is described as the list of its
//! events, each with the fields of the event stream format (HTML, 9.2) and what the text of `data` is as JSON.

use serde_json::{Map, Value as Json, json};

use super::parts::reference;
use super::tiles::get;
use crate::index::Action;
use crate::ogc::Ogc;

/// Type of a stream of events.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Adds the stream of changes.
pub fn add_event_paths(ogc: &Ogc, paths: &mut Map<String, Json>) {
    let query = |name: &str, description: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    let resume = json!({
        "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" },
        "description": "The id of the last event that was seen, on whatever node; what came after it is told first",
    });
    let parameters = [
        query("collections", "Only changes of these, separated by commas"),
        query("bbox", "Only changes that leave or reach this box: west, south, east, north in CRS84"),
        resume,
    ];
    let mut events = get("Changes as they happen", "events", &parameters, EVENT_STREAM);
    events["get"]["description"] = json!(
        "A stream without end, described as the list of its events. An id without an event says only where to go on. Of \
         what happened at once the last event has the id: a client that comes back with it misses nothing."
    );
    events["get"]["responses"]["200"]["content"][EVENT_STREAM]["schema"] =
        json!({ "type": "array", "items": event(ogc) });
    events["get"]["responses"]["503"] = reference("responses", "Unavailable");
    paths.insert("/api/events".to_owned(), events);
}

/// One event of the stream.
fn event(ogc: &Ogc) -> Json {
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
        of("change", "A feature was created, changed or deleted", change(ogc)),
        of("reset", "What the client has may be out of date, and is to be fetched anew", reset(ogc)),
    ] })
}

fn collection(ogc: &Ogc) -> Json {
    let names: Vec<&str> = super::public(ogc).map(|one| one.name.as_str()).collect();
    json!({ "type": "string", "enum": names })
}

fn change(ogc: &Ogc) -> Json {
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
            "collection": collection(ogc),
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

fn reset(ogc: &Ogc) -> Json {
    json!({
        "type": "object", "additionalProperties": false, "required": ["reason", "collections"],
        "properties": {
            "reason": { "type": "string" },
            "collections": {
                "type": "array", "items": collection(ogc), "description": "Those that it is about; empty: all of them",
            },
        },
    })
}
