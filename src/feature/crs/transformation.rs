//! The plan of a transformation: which operations of the register are used, and how accurate they are.
//!
//! A plan fixes one operation per leg. PROJ's own bundle (`proj_create_crs_to_crs`) would choose anew for every point:
//! it reports no accuracy, and beyond the edge of a shift grid it falls back to a 3 m transformation without a word.

use geo_types::Rect;

use super::cache::with_context;
use super::proj::{self, Object, Operation};
use super::{Crs, CrsError};

/// How to get from one CRS to another: the plan, free of PROJ objects, shared between threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Transformation {
    from: Crs,
    to: Crs,
    /// Each leg lists its operations, best first; coordinates only ever use the first.
    pub(super) legs: Vec<Vec<Operation>>,
}

impl Transformation {
    /// Plans the transformation with the best stated accuracy, directly or by way of ETRS89.
    ///
    /// The way round matters: PROJ goes from WGS 84 to Pulkovo 1942(83) with parameters good for 2 m, though ETRS89
    /// lies between the two with parameters good for 0.1 m. `area` is the district in degrees (x = longitude).
    ///
    /// # Errors
    /// [`CrsError::OnlyBallpark`] when the datums can only be taken as equal, [`CrsError::NoOperation`] when there is
    /// no way or its grid is missing.
    pub fn new(from: Crs, to: Crs, area: Option<Rect<f64>>) -> Result<Self, CrsError> {
        // CRS84 and EPSG:4326 differ in axis order alone, which memory does not know.
        let wgs84 = [Crs::CRS84, Crs::WGS84];
        if from == to || (wgs84.contains(&from) && wgs84.contains(&to)) {
            return Ok(Self { from, to, legs: Vec::new() });
        }
        with_context(|context| {
            // The register has operations of EPSG:4326. For CRS84, which it does not know, PROJ tries every other CRS as
            // a step between, half a second long, to find the same ones.
            let in_register = |crs| if crs == Crs::CRS84 { Crs::WGS84 } else { crs };
            let [source, hub, target] =
                [from, Crs::ETRS89, to].map(|crs| context.create(&in_register(crs).definition()));
            let (Some(source), Some(hub), Some(target)) = (source, hub, target) else {
                return Err(CrsError::Proj(context.fault()));
            };
            let leg = |from: &Object, to: &Object| {
                Some(proj::operations(from, to, area, false)).filter(|operations| !operations.is_empty())
            };
            let direct = leg(&source, &target).map(|leg| vec![leg]);
            let ends_at_hub = from == Crs::ETRS89 || to == Crs::ETRS89;
            let round = || Some(vec![leg(&source, &hub)?, leg(&hub, &target)?]);
            let round = if ends_at_hub { None } else { round() };
            let legs = match (direct, round) {
                (Some(direct), Some(round)) if is_better(&round, &direct) => round,
                (Some(direct), _) => direct,
                (None, Some(round)) => round,
                (None, None) if proj::operations(&source, &target, area, true).is_empty() => {
                    return Err(CrsError::NoOperation { from, to });
                }
                (None, None) => return Err(CrsError::OnlyBallpark { from, to }),
            };
            Ok(Self { from, to, legs })
        })
    }

    /// Source CRS.
    pub fn from(&self) -> Crs {
        self.from
    }

    /// Target CRS.
    pub fn to(&self) -> Crs {
        self.to
    }

    /// Accuracy in metres as the register states it; `None` when a step has none.
    pub fn accuracy_m(&self) -> Option<f64> {
        accuracy(&self.legs)
    }

    /// The register's names of the operations used, joined by ` + `; empty when source and target are the same.
    pub fn operation(&self) -> String {
        self.legs.iter().filter_map(|leg| leg.first()).map(|op| op.name.as_str()).collect::<Vec<_>>().join(" + ")
    }
}

/// Sum of the accuracies of the first operation of each leg.
fn accuracy(legs: &[Vec<Operation>]) -> Option<f64> {
    legs.iter().try_fold(0.0, |sum, leg| Some(sum + leg.first()?.accuracy_m?))
}

/// Whether the way round is stated to be more accurate than the direct one.
fn is_better(round: &[Vec<Operation>], direct: &[Vec<Operation>]) -> bool {
    matches!((accuracy(round), accuracy(direct)), (Some(round), Some(direct)) if round < direct)
}
