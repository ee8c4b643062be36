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

use std::sync::Arc;

use axum::extract::FromRef;
use axum::routing::{get, post};

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::editing::Editor;
use crate::firewater::Register;
use crate::http::{Gate, Routes};
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

    /// Every route of this module.
    pub fn routes(self: Arc<Self>) -> Routes {
        let items = get(items::collection).post(edit::create).options(edit::options_of_items);
        let item = get(items::feature)
            .put(edit::replace)
            .patch(edit::patch)
            .delete(edit::delete)
            .options(edit::options_of_item);
        Routes::new()
            .route("/ogc", get(landing::landing))
            .route("/ogc/", get(landing::landing))
            .route("/ogc/style.css", get(page::style))
            .route("/ogc/conformance", get(landing::conformance))
            .route("/ogc/api", get(openapi::version_3_0))
            .route("/ogc/collections", get(collections::all))
            .route("/ogc/collections/{collection}", get(collections::one))
            .route("/ogc/collections/{collection}/schema", get(schema::schema))
            .route("/ogc/collections/{collection}/schema/geojson", get(schema::geojson))
            .route("/ogc/collections/{collection}/queryables", get(schema::queryables))
            .route("/ogc/collections/{collection}/sortables", get(schema::sortables))
            .route("/ogc/collections/{collection}/items", items)
            .route("/ogc/collections/{collection}/items/{id}", item)
            .route("/ogc/collections/{collection}/items/{id}/history", get(history::of_feature))
            .route("/ogc/collections/{collection}/items/{id}/restore", post(history::restore))
            .route("/ogc/tileMatrixSets", get(tiles::matrix_sets::all))
            .route("/ogc/tileMatrixSets/{id}", get(tiles::matrix_sets::one))
            .route("/ogc/tiles", get(tiles::sets::of_dataset))
            .route("/ogc/tiles/{grid}", get(tiles::sets::one_of_dataset))
            .route("/ogc/tiles/{grid}/{level}/{row}/{column}", get(tiles::tile::of_dataset))
            .route("/ogc/collections/{collection}/tiles", get(tiles::sets::of_collection))
            .route("/ogc/collections/{collection}/tiles/{grid}", get(tiles::sets::one_of_collection))
            .route("/ogc/collections/{collection}/tiles/{grid}/{level}/{row}/{column}", get(tiles::tile::of_collection))
            .route("/api", get(openapi::viewer::page))
            .route("/api/viewer/{file}", get(openapi::viewer::file))
            .route("/api/openapi.json", get(openapi::version_3_1))
            .route("/api/changesets", get(changesets::latest).post(changesets::create))
            .route("/api/changesets/{id}", get(changesets::one))
            .route("/api/changesets/{id}/undo", post(changesets::undo))
            .route("/api/history/{collection}", get(history::of_collection))
            .answered_by(self)
    }
}
