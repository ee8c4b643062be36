//! One tile for one caller: from the cache, else made. What `/tiles` and `/ogc` share.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::cache::{Ready, Variant};
use super::grid::{Grid, TileId};
use super::packing::{pack, unpack_gzip};
use super::{Seen, Served, View, encode};
use crate::collection::{Collection, Visibility};
use crate::http::answer::cache_control;
use crate::http::coding::Coding;
use crate::http::{Absent, Problem, etag};
use crate::identity::Caller;
use crate::tiles::Tiles;
use crate::work::Kind;

/// The media type of vector tiles.
pub const MVT: &str = "application/vnd.mapbox-vector-tile";

/// A tile of a tileset, by the tileset's place.
///
/// # Errors
/// 500 if encoding fails, which no input makes it.
pub async fn answer(
    tiles: &Arc<Tiles>,
    caller: &Caller,
    place: usize,
    grid: &'static Grid,
    tile: TileId,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let Some(served) = tiles.sets.at(place) else { return Err(Problem::not_found(&Absent::Tileset)) };
    // The quickest to make: brotli would save little, and make the first who looks at a town wait.
    let coding = Coding::accepted(headers.get(header::ACCEPT_ENCODING), Coding::Gzip);
    let variant = Variant {
        seen: tiles.seen(caller, served),
        day: served.daily.then(|| tiles.clock.today()),
        coding: coding.unwrap_or(Coding::Gzip),
    };
    let ready = tiles.cache.get(place, variant, grid, tile, make(tiles, place, variant, grid, tile)).await?;
    respond(&ready, coding, variant.seen != served.public, headers)
}

impl Tiles {
    /// What a caller gets of the layers of a tileset. That of the public is known.
    pub fn seen(&self, caller: &Caller, served: &Served) -> Seen {
        if caller.is_anonymous() {
            return served.public;
        }
        served.seen(|position| caller.sees(&self.catalogue.collections()[position]))
    }
}

/// Makes a tile. Nothing happens before it is polled: the snapshots are those of after the cache has made a place for it.
async fn make(
    tiles: &Arc<Tiles>,
    place: usize,
    variant: Variant,
    grid: &'static Grid,
    tile: TileId,
) -> Result<Ready, Problem> {
    let maker = tiles.clone();
    let made = tiles.work.run(Kind::Tile, move |_| {
        let tiles = maker;
        let Some(served) = tiles.sets.at(place) else { return pack(&[], variant.coding) };
        // Of a collection in several layers each gets no more than it has properties for.
        let sees = |collection: &Collection| {
            let layers = served.tileset.layers.iter().enumerate();
            layers
                .filter(|(_, layer)| layer.collection == collection.place)
                .map(|(nth, _)| variant.seen.layer(nth))
                .max()?
        };
        let view = View::new(
            &tiles.atlas,
            &served.tileset,
            |position| tiles.index.snapshot(position),
            sees,
            variant.day.unwrap_or_else(|| tiles.clock.today()),
        );
        pack(&encode(&view, grid, tile), variant.coding)
    });
    made.await?.map_err(|error| Problem::internal(&error))
}

fn respond(ready: &Ready, coding: Option<Coding>, is_private: bool, headers: &HeaderMap) -> Result<Response, Problem> {
    let known = headers.get_all(header::IF_NONE_MATCH);
    let has_it =
        known.iter().next().is_some() && etag::is_known(&known.iter().cloned().collect::<Vec<_>>(), &ready.tag);
    let (status, body, tag, coding) = if has_it {
        // The envelope adds the coding to the tag, as it has taken it off the one that came.
        (StatusCode::NOT_MODIFIED, Bytes::new(), &ready.tag, None)
    } else if ready.is_empty {
        (StatusCode::OK, Bytes::new(), &ready.tag, None)
    } else if let Some(coding) = coding {
        (StatusCode::OK, ready.body.clone(), &ready.coded_tag, Some(coding))
    } else {
        let content = unpack_gzip(&ready.body).map_err(|error| Problem::internal(&error))?;
        (StatusCode::OK, Bytes::from(content), &ready.tag, None)
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(12);
    if status == StatusCode::OK {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MVT));
    }
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    headers.insert(header::ETAG, tag.clone());
    // Caches may keep it but must ask each time: an edit is to be seen at once.
    let visibility = if is_private { Visibility::Staff } else { Visibility::Public };
    headers.insert(header::CACHE_CONTROL, cache_control(visibility));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept-Encoding"));
    Ok(response)
}
