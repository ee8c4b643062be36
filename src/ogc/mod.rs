//! The registers in the words of the OGC APIs: Features Parts 1 to 5, Tiles, and the documents that describe
//! them.
//!
//! Thin: a handler parses, asks the index or the editor one thing, and writes. In reading order: [`link`], [`crs`] and
//! [`page`] (what all answers are made of), [`landing`], [`layer`], [`collections`], [`schema`] (what there is), [`items`] (the
//! features; the hot path), [`tiles`] (the same as tiles), [`precondition`] and [`edit`] (changing one), [`changesets`] and [`history`] (changing many, and what was),
//! [`openapi`] (all of it described for programs).
//!
//! What is where: 17-069r4 is Part 1 (core), 18-058r1 Part 2 (CRS), 19-079r2 Part 3 (filtering), 20-002r1 Part 4
//! (transactions, draft), 23-058r2 Part 5 (schemas).

mod changeset_input;
pub mod changesets;
pub mod collections;
pub mod crs;
pub mod edit;
pub mod history;
pub mod items;
pub mod landing;
pub mod layer;
pub mod link;
pub mod openapi;
pub mod page;
mod precondition;
pub mod schema;
pub mod tiles;

pub use changeset_input::MemberFault;

use std::sync::Arc;

use axum::extract::FromRef;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::editing::Editor;
use crate::firewater::Register;
use crate::http::{Gate, Needs, Operation, Routes};
use crate::identity::Action;
use crate::index::Index;
use crate::store::Store;
use crate::tiles::Tiles;
use crate::work::Pool;

/// What the doors of this module need.
#[derive(Debug)]
pub struct Ogc {
    pub gate: Gate,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    /// For the past alone, and for the editor's answers.
    pub store: Store,
    pub index: Arc<Index>,
    pub editor: Editor,
    /// For the state of water on pages.
    pub register: Arc<Register>,
    pub tiles: Arc<Tiles>,
    pub work: Arc<Pool>,
    pub clock: Clock,
    pub page_limits: PageLimits,
    /// Largest body of a change, bytes.
    pub body_limit: usize,
    /// Differs between declarations and versions of the server, see [`schema::edition`].
    pub edition: u32,
}

/// Features on a page.
#[derive(Debug, Clone, Copy)]
pub struct PageLimits {
    /// Where nothing is asked for.
    pub default: usize,
    pub maximum: usize,
}

impl FromRef<Arc<Ogc>> for Gate {
    fn from_ref(domain: &Arc<Ogc>) -> Self {
        domain.gate.clone()
    }
}

impl Ogc {
    /// Differs between declarations, versions of the server and copies of the database; part of every entity tag.
    pub fn tag_edition(&self) -> u32 {
        self.edition ^ self.index.era()
    }

    /// Every route of this module but the descriptions, which are made from all routes: [`openapi::routes`].
    pub fn routes(self: Arc<Self>) -> Routes {
        documents().merge(features()).merge(tiles()).merge(changes()).answered_by(self)
    }
}

/// An operation that reads what everybody may ask for.
fn read(id: &'static str, address: &'static str) -> Operation {
    Operation::get(id, address, Needs::Nothing)
}

/// What there is.
fn documents() -> Routes<Arc<Ogc>> {
    Routes::new()
        .route(read("landing", "/ogc"), landing::landing)
        .route(read("landing_with_slash", "/ogc/"), landing::landing)
        .route(read("style_sheet", "/ogc/style.css"), page::style)
        .route(read("conformance", "/ogc/conformance"), landing::conformance)
        .route(read("api_viewer", "/api"), openapi::viewer::page)
        .route(read("viewer_file", "/api/viewer/{file}"), openapi::viewer::file)
        .route(read("collections", "/ogc/collections"), collections::all)
        .route(read("collection", "/ogc/collections/{collection}"), collections::one)
        .route(read("schema", "/ogc/collections/{collection}/schema"), schema::schema)
        .route(read("schema_geojson", "/ogc/collections/{collection}/schema/geojson"), schema::geojson)
        .route(read("queryables", "/ogc/collections/{collection}/queryables"), schema::queryables)
        .route(read("sortables", "/ogc/collections/{collection}/sortables"), schema::sortables)
}

/// The features of collections, one by one.
fn features() -> Routes<Arc<Ogc>> {
    const ITEMS: &str = "/ogc/collections/{collection}/items";
    const ITEM: &str = "/ogc/collections/{collection}/items/{id}";
    const RESTORE: &str = "/ogc/collections/{collection}/items/{id}/restore";
    const HISTORY: &str = "/ogc/collections/{collection}/items/{id}/history";
    let needing = Needs::Action;
    Routes::new()
        .route(read("items", ITEMS), items::collection)
        .route(Operation::post("create", ITEMS, needing(Action::Create)), edit::create)
        .route(Operation::options("options_of_items", ITEMS), edit::options_of_items)
        .route(read("item", ITEM), items::feature)
        .route(Operation::put("replace", ITEM, needing(Action::Edit)), edit::replace)
        .route(Operation::patch("update", ITEM, needing(Action::Edit)), edit::patch)
        .route(Operation::delete("delete", ITEM, needing(Action::Delete)), edit::delete)
        .route(Operation::options("options_of_item", ITEM), edit::options_of_item)
        .route(Operation::get("history", HISTORY, needing(Action::Read)), history::of_feature)
        .route(Operation::post("restore", RESTORE, needing(Action::Edit)), history::restore)
}

/// Tiles in the words of the standard.
fn tiles() -> Routes<Arc<Ogc>> {
    use self::tiles::{matrix_sets, sets, tile};
    const OF_COLLECTION: &str =
        "/ogc/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}";
    Routes::new()
        .route(read("tms.getTileMatrixSetsList", "/ogc/tileMatrixSets"), matrix_sets::all)
        .route(read("tms.getTileMatrixSet", "/ogc/tileMatrixSets/{tileMatrixSetId}"), matrix_sets::one)
        .route(read("dataset.vector.getTileSetsList", "/ogc/tiles"), sets::of_dataset)
        .route(read("dataset.vector.getTileSet", "/ogc/tiles/{tileMatrixSetId}"), sets::one_of_dataset)
        .route(
            read("dataset.vector.getTile", "/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"),
            tile::of_dataset,
        )
        .route(read("collection.vector.getTileSetsList", "/ogc/collections/{collection}/tiles"), sets::of_collection)
        .route(
            read("collection.vector.getTileSet", "/ogc/collections/{collection}/tiles/{tileMatrixSetId}"),
            sets::one_of_collection,
        )
        .route(read("collection.vector.getTile", OF_COLLECTION), tile::of_collection)
}

/// Many edits at once, taking back, and what was.
fn changes() -> Routes<Arc<Ogc>> {
    const ALL: &str = "/api/changesets";
    let needing = Needs::Action;
    Routes::new()
        .route(Operation::get("changesets", ALL, needing(Action::Read)), changesets::latest)
        .route(Operation::post("changeset_create", ALL, needing(Action::Edit)), changesets::create)
        .route(Operation::get("changeset", "/api/changesets/{id}", needing(Action::Read)), changesets::one)
        .route(Operation::post("changeset_undo", "/api/changesets/{id}/undo", needing(Action::Edit)), changesets::undo)
        .route(
            Operation::get("collection_at", "/api/history/{collection}", needing(Action::Read)),
            history::of_collection,
        )
}
