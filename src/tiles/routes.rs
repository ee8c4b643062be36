//! `/tiles/{tileset}` and `/tiles/{tileset}/{z}/{x}/{y}`.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::grid::{Grid, NoSuchTile};
use super::{Tilesets, pmtiles, serve, tilejson};
use crate::app::App;
use crate::http::answer::JSON;
use crate::http::{Answer, Ask, Parameters, Path, Problem, Routes};
use crate::identity::Caller;
use crate::print::raster;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().route("/tiles/{tileset}", get(tileset)).route_as(
        "/tiles/{tileset}/{z}/{x}/{y}",
        "/tiles/{tileset}/{*tile}",
        get(tile),
    )
}

/// The place of the tileset an address names.
///
/// # Errors
/// 404 with the names there are.
pub fn place(tilesets: &Tilesets, name: &str) -> Result<usize, Problem> {
    tilesets.place(name).ok_or_else(|| {
        let known: Vec<&str> = tilesets.iter().map(|served| served.tileset.name.as_str()).collect();
        let shown: String = name.chars().take(60).collect();
        Problem::not_found(format!("There is no tileset '{shown}'; there are {}.", known.join(", ")))
    })
}

/// `/tiles/{tileset}`
async fn tileset(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    ask: Ask,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(name) = name.strip_suffix(pmtiles::ENDING) {
        Parameters::parse(&ask.query).finish()?;
        return archive(&app, name, &method, &headers);
    }
    let mut query = Parameters::parse(&ask.query);
    if let Some(format) = query.take("f").filter(|format| format != "json") {
        query.fault("f", format!("'{format}' is not offered; there is json"));
    }
    query.finish()?;
    if let Some(archive) = app.foreign_archives.get(&name) {
        return Ok(Answer::document(&ask, JSON, archive.document(&ask).to_string()).into_response());
    }
    let place = place(&app.tilesets, &name)?;
    let Some(served) = app.tilesets.at(place) else { return Err(Problem::not_found("There is no such tileset.")) };
    let template = ask.url(&format!("/tiles/{name}/{{z}}/{{x}}/{{y}}"));
    Ok(Answer::document(&ask, JSON, tilejson::document(&app, &ask, served, &template).to_string()).into_response())
}

/// `/tiles/{tileset}.pmtiles`: all tiles as the public sees them in one file, whole or in ranges.
fn archive(app: &Arc<App>, name: &str, method: &Method, headers: &HeaderMap) -> Result<Response, Problem> {
    if let Some(archive) = app.foreign_archives.get(name) {
        return archive.served.answer(method, headers);
    }
    match app.archives.get(app, place(&app.tilesets, name)?) {
        pmtiles::State::Ready(served) => served.answer(method, headers),
        pmtiles::State::Making => {
            let detail = "The archive is being made. Ask again in a few seconds.";
            let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "Not ready yet", detail);
            problem.hint = Some(Box::new((header::RETRY_AFTER, HeaderValue::from_static("5"))));
            Err(problem)
        }
    }
}

/// `/tiles/{tileset}/{z}/{x}/{y}`, in the web's grid. The row may end with `.mvt` or `.pbf`; with `.png`, `.jpg` or `.webp`
/// the tile is drawn ([`raster`]). The address is read where it lies: copies of its parts and of the headers would cost
/// as much as finding the tile.
async fn tile(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let Some([name, z, x, y]) = address_of(parts.uri.path()) else {
        return Err(Problem::not_found("A tile is at /tiles/{tileset}/{z}/{x}/{y}."));
    };
    let no_such = |none: NoSuchTile| Problem::not_found(format!("There is no such tile: {none}."));
    if let Some((y, ratio, format)) = raster::requested(y) {
        if name != raster::WHOLE {
            place(&app.tilesets, name)?;
        }
        let tile = Grid::web().tile(z, x, y).map_err(no_such)?;
        return raster::answer(&app, (parts.uri.query(), &parts.headers), name, tile, ratio, format).await;
    }
    let foreign = app.foreign_archives.get(name);
    // An unknown tileset is told before a wrong parameter.
    let place = if foreign.is_none() { place(&app.tilesets, name)? } else { 0 };
    if let Some(query) = parts.uri.query() {
        Parameters::parse(query).finish()?;
    }
    let y = [".mvt", ".pbf"].iter().find_map(|ending| y.strip_suffix(ending)).unwrap_or(y);
    let tile = Grid::web().tile(z, x, y).map_err(no_such)?;
    if let Some(archive) = foreign {
        return archive.tile(tile, &parts.headers).await;
    }
    serve::answer(&app, &caller, place, Grid::web(), tile, &parts.headers).await
}

/// Tileset, zoom, column and row of a path; `None` for fewer or more.
fn address_of(path: &str) -> Option<[&str; 4]> {
    let mut parts = path.strip_prefix("/tiles/")?.splitn(4, '/');
    let address = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    (!address[3].contains('/')).then_some(address)
}
