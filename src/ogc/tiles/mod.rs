//! OGC API – Tiles, Part 1 (20-057), and the tile matrix sets of 17-083r4: the same tiles as under `/tiles`, in the words
//! of the standard.
//!
//! The tileset of the whole dataset is the first that `tiles/tilesets.toml` declares; every collection has the one of its
//! own name. In reading order: [`matrix_sets`] (how planes are cut), [`sets`] (which tilesets there are and what they
//! hold), [`tile`] (one tile).

pub mod matrix_sets;
pub mod sets;
pub mod tile;

use super::link::{Link, link};
use crate::http::answer::JSON;
use crate::http::{Absent, Ask, Problem};
use crate::identity::Caller;
use crate::ogc::Ogc;

/// The conformance classes that are met.
pub const CONFORMANCE: [&str; 10] = [
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];

/// Relation to the tilesets of vector tiles (20-057, 8.2).
const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
/// Relation to the list of tile matrix sets (20-057, table 2).
const MATRIX_SETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";

/// Whose tiles are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    Dataset,
    Collection(&'a str),
}

impl Of<'_> {
    /// The place of the tileset.
    ///
    /// # Errors
    /// 404 for an unknown collection, and for the dataset when no tileset is declared.
    pub fn place(self, ogc: &Ogc, caller: &Caller) -> Result<usize, Problem> {
        match self {
            Self::Dataset if ogc.tiles.sets.declared().next().is_some() => Ok(0),
            Self::Dataset => Err(Problem::not_found(&Absent::Dataset)),
            Self::Collection(name) => {
                super::collections::snapshot(ogc, caller, name)?;
                ogc.tiles.place(caller, name)
            }
        }
    }

    /// Where its tilesets are listed.
    pub fn path(self) -> String {
        match self {
            Self::Dataset => "/ogc/tiles".to_owned(),
            Self::Collection(name) => format!("/ogc/collections/{name}/tiles"),
        }
    }
}

/// What the landing page links to.
pub fn links_of_dataset(ask: &Ask) -> [Link; 2] {
    [
        link(ask.url("/ogc/tiles"), TILESETS, JSON, "The dataset as vector tiles"),
        link(ask.url("/ogc/tileMatrixSets"), MATRIX_SETS, JSON, "Tile matrix sets"),
    ]
}

/// What a collection links to.
pub fn link_of_collection(ask: &Ask, name: &str) -> Link {
    link(ask.url(&Of::Collection(name).path()), TILESETS, JSON, "The collection as vector tiles")
}
