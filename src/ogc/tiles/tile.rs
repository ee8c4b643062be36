//! One tile (20-057, 7): row before column.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::Of;
use super::matrix_sets::named;
use crate::app::App;
use crate::http::{Parameters, Path, Problem};
use crate::identity::Caller;
use crate::tiles::serve;

/// `/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn of_dataset(
    State(app): State<Arc<App>>,
    Path([grid, level, row, column]): Path<[String; 4]>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&app, Of::Dataset, &[&grid, &level, &row, &column], &caller, &uri, &headers).await
}

/// `/ogc/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn of_collection(
    State(app): State<Arc<App>>,
    Path([name, grid, level, row, column]): Path<[String; 5]>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&app, Of::Collection(&name), &[&grid, &level, &row, &column], &caller, &uri, &headers).await
}

async fn answer(
    app: &Arc<App>,
    of: Of<'_>,
    [grid, level, row, column]: &[&str; 4],
    caller: &Caller,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let place = of.place(app)?;
    let grid = named(grid)?;
    let mut query = Parameters::parse(uri.query().unwrap_or_default());
    if let Some(other) = query.take("f").filter(|format| format != "mvt") {
        query.fault("f", format!("'{other}' is not offered; there is mvt"));
    }
    query.finish()?;
    let tile = grid.tile(level, column, row);
    let tile = tile.map_err(|none| Problem::not_found(format!("There is no such tile: {none}.")))?;
    // What lies outside the announced limits is no tile (20-057, requirement 6).
    if !app.atlas.coverage(grid, tile.z).is_some_and(|limits| limits.contains(tile)) {
        return Err(Problem::not_found(format!("The tile {tile} lies outside the limits of this tileset.")));
    }
    serve::answer(app, caller, place, grid, tile, headers).await
}
