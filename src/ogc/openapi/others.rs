//! The paths beside the collections' own.

use serde_json::{Map, Value as Json, json};

use super::OPENAPI_3_1;
use super::parts::{answer, answer_or_page, crs_schema, reference, with_problems};
use crate::http::answer::{GEOJSON, JSON};
use crate::ogc::Ogc;
use crate::ogc::link::{OPENAPI_3_0, PAGE};
use crate::search::kind::{KINDS, Kind};

/// What operators ask for, as a tag.
pub const OPERATING: &str = "Operating";

/// Adds landing page, conformance, collections and the description itself.
pub fn add_ogc_paths(prefix: &str, paths: &mut Map<String, Json>) {
    let document = |summary: &str, id: &str, schema: &str| {
        let responses = json!({ "200": answer_or_page(summary, JSON, &reference("schemas", schema)) });
        json!({ "get": {
            "tags": ["Capabilities"], "summary": summary, "operationId": id,
            "parameters": [reference("parameters", "f")],
            "responses": with_problems(responses, &[("400", "Invalid"), ("406", "NotAcceptable")]),
        } })
    };
    let root = if prefix.is_empty() { "/" } else { prefix };
    paths.insert(root.to_owned(), document("The landing page", "landing", "landing"));
    paths.insert(format!("{prefix}/conformance"), document("Standards met", "conformance", "conformance"));
    paths.insert(format!("{prefix}/collections"), document("The collections", "collections", "collections"));
}

/// What the body of a changeset, and a changeset in answers, look like.
pub fn changes_schema(ogc: &Ogc) -> Json {
    let collections: Vec<&str> = super::public(ogc).map(|one| one.name.as_str()).collect();
    let id = json!({ "type": "string", "format": "uuid" });
    let version = json!({
        "description": "The version that was read, or \"*\" for any; 412 if it is another now, 428 without",
        "oneOf": [{ "type": "integer" }, { "type": "string", "enum": ["*"] }],
    });
    let feature = json!({ "type": "object", "description": "A GeoJSON Feature" });
    let patch = json!({ "type": "object", "description": "A JSON merge patch (RFC 7396)" });
    let edit = |operation: &str, members: &[(&str, &Json)]| {
        let mut properties = json!({
            "collection": { "type": "string", "enum": collections },
            "operation": { "type": "string", "enum": [operation] },
        });
        for (name, schema) in members {
            properties[*name] = (*schema).clone();
        }
        let needed = members.iter().map(|(name, _)| *name).filter(|name| *name != "version");
        let required: Vec<&str> = ["collection", "operation"].into_iter().chain(needed).collect();
        json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
    };
    let edit = json!({ "oneOf": [
        edit("create", &[("feature", &feature)]),
        edit("replace", &[("id", &id), ("version", &version), ("feature", &feature)]),
        edit("patch", &[("id", &id), ("version", &version), ("patch", &patch)]),
        edit("delete", &[("id", &id), ("version", &version)]),
    ] });
    json!({
        "type": "object", "required": ["reason", "edits"], "additionalProperties": false,
        "properties": {
            "reason": reference("schemas", "reason"),
            "crs": crs_schema(ogc),
            "edits": { "type": "array", "minItems": 1, "maxItems": 1000, "items": edit },
        },
    })
}

/// The answer of nearest water, as far as it is not the register's.
fn nearest_schema() -> Json {
    let text = || json!({ "type": "string" });
    let or_null = |kind: &str| json!({ "type": [kind, "null"] });
    let near = json!({
        "type": ["object", "null"],
        "description": "The nearest address, within what the district calls near",
        "properties": {
            "label": text(), "settlement": or_null("string"), "municipality": or_null("string"),
            "distance": { "type": "number", "description": "Metres" },
        },
    });
    let at = json!({
        "type": "object",
        "properties": {
            "lon": { "type": "number" }, "lat": { "type": "number" },
            "utmref": or_null("string"), "degrees_minutes": text(),
            "certainty": { "type": "string", "enum": ["exact", "street", "settlement", "coarse"] },
            "radius": { "type": ["number", "null"],
                "description": "Metres around the place in which the incident may lie; null for an exact one" },
            "matched": { "type": ["string", "null"], "description": "What an address was understood as" },
            "municipality": { "type": ["string", "null"], "description": "In which the place lies" },
            "near": near,
        },
    });
    json!({ "type": "object", "properties": { "at": at, "notes": { "type": "array", "items": text() } } })
}

/// Adds what crews and alarm software ask for.
pub fn add_firewater_paths(paths: &mut Map<String, Json>) {
    let number = |name: &str, description: &str, minimum: f64, maximum: f64| {
        let schema = json!({ "type": "number", "minimum": minimum, "maximum": maximum });
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    let at = "Any coordinate a crew has instead of lon and lat (UTMREF, degrees in any form, UTM, Gauss-Krüger with its \
              datum), or an address, a street, a settlement. What leaves more than some 200 m open is refused, and so is \
              what may mean several places: with the code ambiguous or ambiguous-datum and the member candidates";
    let word = |name: &str, words: [&str; 2], description: &str| {
        let schema = json!({ "type": "string", "enum": words, "default": words[0] });
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    let place = [
        number("lon", "Longitude in degrees; with lat", -180.0, 180.0),
        number("lat", "Latitude in degrees; with lon", -90.0, 90.0),
        json!({ "name": "at", "in": "query", "description": at, "schema": { "type": "string" },
          "example": "32U PE 61655 74265" }),
        number("radius", "Metres", 0.0, 50_000.0),
    ];
    let limit = |most: u32| {
        let description = format!("More than {most} are not given at once");
        let schema = json!({ "type": "integer", "minimum": 1, "default": 10 });
        json!({ "name": "limit", "in": "query", "description": description, "schema": schema })
    };
    let mut parameters = place.to_vec();
    parameters.extend([
        limit(100),
        word("by", ["road", "line"], "What is ranked by; without a road network, the straight line"),
        word("geometry", ["none", "route"], "With route, the ways along roads as lines"),
    ]);
    let summary = "The nearest water: usable sources first, then by distance";
    let description = "The limit counts usable sources, and those out of service only where usable ones leave room; without one \
                       it is the district's. Beyond it are told: in their rank, usable ones that are close by in a straight \
                       line (the district says how close); usable ones that never run dry, though they are farther; last of \
                       all up to five out of \
                       service that are no farther, in a straight line, than the farthest usable one within the limit, so \
                       that nobody takes a closed hydrant for one that is not recorded.";
    let found = answer("The sources around the place", JSON, &nearest_schema());
    let responses = with_problems(json!({ "200": found }), &[("400", "Invalid")]);
    let operation = json!({
        "tags": ["Fire water"], "summary": summary, "description": description, "operationId": "nearest_water",
        "parameters": parameters, "responses": responses,
    });
    paths.insert("/api/firewater/nearest".to_owned(), json!({ "get": operation }));
    let told = answer("Hoses, friction, how long a confirmation counts", JSON, &json!({ "type": "object" }));
    let operation = json!({
        "tags": ["Fire water"], "summary": "What the district reckons with", "operationId": "firewater_settings",
        "responses": with_problems(json!({ "200": told }), &[("400", "Invalid")]),
    });
    paths.insert("/api/firewater/settings".to_owned(), json!({ "get": operation }));
    let text = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } });
    let mut parameters = place.to_vec();
    parameters.extend([
        limit(12),
        text("text", "What has happened; the title of the sheet"),
        word(
            "lang",
            ["de", "en"],
            "The language of the sheet; without it, that of the request's headers, or German where they name none",
        ),
    ]);
    let sheet = answer("The sheet", "application/pdf", &json!({ "type": "string", "format": "binary" }));
    let operation = json!({
        "tags": ["Fire water"], "summary": "The alarm sheet: one page A4 with map and water", "operationId": "alarm_sheet",
        "parameters": parameters, "responses": with_problems(json!({ "200": sheet }), &[("400", "Invalid")]),
    });
    paths.insert("/api/firewater/alarm-sheet.pdf".to_owned(), json!({ "get": operation }));
}

fn hit_schema() -> Json {
    let text = || json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "kind": { "type": "string", "enum": KINDS.map(Kind::name) },
            "label": text(), "detail": { "type": ["string", "null"] },
            "lon": { "type": "number" }, "lat": { "type": "number" },
            "exact": { "type": "boolean", "description": "Found as it is written" },
            "certainty": { "type": "string", "enum": ["exact", "street", "settlement", "coarse"] },
            "radius": { "type": ["number", "null"],
                "description": "Metres around it in which an incident there may lie; null for an exact place" },
        },
    })
}

/// Adds the search.
pub fn add_search_path(paths: &mut Map<String, Json>) {
    let number = |name: &str, description: &str, most: f64| {
        let schema = json!({ "type": "number", "minimum": -most, "maximum": most });
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    let q = "An address, a street, a place, a municipality, the number of a hydrant or water, or any coordinate; words in \
             any order, the last one may be unfinished";
    let bbox = "What is in view comes first: west, south, east, north in degrees";
    let kinds = json!({ "type": "array", "items": { "type": "string", "enum": KINDS.map(Kind::name) } });
    let parameters = json!([
        { "name": "q", "in": "query", "required": true, "description": q,
          "schema": { "type": "string", "maxLength": 200 }, "example": "hauptstr 12 gadebusch" },
        number("lon", "What is near comes first: longitude in degrees, with lat", 180.0),
        number("lat", "Latitude in degrees, with lon", 90.0),
        { "name": "bbox", "in": "query", "description": bbox, "schema": { "type": "string" } },
        { "name": "limit", "in": "query", "description": "More than 50 are not given at once",
          "schema": { "type": "integer", "minimum": 1, "default": 10 } },
        { "name": "kinds", "in": "query", "style": "form", "explode": false, "schema": kinds },
    ]);
    let hint = "What to give, where the question is a coordinate that leaves more than some 200 m open";
    let results = json!({
        "type": "object", "required": ["results"],
        "properties": {
            "results": { "type": "array", "items": hit_schema() },
            "hint": { "type": "string", "description": hint },
        },
    });
    let found = answer("What fits, the best first", JSON, &results);
    let responses = with_problems(json!({ "200": found }), &[("400", "Invalid")]);
    let operation = json!({
        "tags": ["Search"], "summary": "One field for every place", "operationId": "search",
        "parameters": parameters, "responses": responses,
    });
    paths.insert("/api/search".to_owned(), json!({ "get": operation }));
}

/// Adds changesets and the past.
pub fn add_api_paths(paths: &mut Map<String, Json>) {
    let object = json!({ "type": "object" });
    let refused = [("400", "Invalid"), ("401", "Unauthenticated"), ("403", "Forbidden"), ("503", "Unavailable")];
    let operation = |id: &str, summary: &str, responses: Json, more: &[(&str, &str)]| {
        json!({
            "tags": ["Changesets"], "summary": summary, "operationId": id, "security": [{ "token": [] }],
            "responses": with_problems(with_problems(responses, &refused), more),
        })
    };
    let portion = json!([
        { "name": "limit", "in": "query", "description": "More than 1000 are not given at once",
          "schema": { "type": "integer", "minimum": 1, "default": 100 } },
        { "name": "before", "in": "query", "schema": { "type": "integer" } },
    ]);
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }]);
    let mut latest =
        operation("changesets", "The latest changesets", json!({ "200": answer("Changesets", JSON, &object) }), &[]);
    latest["parameters"] = portion.clone();
    let stale = [
        ("202", "Lagging"),
        ("404", "NotFound"),
        ("409", "Conflict"),
        ("412", "Stale"),
        ("413", "TooLarge"),
        ("415", "MediaType"),
        ("428", "PreconditionRequired"),
    ];
    let made = json!({ "201": answer("What was made", JSON, &object) });
    let mut done = made.clone();
    done["200"] = answer("Everything was so already", JSON, &object);
    let mut create = operation("changeset_create", "Make many edits, all or none", done, &stale);
    create["description"] = json!(
        "If anything is wrong nothing is stored, and everything that is wrong is named: `errors` holds one entry for each \
         fault of each edit, its pointer leads to the edit and its code says what it is (as `stale`, `not-found`, \
         `forbidden`, `precondition-required`, `duplicate` or a fault of the input). Where all are of one kind the status \
         is that of the kind, else 400."
    );
    create["requestBody"] =
        json!({ "required": true, "content": { JSON: { "schema": reference("schemas", "changes") } } });
    paths.insert("/api/changesets".to_owned(), json!({ "get": latest, "post": create }));
    let found = json!({ "200": answer("The changeset with its changes", JSON, &object) });
    let mut one = operation("changeset", "One changeset", found, &[("404", "NotFound")]);
    one["parameters"] = portion;
    paths.insert("/api/changesets/{id}".to_owned(), json!({ "parameters": id, "get": one }));
    let more =
        [("202", "Lagging"), ("404", "NotFound"), ("409", "Conflict"), ("413", "TooLarge"), ("415", "MediaType")];
    let mut undo = operation("changeset_undo", "Take a changeset back", made, &more);
    undo["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": {
        "type": "object", "required": ["reason"], "properties": { "reason": reference("schemas", "reason") } } } } });
    paths.insert("/api/changesets/{id}/undo".to_owned(), json!({ "parameters": id, "post": undo }));
    let past = json!({ "200": answer("The features as they were", GEOJSON, &object) });
    let mut history = operation("collection_at", "A collection at a past time", past, &[("404", "NotFound")]);
    history["parameters"] = json!([
        { "name": "collection", "in": "path", "required": true, "schema": { "type": "string" } },
        { "name": "at", "in": "query", "required": true, "schema": { "type": "string", "format": "date-time" } },
        reference("parameters", "crs"),
    ]);
    paths.insert("/api/history/{collection}".to_owned(), json!({ "get": history }));
}

/// Adds what operators and their programs ask for, and where this description is.
pub fn add_operating_paths(paths: &mut Map<String, Json>) {
    let object = json!({ "type": "object", "required": ["status"], "properties": { "status": { "type": "string" } } });
    let get = |id: &str, tag: &str, summary: &str, responses: Json| json!({ "get": { "tags": [tag], "summary": summary, "operationId": id, "responses": responses } });
    let text = json!({ "type": "string" });
    let alive = json!({ "200": answer("It runs", JSON, &object) });
    paths.insert("/health/live".to_owned(), get("live", OPERATING, "Does the process run?", alive));
    let ready = json!({
        "200": answer("Reads are answered", JSON, &object),
        "503": answer("The registers are being loaded", JSON, &object),
    });
    paths.insert("/health/ready".to_owned(), get("ready", OPERATING, "Are reads answered?", ready));
    let numbers = json!({ "200": answer("Numbers", "text/plain", &text) });
    paths.insert("/metrics".to_owned(), get("metrics", OPERATING, "Numbers for Prometheus", numbers));
    let described = |media: &str| json!({ "200": answer("The description", media, &json!({ "type": "object" })) });
    for (path, id, media) in [("/ogc/api", "api_3_0", OPENAPI_3_0), ("/api/openapi.json", "api_3_1", OPENAPI_3_1)] {
        let mut described = get(id, "Capabilities", "The API described for programs", described(media));
        described["get"]["parameters"] = json!([reference("parameters", "f-json")]);
        described["get"]["responses"]["400"] = reference("responses", "Invalid");
        paths.insert(path.to_owned(), described);
    }
    let page = json!({ "200": answer("The page", PAGE, &text) });
    paths.insert("/api".to_owned(), get("api_viewer", "Capabilities", "A page to try the API", page));
}

/// Adds to each operation that it may be sent away; where the database is needed, 503 is there already and says so.
pub fn add_busy(item: &mut Json) {
    let operations = item.as_object_mut().into_iter().flat_map(|item| item.values_mut());
    for operation in
        operations.filter(|operation| operation.get("responses").is_some_and(|all| all.get("503").is_none()))
    {
        operation["responses"]["503"] = reference("responses", "Busy");
    }
}
