//! What operations answer, whole, so that a change that nobody meant is seen. Times, ids, versions and tags are left out.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test api operations::answers`, and look at the difference.

use std::fmt::Write;

use axum::http::{Method, StatusCode, header};
use chrono::DateTime;
use geokontor::http::Needs;
use geokontor::http::answer::SCHEMA;
use geokontor::identity::Action;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::described::Description;
use crate::accounts::Office;
use crate::support::{TestServer, Token, hydrant};

/// One request for each operation that reads, by its id. `{id}` is a hydrant, `{changeset}` the one that made it, `{proposal}`
/// one to delete it.
const REQUESTS: &[(&str, &str)] = &[
    ("live", "/health/live"),
    ("ready", "/health/ready"),
    ("metrics", "/metrics"),
    ("sign_in_ways", "/api/sign-in"),
    ("account", "/api/account"),
    ("account_sessions", "/api/account/sessions"),
    ("accounts", "/api/accounts"),
    ("organisations", "/api/organisations"),
    ("organisation", "/api/organisations/{organisation}"),
    ("memberships", "/api/memberships"),
    ("roles", "/api/roles?organisation={organisation}"),
    ("tokens", "/api/tokens"),
    ("devices", "/api/devices"),
    ("proposals", "/api/proposals"),
    ("proposal", "/api/proposals/{proposal}"),
    ("views", "/api/views?collection=hydrants"),
    ("imports", "/api/imports"),
    ("checkout", "/api/checkouts?collection=hydrants"),
    ("import", "/api/imports/{import}"),
    ("import_rows", "/api/imports/{import}/rows"),
    ("import_places", "/api/imports/{import}/places"),
    ("import_report", "/api/imports/{import}/report"),
    ("enrolment", "/api/enrolment"),
    ("jobs", "/api/jobs"),
    ("outbox", "/api/outbox"),
    ("nodes", "/api/nodes"),
    ("landing", "/ogc"),
    ("conformance", "/ogc/conformance"),
    ("api_viewer", "/api"),
    ("api_3_0", "/ogc/api"),
    ("api_3_1", "/api/openapi.json"),
    ("collections", "/ogc/collections"),
    ("collection", "/ogc/collections/hydrants"),
    ("schema", "/ogc/collections/suction_points/schema"),
    ("schema_geojson", "/ogc/collections/suction_points/schema/geojson"),
    ("queryables", "/ogc/collections/suction_points/queryables"),
    ("sortables", "/ogc/collections/suction_points/sortables"),
    ("items", "/ogc/collections/hydrants/items?limit=1"),
    ("item", "/ogc/collections/hydrants/items/{id}"),
    ("history", "/ogc/collections/hydrants/items/{id}/history"),
    ("tms.getTileMatrixSetsList", "/ogc/tileMatrixSets"),
    ("tms.getTileMatrixSet", "/ogc/tileMatrixSets/WebMercatorQuad"),
    ("dataset.vector.getTileSetsList", "/ogc/tiles"),
    ("dataset.vector.getTileSet", "/ogc/tiles/WebMercatorQuad"),
    ("dataset.vector.getTile", "/ogc/tiles/WebMercatorQuad/0/0/0"),
    ("collection.vector.getTileSetsList", "/ogc/collections/hydrants/tiles"),
    ("collection.vector.getTileSet", "/ogc/collections/hydrants/tiles/WebMercatorQuad"),
    ("collection.vector.getTile", "/ogc/collections/hydrants/tiles/WebMercatorQuad/0/0/0"),
    ("changesets", "/api/changesets"),
    ("changeset", "/api/changesets/{changeset}"),
    ("collection_at", "/api/history/hydrants?at=2100-01-01T00:00:00Z"),
    ("collection_changes", "/api/history/hydrants/changes.csv"),
    ("nearest_water", "/api/firewater/nearest?lon=11.4&lat=53.89"),
    ("firewater_settings", "/api/firewater/settings"),
    ("alarm_sheet", "/api/firewater/alarm-sheet.pdf?lon=11.4&lat=53.89"),
    ("checklists", "/api/checklists"),
    ("upkeep", "/api/upkeep/hydrants/{id}"),
    ("upkeep_due", "/api/upkeep/due"),
    ("inspections", "/api/inspections"),
    ("defects", "/api/defects"),
    ("outages", "/api/outages"),
    ("files", "/api/files?collection=hydrants&object={id}"),
    // The public sees none.
    ("file_content", "/api/files/{id}/content"),
    ("supply", "/api/supply"),
    ("supply_building", "/api/supply/buildings/{building}"),
    ("supply_place", "/api/supply/place?lon=11.4&lat=53.89"),
    ("supply_without", "/api/supply/without?object={id}"),
    ("supply_tanks", "/api/supply/tanks"),
    ("supply_table", "/api/supply/municipalities.csv"),
    ("supply_tile", "/api/supply/tiles/0/0/0"),
    ("supply_report", "/api/supply/report.pdf"),
    ("search", "/api/search?q=H1"),
    ("tileset", "/tiles/hydrants"),
    ("tile", "/tiles/hydrants/0/0/0"),
    ("style", "/map/styles/day.json"),
    ("sprite", "/map/sprites/day.json"),
    ("glyphs", "/map/glyphs/Geokontor%20Regular/0-255.pbf"),
    ("image_png", "/map/image.png?center=11.4,53.89&width=64&height=64"),
    ("image_jpg", "/map/image.jpg?center=11.4,53.89&width=64&height=64"),
    ("image_webp", "/map/image.webp?center=11.4,53.89&width=64&height=64"),
    ("events", "/api/events"),
    ("device.manifest", "/api/device/manifest"),
    ("device.register", "/api/device/register"),
    ("device.search", "/api/device/search"),
    ("device.roads", "/api/device/roads"),
    ("device.photos", "/api/device/photos"),
    ("device.changes", "/api/device/changes?since=0"),
    ("portal", "/"),
    ("sign_in_page", "/sign-in"),
    ("sign_in_return_page", "/sign-in/return/kreis"),
    ("account_page", "/account"),
    ("administration_page", "/administration"),
    ("desk_page", "/desk"),
    ("tablet_page", "/map/tablet"),
    ("crew_map", "/map"),
    ("embedded_map", "/embed"),
    ("element", "/embed.js"),
];

/// Answers of which only the head is told: they are long, and held to by tests of their own.
const LONG: [&str; 15] = [
    "nodes",
    "api_3_0",
    "api_3_1",
    "style",
    "sprite",
    "conformance",
    "collections",
    "tms.getTileMatrixSet",
    "dataset.vector.getTileSetsList",
    "dataset.vector.getTileSet",
    "collection.vector.getTileSetsList",
    "collection.vector.getTileSet",
    "device.register",
    "device.search",
    // Tokens of the test have names by chance.
    "tokens",
];

/// Pages, which are not there before the web part is built.
const PAGES: [&str; 10] = [
    "portal",
    "sign_in_page",
    "sign_in_return_page",
    "account_page",
    "administration_page",
    "desk_page",
    "tablet_page",
    "crew_map",
    "embedded_map",
    "element",
];

/// Members whose values differ from run to run.
const VARYING: [&str; 12] = [
    "proposer",
    "version",
    "tag",
    "etag",
    "cursor",
    "request_id",
    "bytes",
    "unpacked",
    "state",
    "seconds_since_last_look",
    "oldest",
    "due_in",
];

#[tokio::test]
async fn operations_answer_as_they_did() {
    let office = Office::open().await;
    let server = &office.server;
    let id = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "ref": "H1" }))]).await[0];
    let changeset = server.count("SELECT max(id) FROM changeset").await;
    let ring = json!([[11.401, 53.89], [11.4012, 53.89], [11.4012, 53.8901], [11.401, 53.8901], [11.401, 53.89]]);
    let house = json!({ "type": "Feature", "geometry": { "type": "Polygon", "coordinates": [ring] },
                        "properties": { "function": "residential", "storeys": 2 } });
    let building = server.seed("buildings", vec![house]).await[0].to_string();
    let (mut administrator, _) = office.administrator("administrator@amt.example").await;
    let lossow = json!({ "name": "Amt Lossow", "kind": "amt", "municipalities": ["13074001"] });
    let organisation = administrator.post("/api/organisations", lossow).await.json();
    let wanted = json!({ "name": "GIS Lossow", "role": "editor", "organisation": organisation["id"] });
    administrator.post("/api/tokens", wanted).await;
    let service = json!({ "name": "FF Lossow", "kind": "fire_service", "municipalities": ["13074001"] });
    let service = administrator.post("/api/organisations", service).await.json();
    administrator.post("/api/devices", json!({ "name": "LF 10", "organisation": service["id"] })).await;
    let view = json!({ "name": "Ungeprüft", "collection": "hydrants", "query": "filter=status_as_of+IS+NULL" });
    administrator.post("/api/views", view).await;
    let file = "ref;kind;x;y\nH1;pillar;11.4;53.89\nH2;pillar;11.401;53.89\n";
    let import = crate::imports::sent(&mut administrator, "lieferung.csv", file).await;
    let import = crate::imports::previewed(&mut administrator, &import, import["settings"]["mapping"].clone()).await;
    let import = import["id"].as_str().expect("an id");
    let own = administrator.get("/api/account").await.json();
    let given = json!({ "account": own["id"], "organisation": organisation["id"], "role": "maintainer" });
    administrator.post("/api/memberships", given).await;
    let organisation = organisation["id"].as_str().expect("an id");
    let cookie = format!("__Host-geokontor={}", administrator.session());
    let (reader, operator) =
        (server.token("reader", None, None).await, server.token("administrator", None, None).await);
    let (hydrant, proposer) =
        (format!("/ogc/collections/hydrants/items/{id}"), server.token("maintainer", None, None).await);
    let waits = server.send(Method::DELETE, &hydrant, Token::Secret(&proposer), &[("if-match", "*")], None).await;
    let proposal = waits.json()["id"].as_str().expect("an id").to_owned();
    let routes = geokontor::server::routes(&server.app);
    let description = Description::of(server).await;
    let (mut told, mut faults) = (String::new(), Vec::new());
    for operation in routes.operations().iter().filter(|one| one.method == Method::GET && one.is_described()) {
        let request = REQUESTS.iter().find(|(id, _)| *id == operation.id);
        let path = request.unwrap_or_else(|| panic!("{} has no request here", operation.id)).1;
        let path = path.replace("{id}", &id.to_string()).replace("{changeset}", &changeset.to_string());
        let path = path.replace("{organisation}", organisation).replace("{proposal}", &proposal);
        let path = path.replace("{building}", &building);
        let path = path.replace("{import}", import);
        let (caller, headers) = match operation.needs {
            Needs::Nothing => (Token::Nobody, vec![]),
            Needs::District(_) | Needs::Action(Action::Import) => (Token::Secret(&operator), vec![]),
            Needs::Account | Needs::AccountFor(_) => (Token::Nobody, vec![("cookie", &*cookie)]),
            // Of which a reader is told nothing.
            Needs::Action(_) if operation.id.starts_with("proposal") => (Token::Secret(&proposer), vec![]),
            Needs::Action(_) | Needs::OneOf(_) => (Token::Secret(&reader), vec![]),
        };
        if operation.id == "events" {
            // It has no end.
            assert_eq!(server.status(Method::GET, &path, caller, &headers, vec![]).await, StatusCode::OK);
            continue;
        }
        if PAGES.contains(&operation.id) {
            continue;
        }
        let reply = server.send(Method::GET, &path, caller, &headers, None).await;
        let head = [header::CONTENT_TYPE, header::CACHE_CONTROL].map(|name| reply.header(name.as_str()).to_owned());
        writeln!(told, "{}: {} {}", operation.id, reply.status.as_u16(), head.join("; ")).expect("a text");
        if reply.header("content-type").contains("json") {
            faults.extend(description.faults(&Method::GET, &path, &reply));
        }
        if reply.header("content-type") == SCHEMA {
            writeln!(told, "    {}", shape(&reply.json())).expect("a text");
        } else if reply.header("content-type").contains("json") && !LONG.contains(&operation.id) {
            let body = serde_json::to_string_pretty(&redacted(reply.json())).expect("JSON");
            insta::assert_snapshot!(operation.id.replace('.', "_"), body);
        }
    }
    insta::assert_snapshot!("heads", told);
    assert_eq!(faults, Vec::<String>::new(), "descriptions say what is answered");
}

/// Without what differs from run to run.
fn redacted(value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let one = |(name, value): (String, Json)| {
                let value = if VARYING.contains(&&*name) && !value.is_null() { json!("…") } else { redacted(value) };
                (name, value)
            };
            members.into_iter().map(one).collect()
        }
        Json::Array(values) => values.into_iter().map(redacted).collect(),
        Json::String(text) if DateTime::parse_from_rfc3339(&text).is_ok() => json!("time"),
        Json::String(text) => {
            let part = |part: &str| {
                let name = part.trim_end_matches(['/', '?']);
                if name.parse::<Uuid>().is_ok() { part.replace(name, "id") } else { part.to_owned() }
            };
            json!(text.split_inclusive(['/', '?']).map(part).collect::<String>())
        }
        other => other,
    }
}

/// Both descriptions, a line for each operation and each schema: what is asked, what is answered. Of collections, hydrants
/// stand for all.
#[tokio::test]
async fn the_descriptions_say_what_they_said() {
    let server = TestServer::start().await;
    for (path, name) in [("/ogc/api", "openapi_3_0"), ("/api/openapi.json", "openapi_3_1")] {
        let document = server.get(path).await.json();
        let mut told = String::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            let of_other = path.contains("/collections/") && !path.contains("/collections/hydrants");
            for (method, operation) in item.as_object().expect("operations").iter().filter(|_| !of_other) {
                writeln!(told, "{} {path}: {}", method.to_uppercase(), outline(operation)).expect("a text");
            }
        }
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            let others = server.app.catalogue.collections().iter().filter(|one| one.name != "hydrants");
            if !others.into_iter().any(|other| name.starts_with(&format!("{}_", other.name))) {
                writeln!(told, "{name}: {}", shape(schema)).expect("a text");
            }
        }
        insta::assert_snapshot!(name, told);
    }
}

fn outline(operation: &Json) -> String {
    let name = |parameter: &Json| {
        let required = if parameter["required"] == true && parameter["in"] != "path" { "!" } else { "" };
        let reference = parameter["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        format!("{}{required}", reference.or(parameter["name"].as_str()).expect("a name"))
    };
    let parameters: Vec<String> = operation["parameters"].as_array().into_iter().flatten().map(name).collect();
    let body = &operation["requestBody"]["content"];
    let body = body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(media, content)| format!(" ← {media} {}", shape(&content["schema"])));
    let answers = operation["responses"].as_object().expect("answers").iter().map(|(status, answer)| {
        let media = answer["content"].as_object().into_iter().flatten();
        let media: Vec<String> =
            media.map(|(media, content)| format!(" {media} {}", shape(&content["schema"]))).collect();
        format!("{status}{}", media.concat())
    });
    let answers: Vec<String> = answers.collect();
    let secrets = operation["security"].as_array().into_iter().flatten().filter_map(Json::as_object);
    let secrets: Vec<&str> = secrets.flat_map(|one| one.keys().map(String::as_str)).collect();
    let needs = if secrets.is_empty() { String::new() } else { format!("; {}", secrets.join(" or ")) };
    let id = operation["operationId"].as_str().expect("an id");
    format!("{id}({}{needs}){} → {}", parameters.join(", "), body.collect::<String>(), answers.join(", "))
}

/// The shape of a schema in a few letters.
fn shape(schema: &Json) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for combined in ["oneOf", "anyOf", "allOf"] {
        if let Some(schemas) = schema[combined].as_array() {
            return format!("{combined}({})", schemas.iter().map(shape).collect::<Vec<_>>().join(" "));
        }
    }
    let nullable = if schema["nullable"] == true { "?" } else { "" };
    let kind = match &schema["type"] {
        Json::Array(kinds) => format!("{}?", kinds[0].as_str().unwrap_or_default()),
        kind => format!("{}{nullable}", kind.as_str().unwrap_or_default()),
    };
    let or_null = if kind.ends_with('?') { "?" } else { "" };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    if let Some(members) = schema["properties"].as_object() {
        let member = |(name, schema): (&String, &Json)| {
            let mark = if required.contains(&json!(name)) { "!" } else { "" };
            format!("{name}{mark} {}", shape(schema))
        };
        return format!("{{ {} }}{or_null}", members.iter().map(member).collect::<Vec<_>>().join(", "));
    }
    if let Some(items) = schema.get("items") {
        return format!("[{}]{or_null}", shape(items));
    }
    match (schema["enum"].as_array(), schema["const"].as_str()) {
        (Some(values), _) => format!("{kind} of {}", values.len()),
        (None, Some(only)) if kind == "string" => format!("'{only}'"),
        _ => kind,
    }
}
