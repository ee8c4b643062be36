//! Proof at start-up that PROJ and its German datum shift grid are what the server relies on.

use geo_types::coord;

use super::{Crs, CrsError, Transformer, proj};

const GRID: &str = "BETA2007.gsb";
const PACKAGE: &str = "proj-data";

/// The version of the linked PROJ, for example `9.1.1`.
pub fn proj_version() -> String {
    proj::version()
}

/// Checks that Gauss-Krüger coordinates are shifted with the grid BETA2007.
///
/// Without the grid PROJ takes a seven-parameter transformation and says nothing; every imported object would then lie
/// one to three metres off. The control point is 3500000 / 5600000 in EPSG:31467, which the grid puts at
/// 499925.493 / 5598199.781 in EPSG:25832.
///
/// # Errors
/// [`CrsError::GridMissing`] names the Debian package to install; other errors mean that PROJ's database is missing.
pub fn assert_grids() -> Result<(), CrsError> {
    let (gauss_krueger, utm) = (Crs::from_epsg(31467)?, Crs::UTM32);
    let transformer = Transformer::new(None);
    let operation = transformer.transformation(gauss_krueger, utm)?.operation();
    let found = transformer.coord(gauss_krueger, utm, coord! { x: 3_500_000.0, y: 5_600_000.0 })?;
    let off_m = (found.x - 499_925.493).hypot(found.y - 5_598_199.781);
    if off_m < 0.01 {
        return Ok(());
    }
    Err(CrsError::GridMissing { file: GRID, package: PACKAGE, off_m, operation })
}
