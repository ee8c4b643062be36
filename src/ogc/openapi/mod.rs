//! The API described for programs: OpenAPI, generated from operations and declarations on every request, so that it cannot
//! be out of date.
//!
//! Twice: 3.0 under `/ogc/api`, because OGC API Features and its conformance suite want exactly that, and 3.1 with
//! everything the server offers under `/api/openapi.json`. [`viewer`] shows the latter to people under `/api`. Each domain
//! describes its own operations; what they share stands in [`parts`], the features of collections in [`schemas`].

mod parts;
pub(super) mod schemas;
pub mod viewer;

use std::sync::Arc;

use axum::extract::{FromRef, State};
use serde_json::{Map, Value as Json, json};

use super::describe::changes::CHANGESETS;
use super::describe::documents;
use super::link::{OPENAPI_3_0, OPENAPI_3_1};
use super::read;
use crate::collection::{Collection, Visibility};
use crate::firewater::describe::FIRE_WATER;
use crate::http::schema::put_into_3_0;
use crate::http::session::SESSION;
use crate::http::spec::{ACCOUNTS, CAPABILITIES, Context, MAPS, OPERATING, SEARCH, TILES, Version, reference};
use crate::http::{Answer, Ask, Gate, Operation, Parameters, Problem, Routes, Wrong};
use crate::ogc::Ogc;
use crate::proposals;

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
        .route(read("api_3_0", "/ogc/api").described_as(documents::api_3_0), version_3_0)
        .route(read("api_3_1", "/api/openapi.json").described(documents::api_3_1), version_3_1);
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
    let (paths, answered) = paths(described, ask, version);
    let mut schemas = parts::schemas(ogc);
    schemas.extend(answered);
    for collection in public(ogc) {
        schemas::add(collection, Visibility::Public, ask.language, &mut schemas);
    }
    if version == Version::V3_0 {
        schemas.values_mut().for_each(put_into_3_0);
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
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A token gk_…" },
                "session": { "type": "apiKey", "in": "cookie", "name": SESSION, "description": "Somebody who has signed in" },
            },
            "schemas": schemas,
        },
    })
}

/// Every operation at its address, and the schemas they refer to. The older document describes the OGC API alone, by paths
/// from its landing page on.
fn paths(described: &Described, ask: &Ask, version: Version) -> (Map<String, Json>, Map<String, Json>) {
    let (catalogue, district) = (&described.ogc.catalogue, &described.ogc.district);
    let context = Context { catalogue, district, language: ask.language, version };
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for operation in &described.operations {
        let method = operation.method.as_str().to_ascii_lowercase();
        for mut written in operation.specs(&context) {
            let address = written.address.as_str();
            let path = match version {
                Version::V3_0 => address.strip_prefix("/ogc").map(|path| if path.is_empty() { "/" } else { path }),
                Version::V3_1 => Some(address),
            };
            let Some(path) = path else { continue };
            if version == Version::V3_1 && written.operation["tags"][0] != OPERATING {
                may_be_busy(&mut written.operation);
            }
            paths.entry(path).or_insert_with(|| json!({}))[&method] = written.operation;
            schemas.extend(written.schemas);
        }
    }
    (paths, schemas)
}

/// Anything but the questions of operators may be sent away while the server is busy. Where the database is needed, 503 is
/// there already and says so.
fn may_be_busy(spec: &mut Json) {
    if spec["responses"].get("503").is_none() {
        spec["responses"]["503"] = reference("responses", "Busy");
    }
}

/// The collections everybody may know of: the document is the same for everybody.
fn public(ogc: &Ogc) -> impl Iterator<Item = &Arc<Collection>> {
    ogc.catalogue.collections().iter().filter(|collection| collection.visibility == Visibility::Public)
}

fn tags(ogc: &Ogc, ask: &Ask) -> Vec<Json> {
    let of = |name: &str, description: &str| json!({ "name": name, "description": description });
    let mut tags = vec![of(CAPABILITIES, "What there is")];
    let collections = public(ogc).map(|one| of(&one.name, one.description.in_language(ask.language)));
    tags.extend(collections);
    let parts = ogc.catalogue.parts().iter().filter(|part| part.collection.visibility == Visibility::Public);
    tags.extend(parts.map(|part| of(&part.collection.name, part.collection.title.in_language(ask.language))));
    tags.push(of(TILES, "Maps as vector tiles, and what has changed on them"));
    tags.push(of(MAPS, "Maps as pictures and pages, and what map programs draw them with"));
    tags.push(of(FIRE_WATER, "What a crew asks for at an incident"));
    tags.push(of(SEARCH, "One field for every place"));
    tags.push(of(CHANGESETS, "Many edits at once, taking back, and what was"));
    tags.push(of(proposals::describe::TAG, "Edits that wait for a second person"));
    tags.push(of(ACCOUNTS, "Signing in, one's own account and those of others; organisations, roles, tokens"));
    tags.push(of(OPERATING, "How the server does"));
    tags
}
