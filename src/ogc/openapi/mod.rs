//! The API described for programs: OpenAPI, generated from the declarations on every request, so that it cannot be out of
//! date.
//!
//! Twice: 3.0 under `/ogc/api`, because OGC API Features and its conformance suite want exactly that, and 3.1 with
//! everything the server offers under `/api/openapi.json`. [`viewer`] shows the latter to people under `/api`.
//! [`features`] describes the collections, [`others`] what is beside them, [`tiles`] and [`maps`] maps, [`events`] live changes, [`device`] what
//! devices take along, [`parts`] what both are made of.

mod device;
mod events;
mod features;
mod maps;
mod others;
mod parts;
mod tiles;
pub mod viewer;

use std::sync::Arc;

use axum::extract::{FromRef, State};
use serde_json::{Map, Value as Json, json};

use super::link::OPENAPI_3_0;
use super::read;
use crate::collection::{Collection, PartOf, Visibility};
use crate::http::spec::{Context, Version};
use crate::http::{Answer, Ask, Gate, Operation, Parameters, Problem, Routes, Wrong};
use crate::ogc::Ogc;

/// Type of the OpenAPI 3.1 document.
const OPENAPI_3_1: &str = "application/vnd.oai.openapi+json;version=3.1";

/// What can be asked of this server, to be described.
#[derive(Debug)]
struct Described {
    ogc: Arc<Ogc>,
    operations: Vec<Operation>,
}

impl FromRef<Arc<Described>> for Gate {
    fn from_ref(described: &Arc<Described>) -> Self {
        described.ogc.gate.clone()
    }
}

/// The routes of the descriptions of these operations, and of themselves.
pub fn routes(ogc: Arc<Ogc>, others: &[Operation]) -> Routes {
    let routes = Routes::new()
        .route(read("api_3_0", "/ogc/api"), version_3_0)
        .route(read("api_3_1", "/api/openapi.json"), version_3_1);
    let operations = others.iter().chain(routes.operations()).cloned().collect();
    routes.answered_by(Arc::new(Described { ogc, operations }))
}

/// `/ogc/api`
async fn version_3_0(State(described): State<Arc<Described>>, ask: Ask) -> Result<Answer, Problem> {
    answer(&described, &ask, Version::V3_0, OPENAPI_3_0)
}

/// `/api/openapi.json`
async fn version_3_1(State(described): State<Arc<Described>>, ask: Ask) -> Result<Answer, Problem> {
    answer(&described, &ask, Version::V3_1, OPENAPI_3_1)
}

fn answer(described: &Described, ask: &Ask, version: Version, media: &'static str) -> Result<Answer, Problem> {
    let mut query = Parameters::parse(&ask.query);
    if let Some(format) = query.take("f").filter(|format| format != "json") {
        query.wrong("f", &Wrong::NoDescription { word: &format });
    }
    query.finish()?;
    Ok(Answer::document(ask, media, document(described, ask, version).to_string()))
}

fn document(described: &Described, ask: &Ask, version: Version) -> Json {
    let ogc = &described.ogc;
    // The document is the same for everybody: it tells of what everybody may know.
    let collections: Vec<_> = public(ogc).collect();
    let mut paths = Map::new();
    // The older document describes the OGC API alone, whose paths are relative to its landing page.
    let prefix = if version == Version::V3_0 { "" } else { "/ogc" };
    others::add_ogc_paths(prefix, &mut paths);
    for collection in &collections {
        features::add_paths(collection, prefix, &mut paths);
    }
    for part in public_parts(ogc) {
        let whole = &ogc.catalogue.collections()[part.whole].name;
        features::add_part_paths(&part.collection, whole, prefix, &mut paths);
    }
    let names: Vec<&str> = collections.iter().map(|collection| collection.name.as_str()).collect();
    tiles::add_ogc_paths(prefix, &names, &mut paths);
    if version == Version::V3_1 {
        others::add_api_paths(&mut paths);
        others::add_firewater_paths(&mut paths);
        others::add_search_path(&mut paths);
        tiles::add_map_paths(&mut paths);
        maps::add_picture_paths(&mut paths);
        maps::add_page_paths(&mut paths);
        events::add_event_paths(ogc, &mut paths);
        device::add_device_paths(&mut paths);
        others::add_operating_paths(&mut paths);
    }
    add_operations(described, ask, version, &mut paths);
    if version == Version::V3_1 {
        // Anything but the questions of operators may be sent away while the server is busy.
        let asked = paths.iter_mut().filter(|(path, _)| !path.starts_with("/health") && *path != "/metrics");
        asked.for_each(|(_, item)| others::add_busy(item));
    }
    let mut schemas = parts::schemas(ogc);
    for collection in &collections {
        features::add_schemas(collection, Visibility::Public, ask.language, version, &mut schemas);
    }
    let (number, server) = match version {
        Version::V3_0 => ("3.0.3", ask.url("/ogc")),
        Version::V3_1 => ("3.1.0", ask.base.clone()),
    };
    let title = format!("{} – Geokontor", ogc.district.name);
    json!({
        "openapi": number,
        "info": {
            "title": title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The fire-water register of the district. Without a token only what is public is seen.",
            "license": { "name": "EUPL-1.2" },
        },
        "servers": [{ "url": server }],
        "tags": tags(ogc, ask),
        "paths": paths,
        "components": {
            "parameters": parts::parameters(ogc),
            "headers": parts::headers(),
            "responses": parts::responses(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "A token gk_…" } },
            "schemas": schemas,
        },
    })
}

/// Adds the operations that describe themselves.
fn add_operations(described: &Described, ask: &Ask, version: Version, paths: &mut Map<String, Json>) {
    let (catalogue, district) = (&described.ogc.catalogue, &described.ogc.district);
    let context = Context { catalogue, district, language: ask.language, version };
    for operation in &described.operations {
        for (address, spec) in operation.specs(&context) {
            let path = match version {
                Version::V3_0 => address.strip_prefix("/ogc"),
                Version::V3_1 => Some(address.as_str()),
            };
            if let Some(path) = path {
                let item = paths.entry(path).or_insert_with(|| json!({}));
                item[operation.method.as_str().to_ascii_lowercase()] = spec;
            }
        }
    }
}

/// The collections everybody may know of.
fn public(ogc: &Ogc) -> impl Iterator<Item = &Arc<Collection>> {
    ogc.catalogue.collections().iter().filter(|collection| collection.visibility == Visibility::Public)
}

fn public_parts(ogc: &Ogc) -> impl Iterator<Item = &PartOf> {
    ogc.catalogue.parts().iter().filter(|part| part.collection.visibility == Visibility::Public)
}

fn tags(ogc: &Ogc, ask: &Ask) -> Vec<Json> {
    let of = |name: &str, description: &str| json!({ "name": name, "description": description });
    let mut tags = vec![of("Capabilities", "What there is")];
    tags.extend(public(ogc).map(|collection| of(&collection.name, collection.description.in_language(ask.language))));
    let parts = public_parts(ogc);
    tags.extend(parts.map(|part| of(&part.collection.name, part.collection.title.in_language(ask.language))));
    tags.push(of("Tiles", "Maps as vector tiles, and what has changed on them"));
    tags.push(of(maps::MAPS, "Maps as pictures and pages, and what map programs draw them with"));
    tags.push(of("Fire water", "What a crew asks for at an incident"));
    tags.push(of("Search", "One field for every place"));
    tags.push(of("Changesets", "Many edits at once, taking back, and what was"));
    tags.push(of(others::OPERATING, "How the server does"));
    tags
}
