//! What a device takes along.

use serde_json::{Map, Value as Json, json};

use super::parts::{answer, with_problems};
use crate::http::answer::JSON;
use crate::tiles::pmtiles;

/// Adds the paths of `/api/device`, and archives of tilesets.
pub fn add_device_paths(paths: &mut Map<String, Json>) {
    let read = |id: &str, summary: &str, parameters: Json, media: &str, schema: Json| {
        let responses = with_problems(json!({ "200": answer(summary, media, &schema) }), &[("400", "Invalid")]);
        json!({ "get": {
            "tags": ["Fire water"], "summary": summary, "operationId": id, "parameters": parameters,
            "responses": responses,
        } })
    };
    let object = || json!({ "type": "object" });
    let parts = [
        ("manifest", "What there is to take along, with sizes, tags and a cursor"),
        ("register", "Every source of water, column by column"),
        ("search", "Addresses, streets and municipalities"),
        ("roads", "The network along which hoses are laid"),
    ];
    for (name, summary) in parts {
        let mut path = read(&format!("device.{name}"), summary, json!([]), JSON, object());
        if name == "roads" {
            // A district may have none.
            path["get"]["responses"] = with_problems(path["get"]["responses"].take(), &[("404", "NotFound")]);
        }
        paths.insert(format!("/api/device/{name}"), path);
    }
    let since = json!({
        "name": "since", "in": "query", "required": true, "schema": { "type": "string", "minLength": 1 },
        "description": "The cursor of the manifest or of the last answer",
    });
    let mut changes =
        read("device.changes", "Sources of water that have changed since", json!([since]), JSON, object());
    let too_old = "The copy cannot be brought up to date; take the register anew";
    changes["get"]["responses"]["410"] = answer(too_old, "application/problem+json", &object());
    paths.insert("/api/device/changes".to_owned(), changes);
    let tileset = json!({ "name": "tileset", "in": "path", "required": true, "schema": { "type": "string" } });
    let bytes = json!({ "type": "string", "format": "binary" });
    let mut archive = read("tileset.archive", "A tileset as one archive", json!([tileset]), pmtiles::MEDIA, bytes);
    archive["get"]["tags"] = json!(["Tiles"]);
    archive["get"]["responses"] = with_problems(archive["get"]["responses"].take(), &[("404", "NotFound")]);
    paths.insert(format!("/tiles/{{tileset}}{}", pmtiles::ENDING), archive);
}
