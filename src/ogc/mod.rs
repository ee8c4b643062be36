//! The registers in the words of the OGC APIs: Features Parts 1 to 5, Tiles, and the documents that describe
//! them.
//!
//! Thin: a handler parses, asks the index or the editor one thing, and writes. In reading order: [`link`], [`crs`] and
//! [`page`] (what all answers are made of), [`landing`], [`layer`], [`collections`], [`schema`] (what there is), [`items`] (the
//! features; the hot path), [`tiles`] (the same as tiles), [`precondition`] and [`edit`] (changing one), [`changesets`],
//! [`history`] and [`audit`] (changing many, and what was),
//! [`describe`] (each of these operations described) and [`openapi`] (the description of the whole server).
//!
//! What is where: 17-069r4 is Part 1 (core), 18-058r1 Part 2 (CRS), 19-079r2 Part 3 (filtering), 20-002r1 Part 4
//! (transactions, draft), 23-058r2 Part 5 (schemas).

pub mod audit;
mod changeset_input;
pub mod changesets;
pub mod collections;
pub mod crs;
mod describe;
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
use crate::http::{Gate, Limit, Needs, Operation, Routes};
use crate::identity::Action;
use crate::index::Index;
use crate::store::Store;
use crate::texts::Texts;
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
    pub texts: Arc<Texts>,
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
        .route(read("landing", "/ogc").described(describe::documents::landing), landing::landing)
        .route(Operation::file("landing_with_slash", "/ogc/"), landing::landing)
        .route(Operation::file("style_sheet", "/ogc/style.css"), page::style)
        .route(
            read("conformance", "/ogc/conformance").described(describe::documents::conformance),
            landing::conformance,
        )
        .route(read("api_viewer", "/api").described(describe::documents::viewer), openapi::viewer::page)
        .route(Operation::file("viewer_file", "/api/viewer/{file}"), openapi::viewer::file)
        .route(read("collections", "/ogc/collections").described(describe::documents::collections), collections::all)
        .route(
            read("collection", "/ogc/collections/{collection}").described_as(describe::documents::collection),
            collections::one,
        )
        .route(
            read("schema", "/ogc/collections/{collection}/schema").described_as(describe::documents::schema),
            schema::schema,
        )
        .route(
            read("schema_geojson", "/ogc/collections/{collection}/schema/geojson")
                .described_as(describe::documents::geojson),
            schema::geojson,
        )
        .route(
            read("queryables", "/ogc/collections/{collection}/queryables")
                .described_as(describe::documents::queryables),
            schema::queryables,
        )
        .route(
            read("sortables", "/ogc/collections/{collection}/sortables").described_as(describe::documents::sortables),
            schema::sortables,
        )
}

/// The features of collections, one by one.
fn features() -> Routes<Arc<Ogc>> {
    const ITEMS: &str = "/ogc/collections/{collection}/items";
    const ITEM: &str = "/ogc/collections/{collection}/items/{id}";
    const RESTORE: &str = "/ogc/collections/{collection}/items/{id}/restore";
    const HISTORY: &str = "/ogc/collections/{collection}/items/{id}/history";
    let needing = Needs::Action;
    Routes::new()
        .route(read("items", ITEMS).described_as(describe::features::list), items::collection)
        .route(
            Operation::post("create", ITEMS, needing(Action::Create)).described_as(describe::features::create),
            edit::create,
        )
        .route(Operation::options("options_of_items", ITEMS), edit::options_of_items)
        .route(read("item", ITEM).described_as(describe::features::read), items::feature)
        .route(
            Operation::put("replace", ITEM, needing(Action::Edit)).described_as(describe::features::replace),
            edit::replace,
        )
        .route(
            Operation::patch("update", ITEM, needing(Action::Edit)).described_as(describe::features::update),
            edit::patch,
        )
        .route(
            Operation::delete("delete", ITEM, needing(Action::Delete)).described_as(describe::features::delete),
            edit::delete,
        )
        .route(Operation::options("options_of_item", ITEM), edit::options_of_item)
        .route(
            Operation::get("history", HISTORY, needing(Action::Read))
                .limited(Limit::Export)
                .described_as(describe::features::history),
            history::of_feature,
        )
        .route(
            Operation::post("restore", RESTORE, needing(Action::Edit)).described_as(describe::features::restore),
            history::restore,
        )
}

/// Tiles in the words of the standard.
fn tiles() -> Routes<Arc<Ogc>> {
    use self::tiles::{matrix_sets, sets, tile};
    const OF_COLLECTION: &str =
        "/ogc/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}";
    Routes::new()
        .route(
            read("tms.getTileMatrixSetsList", "/ogc/tileMatrixSets").described(describe::tiles::matrix_sets),
            matrix_sets::all,
        )
        .route(
            read("tms.getTileMatrixSet", "/ogc/tileMatrixSets/{tileMatrixSetId}")
                .described(describe::tiles::matrix_set),
            matrix_sets::one,
        )
        .route(
            read("dataset.vector.getTileSetsList", "/ogc/tiles").described(describe::tiles::sets_of_dataset),
            sets::of_dataset,
        )
        .route(
            read("dataset.vector.getTileSet", "/ogc/tiles/{tileMatrixSetId}")
                .described(describe::tiles::set_of_dataset),
            sets::one_of_dataset,
        )
        .route(
            read("dataset.vector.getTile", "/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}")
                .described(describe::tiles::tile_of_dataset),
            tile::of_dataset,
        )
        .route(
            read("collection.vector.getTileSetsList", "/ogc/collections/{collection}/tiles")
                .described_as(describe::tiles::sets_of_collection),
            sets::of_collection,
        )
        .route(
            read("collection.vector.getTileSet", "/ogc/collections/{collection}/tiles/{tileMatrixSetId}")
                .described_as(describe::tiles::set_of_collection),
            sets::one_of_collection,
        )
        .route(
            read("collection.vector.getTile", OF_COLLECTION).described_as(describe::tiles::tile_of_collection),
            tile::of_collection,
        )
}

/// Many edits at once, taking back, and what was.
fn changes() -> Routes<Arc<Ogc>> {
    const ALL: &str = "/api/changesets";
    let needing = Needs::Action;
    Routes::new()
        .route(
            Operation::get("changesets", ALL, needing(Action::Read))
                .limited(Limit::Export)
                .described(describe::changes::latest),
            changesets::latest,
        )
        .route(
            Operation::post("changeset_create", ALL, Needs::OneOf(&[Action::Create, Action::Edit, Action::Delete]))
                .described(describe::changes::create),
            changesets::create,
        )
        .route(
            Operation::get("changeset", "/api/changesets/{id}", needing(Action::Read))
                .limited(Limit::Export)
                .described(describe::changes::one),
            changesets::one,
        )
        .route(
            Operation::post("changeset_undo", "/api/changesets/{id}/undo", needing(Action::Administer))
                .described(describe::changes::undo),
            changesets::undo,
        )
        .route(
            Operation::get("collection_at", "/api/history/{collection}", needing(Action::Read))
                .limited(Limit::Export)
                .described(describe::changes::collection_at),
            history::of_collection,
        )
        .route(
            Operation::get("collection_changes", "/api/history/{collection}/changes.csv", needing(Action::Read))
                .limited(Limit::Export)
                .described(describe::changes::trail),
            audit::of_collection,
        )
}
