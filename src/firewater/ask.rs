//! What is asked about water, from the parameters of a request.

use std::sync::Arc;

use super::Firewater;
use super::nearest::Query;
use crate::collection::{Language, NearestWater};
use crate::coordinate::LonLat;
use crate::http::{Parameters, Problem, Wrong};
use crate::identity::Caller;
use crate::search::Located;
use crate::work::Kind;

/// Metres searched when nothing is said: what two hose trucks can lay.
const DEFAULT_RADIUS: f64 = 2_000.0;
const MAXIMUM_RADIUS: f64 = 50_000.0;

/// A question about water.
#[derive(Debug, Clone)]
pub struct Asked {
    pub query: Query,
    /// How sure the place is, and what had to be assumed in reading it.
    pub place: Located,
    /// True if the sources are to be ranked by road where there is a network.
    pub by_road: bool,
    /// True if the ways are to be drawn.
    pub paths: bool,
}

impl Asked {
    /// Reads place, radius and limit, which is the district's where none is given; faults stay with the parameters, in
    /// this language. `None` if no place can be read. Looking long for a place is work of this kind.
    ///
    /// # Errors
    /// 503 if too much of that waits already.
    pub async fn read(
        water: &Arc<Firewater>,
        caller: &Caller,
        parameters: &mut Parameters,
        most: usize,
        language: Language,
        kind: Kind,
    ) -> Result<Option<Self>, Problem> {
        parameters.only(&["lon", "lat", "at", "radius", "limit"]);
        let nearest = water.district.nearest_water;
        let place = place(water, caller, parameters, language, kind).await?;
        let radius = parameters.number("radius", 0.0, MAXIMUM_RADIUS).unwrap_or(DEFAULT_RADIUS);
        let limit = parameters.clamped("limit", 1, most).unwrap_or(nearest.limit);
        Ok(place.map(|place| {
            let NearestWater { always_within, unlimited, .. } = nearest;
            let query = Query { at: place.at, radius, limit, always_within, unlimited };
            Self { query, place, by_road: true, paths: false }
        }))
    }
}

async fn place(
    water: &Arc<Firewater>,
    caller: &Caller,
    parameters: &mut Parameters,
    language: Language,
    kind: Kind,
) -> Result<Option<Located>, Problem> {
    let lon = parameters.number("lon", -180.0, 180.0);
    let lat = parameters.number("lat", -90.0, 90.0);
    let (has_lon, has_lat) = (parameters.text("lon").is_some(), parameters.text("lat").is_some());
    if parameters.text("at").is_none() {
        if has_lon != has_lat {
            let missing = if has_lon { "lat" } else { "lon" };
            parameters.wrong(missing, &Wrong::Together { names: &["lon", "lat"] });
        }
        return Ok(lon.zip(lat).map(|(lon, lat)| Located::exact(LonLat { lon, lat })));
    }
    if has_lon || has_lat {
        parameters.wrong("at", &Wrong::Either { names: &["at", "lon, lat"] });
        return Ok(None);
    }
    water.search.at(caller, parameters, language, kind).await
}
