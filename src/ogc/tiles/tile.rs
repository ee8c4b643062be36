//! One tile (20-057, 7): row before column.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::Of;
use super::matrix_sets::named;
use crate::http::{Absent, Parameters, Path, Problem, Wrong};
use crate::identity::Caller;
use crate::ogc::Ogc;
use crate::tiles::routes::no_such;
use crate::tiles::serve;

/// `/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn of_dataset(
    State(ogc): State<Arc<Ogc>>,
    Path([grid, level, row, column]): Path<[String; 4]>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&ogc, Of::Dataset, &[&grid, &level, &row, &column], &caller, &uri, &headers).await
}

/// `/ogc/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn of_collection(
    State(ogc): State<Arc<Ogc>>,
    Path([name, grid, level, row, column]): Path<[String; 5]>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&ogc, Of::Collection(&name), &[&grid, &level, &row, &column], &caller, &uri, &headers).await
}

async fn answer(
    ogc: &Arc<Ogc>,
    of: Of<'_>,
    [grid, level, row, column]: &[&str; 4],
    caller: &Caller,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let place = of.place(ogc, caller)?;
    let grid = named(grid)?;
    let mut query = Parameters::parse(uri.query().unwrap_or_default());
    if let Some(other) = query.take("f").filter(|format| format != "mvt") {
        query.wrong("f", &Wrong::NotOffered { word: &other, offered: &["mvt"] });
    }
    query.finish()?;
    let tile = grid.tile(level, column, row);
    let tile = tile.map_err(no_such)?;
    // What lies outside the announced limits is no tile (20-057, requirement 6).
    if !ogc.tiles.atlas.coverage(grid, tile.z).is_some_and(|limits| limits.contains(tile)) {
        return Err(Problem::not_found(&Absent::TileOutside { tile: tile.to_string() }));
    }
    serve::answer(&ogc.tiles, caller, place, grid, tile, headers).await
}
