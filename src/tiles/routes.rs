//! `/tiles/{tileset}` and `/tiles/{tileset}/{z}/{x}/{y}`.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::describe;
use super::grid::{Grid, NoSuchTile};
use super::{PictureAsk, Served, Tiles, WHOLE_MAP, pmtiles, serve, tilejson};
use crate::collection::Label;
use crate::http::answer::JSON;
use crate::http::{
    Absent, Answer, Ask, Gate, Needs, Operation, Parameters, Path, Problem, ProblemKind, Routes, Trouble, Wrong,
};
use crate::identity::Caller;

impl FromRef<Arc<Tiles>> for Gate {
    fn from_ref(domain: &Arc<Tiles>) -> Self {
        domain.gate.clone()
    }
}

impl Tiles {
    /// The place of the tileset an address names, if the caller may know of anything in it.
    ///
    /// # Errors
    /// 404 with the names there are for this caller.
    pub fn place(&self, caller: &Caller, name: &str) -> Result<usize, Problem> {
        let is_seen = |served: &Served| !self.seen(caller, served).is_nothing();
        let place = self.sets.place(name).filter(|place| self.sets.at(*place).is_some_and(is_seen));
        place.ok_or_else(|| {
            let known = self.sets.iter().filter(|served| is_seen(served));
            let known: Vec<&str> = known.map(|served| served.tileset.name.as_str()).collect();
            let name: String = name.chars().take(60).collect();
            Problem::not_found(&Absent::NamedTileset { name, known })
        })
    }

    /// The routes of tiles.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(
                Operation::get("tileset", "/tiles/{tileset}", Needs::Nothing).described_as(describe::tileset),
                tileset,
            )
            .route_as(
                Operation::get("tile", "/tiles/{tileset}/{z}/{x}/{y}", Needs::Nothing).described_as(describe::tile),
                "/tiles/{tileset}/{*tile}",
                tile,
            )
            .answered_by(self)
    }
}

/// 404 for an address that names no tile of a grid.
pub fn no_such(none: NoSuchTile) -> Problem {
    let what = match none.what {
        "level" => Label::new("die Ebene", "level"),
        "column" => Label::new("die Spalte", "column"),
        _ => Label::new("die Zeile", "row"),
    };
    Problem::not_found(&Absent::TileOf { grid: none.grid, what, text: none.text })
}

/// `/tiles/{tileset}`
async fn tileset(
    State(tiles): State<Arc<Tiles>>,
    Path(name): Path<String>,
    ask: Ask,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(name) = name.strip_suffix(pmtiles::ENDING) {
        Parameters::parse(&ask.query).finish()?;
        return archive(&tiles, name, &method, &headers);
    }
    let mut query = Parameters::parse(&ask.query);
    if let Some(format) = query.take("f").filter(|format| format != "json") {
        query.wrong("f", &Wrong::NotOffered { word: &format, offered: &["json"] });
    }
    query.finish()?;
    if let Some(archive) = tiles.foreign.get(&name) {
        return Ok(Answer::document(&ask, JSON, archive.document(&ask).to_string()).into_response());
    }
    let place = tiles.place(&ask.caller, &name)?;
    let Some(served) = tiles.sets.at(place) else { return Err(Problem::not_found(&Absent::Tileset)) };
    let template = ask.url(&format!("/tiles/{name}/{{z}}/{{x}}/{{y}}"));
    Ok(Answer::document(&ask, JSON, tilejson::document(&tiles, &ask, served, &template).to_string()).into_response())
}

/// `/tiles/{tileset}.pmtiles`: all tiles as the public sees them in one file, whole or in ranges.
fn archive(tiles: &Arc<Tiles>, name: &str, method: &Method, headers: &HeaderMap) -> Result<Response, Problem> {
    if let Some(archive) = tiles.foreign.get(name) {
        return archive.served.answer(method, headers);
    }
    match tiles.made.get(tiles, tiles.place(&Caller::anonymous(), name)?) {
        pmtiles::State::Ready(served) => served.answer(method, headers),
        pmtiles::State::Making => Err(Problem::of(ProblemKind::NotReady, &Trouble::ArchiveMaking).after(5)),
    }
}

/// `/tiles/{tileset}/{z}/{x}/{y}`, in the web's grid. The row may end with `.mvt` or `.pbf`; with `.png`, `.jpg` or `.webp`
/// the tile is drawn by [`Tiles::drawer`]. The address is read where it lies: copies of its parts and of the headers would cost
/// as much as finding the tile.
async fn tile(State(tiles): State<Arc<Tiles>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &tiles).await?;
    let Some([name, z, x, y]) = address_of(parts.uri.path()) else {
        return Err(Problem::not_found(&Absent::TileAddress));
    };
    if let Some((row, ending)) = y.rsplit_once('.').filter(|(_, ending)| tiles.drawer.makes(ending)) {
        if name != WHOLE_MAP {
            // Pictures show what everybody sees.
            tiles.place(&Caller::anonymous(), name)?;
        }
        let (row, ratio) = row.strip_suffix("@2x").map_or((row, 1), |row| (row, 2));
        let tile = Grid::web().tile(z, x, row).map_err(no_such)?;
        let (query, headers) = (parts.uri.query(), &parts.headers);
        return tiles.drawer.draw(PictureAsk { tileset: name, tile, ratio, ending, query, headers }).await;
    }
    let foreign = tiles.foreign.get(name);
    // An unknown tileset is told before a wrong parameter.
    let place = if foreign.is_none() { tiles.place(&caller, name)? } else { 0 };
    if let Some(query) = parts.uri.query() {
        Parameters::parse(query).finish()?;
    }
    let y = [".mvt", ".pbf"].iter().find_map(|ending| y.strip_suffix(ending)).unwrap_or(y);
    let tile = Grid::web().tile(z, x, y).map_err(no_such)?;
    if let Some(archive) = foreign {
        return archive.tile(tile, &parts.headers).await;
    }
    serve::answer(&tiles, &caller, place, Grid::web(), tile, &parts.headers).await
}

/// Tileset, zoom, column and row of a path; `None` for fewer or more.
fn address_of(path: &str) -> Option<[&str; 4]> {
    let mut parts = path.strip_prefix("/tiles/")?.splitn(4, '/');
    let address = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    (!address[3].contains('/')).then_some(address)
}
