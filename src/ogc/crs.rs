//! The coordinate reference systems of the features (OGC 18-058r1).

use crate::collection::District;
use crate::feature::crs::{Crs, CrsError};
use crate::http::Parameters;

/// CRSs every collection announces besides CRS84 and that of the storage: what surveyors, web maps and the neighbouring
/// districts use. Others that PROJ knows are taken too.
const OFFERED: [u32; 6] = [4326, 3857, 4258, 25832, 25833, 5650];

/// The announced CRSs, the default first.
pub fn offered(district: &District) -> Vec<Crs> {
    let mut offered = vec![Crs::CRS84, district.crs];
    for crs in OFFERED.into_iter().filter_map(|code| Crs::from_epsg(code).ok()) {
        if !offered.contains(&crs) {
            offered.push(crs);
        }
    }
    offered
}

/// Takes a parameter that names a CRS; CRS84 when it is not there. One that cannot be reached from the district's is a
/// fault like one that does not exist.
pub fn parameter(query: &mut Parameters, name: &'static str, district: &District) -> Crs {
    let Some(text) = query.take(name) else { return Crs::CRS84 };
    let parsed = usable(&text, district);
    query.keep(name, parsed).unwrap_or(Crs::CRS84)
}

fn usable(text: &str, district: &District) -> Result<Crs, CrsError> {
    let crs: Crs = text.parse()?;
    district.frame().transformer.transformation(district.crs, crs)?;
    Ok(crs)
}
