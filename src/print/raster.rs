//! The map cut into raster tiles, `/tiles/{tileset}/{z}/{x}/{y}.png`, for programs that read no vector tiles.
//!
//! Tiles are drawn sixteen at a time with a margin around, so that names run on from one to the next; neighbouring
//! sixteens agree where their margins do. A tile lies in the cache under what its vector tiles contain: whatever an edit
//! touches is drawn anew, the rest is found again.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tiny_skia::{IntRect, Pixmap};

use super::Painter;
use super::encode::Format;
use super::map::frame::MapWindow;
use super::map::furniture::Furniture;
use super::map::scene::Fetched;
use super::map::style::Layer;
use super::map::{DrawError, Picture};
use super::routes::{STEPS_OF_A_PIXEL, problem, unwritten};
use super::source::{TilesetViews, fingerprint};
use crate::http::{Absent, Answer, Parameters, Problem, Wrong, etag};
use crate::tiles::drawer::Drawing;
use crate::tiles::{PictureAsk, Theme, TileDrawer, TileId, WHOLE_MAP};
use crate::work::{Effort, Kind, Pool};

/// The tileset that is drawn on the style's background; the others are transparent.
const GROUND: &str = "base";
/// Tiles along the edge of what is drawn at once.
const BLOCK: u32 = 4;
const TILE: u32 = 256;
/// Pixels around a block: half of a long name.
const MARGIN: u32 = 128;
/// Bytes of files that are kept.
const CAPACITY: u64 = 64 << 20;

/// Blocks of tiles drawn lately.
#[derive(Debug)]
pub struct Kept {
    /// By what they show; valid for ever.
    drawn: Cache<(Block, u64), Arc<Drawn>, Bytesize>,
    /// By the state of the collections: saves looking at the vector tiles while nothing changes.
    latest: Cache<(Block, u64), Arc<Drawn>>,
}

/// Some tiles at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Block {
    tileset: String,
    z: u8,
    x: u32,
    y: u32,
    theme: Theme,
    ratio: u32,
    format: Format,
}

/// Files and tags of a block's tiles, row by row.
#[derive(Debug)]
struct Drawn {
    tiles: Vec<(Bytes, HeaderValue)>,
}

#[derive(Debug, Clone)]
struct Bytesize;

impl Weighter<(Block, u64), Arc<Drawn>> for Bytesize {
    fn weight(&self, _: &(Block, u64), drawn: &Arc<Drawn>) -> u64 {
        drawn.tiles.iter().map(|(file, _)| file.len() as u64 + 100).sum()
    }
}

impl Kept {
    /// An empty one.
    pub fn new() -> Self {
        Self { drawn: Cache::with_weighter(1_000, CAPACITY, Bytesize), latest: Cache::new(500) }
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::new()
    }
}

/// Draws raster tiles.
#[derive(Debug)]
pub struct Raster {
    pub painter: Arc<Painter>,
    pub work: Arc<Pool>,
}

impl TileDrawer for Raster {
    fn makes(&self, ending: &str) -> bool {
        Format::of_ending(ending).is_some()
    }

    fn draw<'a>(&'a self, ask: PictureAsk<'a>) -> Drawing<'a> {
        Box::pin(answer(self, ask))
    }
}

/// A raster tile of a tileset, or of the whole map.
///
/// # Errors
/// 400 for parameters other than `style`, 503 if too much is to be drawn.
async fn answer(raster: &Raster, ask: PictureAsk<'_>) -> Result<Response, Problem> {
    let PictureAsk { tileset, tile, ratio, ending, query, headers } = ask;
    let format = Format::of_ending(ending).ok_or_else(|| Problem::not_found(&Absent::Tile))?;
    let mut query = Parameters::parse(query.unwrap_or_default());
    let theme = query.take("style").map_or(Some(Theme::Day), |name| Theme::of_name(&name));
    if theme.is_none() {
        query.wrong("style", &Wrong::Choice { words: &["day", "night"] });
    }
    query.finish()?;
    let TileId { z, x, y } = tile;
    let (tileset, theme) = (tileset.to_owned(), theme.unwrap_or(Theme::Day));
    let block = Block { tileset, z, x: x / BLOCK, y: y / BLOCK, theme, ratio, format };
    let side = BLOCK.min(1 << u32::from(z.min(8)));
    let nth = ((y % BLOCK) * side + x % BLOCK) as usize;
    let drawn = kept_or_drawn(raster, block).await?;
    let (file, tag) = drawn.tiles.get(nth).cloned().ok_or_else(|| Problem::not_found(&Absent::Tile))?;
    let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    let answer = match etag::is_known(&known, &tag) {
        true => Answer::not_modified(tag),
        false => Answer::new(format.media(), file).with_tag(tag),
    };
    Ok(answer.into_response())
}

async fn kept_or_drawn(Raster { painter, work: pool }: &Raster, block: Block) -> Result<Arc<Drawn>, Problem> {
    let sources = sources(painter, &block);
    let state = fingerprint(painter, sources.iter().map(String::as_str));
    let key = (block.clone(), state);
    let maker = painter.clone();
    // Whoever asks for the same block meanwhile waits for this one.
    let work = async {
        let work = move |effort: &Effort| draw(&maker, &block, &sources, effort);
        pool.run(Kind::Image, work).await?
    };
    painter.studio.kept.latest.get_or_insert_async(&key, work).await
}

fn sources(painter: &Painter, block: &Block) -> Vec<String> {
    if block.tileset != WHOLE_MAP {
        return vec![block.tileset.clone()];
    }
    let mut sources: Vec<String> =
        painter.studio.style(block.theme).layers.iter().filter_map(|layer| layer.source.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

fn draw(painter: &Painter, block: &Block, sources: &[String], effort: &Effort) -> Result<Arc<Drawn>, Problem> {
    let side = BLOCK.min(1 << u32::from(block.z.min(8)));
    let frame = MapWindow::of_tiles(block.z, block.x * BLOCK, block.y * BLOCK, side, TILE, MARGIN, block.ratio as f32);
    let names: Vec<&str> = sources.iter().map(String::as_str).collect();
    let register = TilesetViews::now(painter, names.iter().copied());
    let fetched = Fetched::fetch(&register, &names, &frame, || effort.is_wanted());
    let key = (block.clone(), fetched.digest());
    if let Some(drawn) = painter.studio.kept.drawn.get(&key) {
        return Ok(drawn);
    }
    let (width, height) = frame.size.pixels();
    effort.spend(u64::from(width) * u64::from(height) * STEPS_OF_A_PIXEL);
    let furniture = Furniture::default();
    let shown = |layer: &Layer| block.tileset == WHOLE_MAP || layer.is_one_of(sources);
    let style = painter.studio.style(block.theme);
    // What is no map of its own lies on somebody else's.
    let ground = matches!(block.tileset.as_str(), WHOLE_MAP | GROUND);
    let picture = Picture {
        frame,
        style,
        ground,
        shown: &shown,
        markers: &[],
        furniture: &furniture,
        whole_texts: false,
        is_paper: false,
    };
    let pixmap = painter.studio.draw(&picture, &fetched, block.theme, effort.given_up()).map_err(problem)?;
    let drawn = Arc::new(Drawn { tiles: cut(&pixmap, block, side, effort.given_up())? });
    painter.studio.kept.drawn.insert(key, drawn.clone());
    Ok(drawn)
}

fn cut(pixmap: &Pixmap, block: &Block, side: u32, given_up: &AtomicBool) -> Result<Vec<(Bytes, HeaderValue)>, Problem> {
    let (edge, margin) = (TILE * block.ratio, MARGIN * block.ratio);
    let places = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    let tile = |(column, row): (u32, u32)| {
        let place = |nth: u32| i32::try_from(margin + nth * edge).unwrap_or_default();
        let part = IntRect::from_xywh(place(column), place(row), edge, edge).and_then(|part| pixmap.clone_rect(part));
        let part = part.ok_or_else(|| problem(DrawError::Size(edge, edge)))?;
        let file = Bytes::from(block.format.encode(part, given_up).map_err(unwritten)?);
        let tag = etag::of_bytes(&file);
        Ok((file, tag))
    };
    places.map(tile).collect()
}
