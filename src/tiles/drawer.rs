//! Tiles as pictures: asked for here, drawn by whoever can draw. So tiles know nothing of letters and symbols.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use axum::http::HeaderMap;
use axum::response::Response;

use super::TileId;
use crate::http::Problem;

/// The name under which the whole style is drawn, ground and fire water.
pub const WHOLE_MAP: &str = "map";

/// A tile that is wanted as a picture.
#[derive(Debug)]
pub struct PictureAsk<'a> {
    /// A tileset, or [`WHOLE_MAP`].
    pub tileset: &'a str,
    pub tile: TileId,
    /// Pixels to a pixel of CSS: 1 or 2.
    pub ratio: u32,
    /// How the address ends: `png`, `jpg` or `webp`.
    pub ending: &'a str,
    pub query: Option<&'a str>,
    pub headers: &'a HeaderMap,
}

/// The answer of a [`TileDrawer`].
pub type Drawing<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send + 'a>>;

/// Draws tiles.
pub trait TileDrawer: Debug + Send + Sync {
    /// True if it makes files of this ending.
    fn makes(&self, ending: &str) -> bool;

    /// The picture of a tile.
    fn draw<'a>(&'a self, ask: PictureAsk<'a>) -> Drawing<'a>;
}
