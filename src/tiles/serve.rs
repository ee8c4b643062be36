//! One tile for one caller: from the cache, else made. What `/tiles` and `/ogc` share.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::cache::{Ready, Variant};
use super::grid::{Grid, TileId};
use super::packing::{pack, unpack_gzip};
use super::{Served, View, encode};
use crate::collection::Visibility;
use crate::http::answer::cache_control;
use crate::http::coding::Coding;
use crate::http::{Problem, etag};
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
    let Some(served) = tiles.sets.at(place) else { return Err(Problem::not_found("There is no such tileset.")) };
    // The quickest to make: brotli would save little, and make the first who looks at a town wait.
    let coding = Coding::accepted(headers.get(header::ACCEPT_ENCODING), Coding::Gzip);
    let variant = Variant {
        staff: staff(tiles, caller, served),
        day: served.daily.then(|| tiles.clock.today()),
        coding: coding.unwrap_or(Coding::Gzip),
    };
    let ready = tiles.cache.get(place, variant, grid, tile, make(tiles, place, variant, grid, tile)).await?;
    respond(&ready, coding, variant.staff != 0, headers)
}

/// The layers of which the caller sees more than the public.
fn staff(tiles: &Tiles, caller: &Caller, served: &Served) -> u64 {
    let layers = served.tileset.layers.iter().enumerate();
    let seen = layers.filter(|(nth, layer)| {
        served.staff & 1 << nth != 0
            && caller.visibility(&tiles.catalogue.collections()[layer.collection].name) == Visibility::Staff
    });
    seen.fold(0, |bits, (nth, _)| bits | 1 << nth)
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
        let sees = |position: usize| {
            let mut layers = served.tileset.layers.iter().enumerate();
            layers.any(|(nth, layer)| layer.collection == position && variant.staff & 1 << nth != 0)
        };
        let view = View::new(
            &tiles.atlas,
            &served.tileset,
            |position| tiles.index.snapshot(position),
            |collection| match tiles.catalogue.position(&collection.name).is_some_and(sees) {
                true => Visibility::Staff,
                false => Visibility::Public,
            },
            variant.day.unwrap_or_else(|| tiles.clock.today()),
        );
        pack(&encode(&view, grid, tile), variant.coding)
    });
    made.await?.map_err(|error| Problem::internal(&error))
}

fn respond(ready: &Ready, coding: Option<Coding>, staff: bool, headers: &HeaderMap) -> Result<Response, Problem> {
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
    let visibility = if staff { Visibility::Staff } else { Visibility::Public };
    headers.insert(header::CACHE_CONTROL, cache_control(visibility));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
    Ok(response)
}
