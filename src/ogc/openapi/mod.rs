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

use axum::extract::State;
use serde_json::{Map, Value as Json, json};

use super::link::OPENAPI_3_0;
use crate::collection::Visibility;
use crate::http::{Answer, Ask, Parameters, Problem};
use crate::ogc::Ogc;

/// Type of the OpenAPI 3.1 document.
const OPENAPI_3_1: &str = "application/vnd.oai.openapi+json;version=3.1";

/// The versions of OpenAPI that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V3_0,
    V3_1,
}

/// `/ogc/api`
pub async fn version_3_0(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &ask, Version::V3_0, OPENAPI_3_0)
}

/// `/api/openapi.json`
pub async fn version_3_1(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &ask, Version::V3_1, OPENAPI_3_1)
}

fn answer(ogc: &Ogc, ask: &Ask, version: Version, media: &'static str) -> Result<Answer, Problem> {
    let mut query = Parameters::parse(&ask.query);
    if let Some(format) = query.take("f").filter(|format| format != "json") {
        query.fault("f", format!("'{format}' is not offered; there is json, and a page at /api"));
    }
    query.finish()?;
    Ok(Answer::document(ask, media, document(ogc, ask, version).to_string()))
}

fn document(ogc: &Ogc, ask: &Ask, version: Version) -> Json {
    let collections = ogc.catalogue.collections();
    let mut paths = Map::new();
    // The older document describes the OGC API alone, whose paths are relative to its landing page.
    let prefix = if version == Version::V3_0 { "" } else { "/ogc" };
    others::add_ogc_paths(prefix, &mut paths);
    for collection in collections {
        features::add_paths(collection, prefix, &mut paths);
    }
    for part in ogc.catalogue.parts() {
        features::add_part_paths(&part.collection, &collections[part.whole].name, prefix, &mut paths);
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
        // Anything but the questions of operators may be sent away while the server is busy.
        let asked = paths.iter_mut().filter(|(path, _)| !path.starts_with("/health") && *path != "/metrics");
        asked.for_each(|(_, item)| others::add_busy(item));
    }
    let mut schemas = parts::schemas(ogc);
    for collection in collections {
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

fn tags(ogc: &Ogc, ask: &Ask) -> Vec<Json> {
    let of = |name: &str, description: &str| json!({ "name": name, "description": description });
    let mut tags = vec![of("Capabilities", "What there is")];
    tags.extend(
        ogc.catalogue
            .collections()
            .iter()
            .map(|collection| of(&collection.name, collection.description.in_language(ask.language))),
    );
    let parts = ogc.catalogue.parts().iter();
    tags.extend(parts.map(|part| of(&part.collection.name, part.collection.title.in_language(ask.language))));
    tags.push(of("Tiles", "Maps as vector tiles, and what has changed on them"));
    tags.push(of(maps::MAPS, "Maps as pictures and pages, and what map programs draw them with"));
    tags.push(of("Fire water", "What a crew asks for at an incident"));
    tags.push(of("Search", "One field for every place"));
    tags.push(of("Changesets", "Many edits at once, taking back, and what was"));
    tags.push(of(others::OPERATING, "How the server does"));
    tags
}
