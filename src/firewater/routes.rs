//! `/api/firewater`: answers for crews and alarm software.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Firewater;
use super::answer::{self, Head};
use super::ask::Asked;
use super::by_road::Streets;
use super::describe;
use super::nearest::Waters;
use super::settings::FirewaterSettings;
use crate::collection::Visibility;
use crate::feature::crs::CrsError;
use crate::http::answer::{JSON, bare};
use crate::http::negotiate::language;
use crate::http::{Gate, Needs, Operation, Parameters, Problem, Routes, Wrong};
use crate::identity::Caller;
use crate::index::Snapshot;
use crate::work::Kind;

const MAXIMUM_LIMIT: usize = 100;

impl FromRef<Arc<Firewater>> for Gate {
    fn from_ref(domain: &Arc<Firewater>) -> Self {
        domain.gate.clone()
    }
}

impl Firewater {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(
                Operation::get("nearest_water", "/api/firewater/nearest", Needs::Nothing).described(describe::nearest),
                nearest,
            )
            .route(
                Operation::get("firewater_settings", "/api/firewater/settings", Needs::Nothing)
                    .described(describe::settings),
                told_settings,
            )
            .answered_by(self)
    }
}

/// The sources of water around a place: `?lon=…&lat=…` or `?at=` with any coordinate a crew has, or an address.
async fn nearest(
    State(water): State<Arc<Firewater>>,
    caller: Caller,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let language = language(&headers);
    let asked = Asked::read(&water, &caller, &mut parameters, MAXIMUM_LIMIT, language, Kind::Answer).await?;
    let by_line = choice(&mut parameters, "by", ["road", "line"]);
    let paths = choice(&mut parameters, "geometry", ["none", "route"]);
    parameters.finish()?;
    let asked = asked.ok_or_else(no_place)?;
    let asked = Asked { by_road: !by_line, paths, ..asked };
    let body = water.nearest_water(&caller, &asked).map_err(|_| too_far())?;
    let mut response = bare(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    // A crew must not see yesterday's answer, nor a shared cache one meant for staff.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// True if the second of two words is given, false for the first or none.
fn choice(parameters: &mut Parameters, name: &str, [first, second]: [&str; 2]) -> bool {
    match parameters.take(name).as_deref() {
        None => false,
        Some(word) if word == first || word == second => word == second,
        Some(_) => {
            parameters.wrong(name, &Wrong::Choice { words: &[first, second] });
            false
        }
    }
}

/// 400 for a request that names no place.
pub fn no_place() -> Problem {
    Problem::parameter("at", &Wrong::NoPlace)
}

/// 400 for a place too far away to have coordinates in the district's CRS.
pub fn too_far() -> Problem {
    Problem::parameter("at", &Wrong::TooFar)
}

impl Firewater {
    /// The answer to a question, as JSON that holds what the caller may see.
    ///
    /// # Errors
    /// A place that has no coordinates in the district's CRS.
    pub fn nearest_water(&self, caller: &Caller, asked: &Asked) -> Result<Vec<u8>, CrsError> {
        let now = self.clock.now();
        let today = self.clock.day_of(now);
        let collections = self.index.catalogue().collections();
        // A collection the caller does not know of holds no water.
        let held = |position: usize| match caller.sees(&collections[position]) {
            Some(_) => self.index.snapshot(position),
            None => Arc::new(Snapshot::empty(collections[position].clone(), self.register.frame)),
        };
        let waters = Waters::of(&self.register, held, today);
        let network = self.roads.network_for(|roads| caller.sees(&collections[roads]).is_some());
        let found = match network.as_deref().filter(|_| asked.by_road) {
            Some(network) => {
                let streets = Streets { network, laying: &self.register.laying, paths: asked.paths };
                waters.nearest_by_road(&asked.query, streets)?
            }
            None => waters.nearest(&asked.query)?,
        };
        let (by_road, road_network) = (asked.by_road && network.is_some(), network.is_some());
        let place = waters.frame.in_plane(asked.place.at)?;
        let open = self.search.lookup.open_to(|collection| caller.sees(collection));
        let head = Head {
            place: &asked.place,
            near: self.search.lookup.near(&self.index, asked.place.at, place, open),
            municipality: self.search.lookup.municipality_at(&self.index, place, open),
            radius: asked.query.radius,
            limit: asked.query.limit,
            now,
            today,
            by_road,
            road_network,
        };
        Ok(answer::write(&self.register, &head, &found, |collection| caller.sees(collection)))
    }
}

/// What the district reckons with.
async fn told_settings(State(water): State<Arc<Firewater>>, mut parameters: Parameters) -> Result<Response, Problem> {
    parameters.finish()?;
    let collections = water.index.catalogue().collections();
    let network = water.roads.network_for(|roads| collections[roads].visibility == Visibility::Public);
    let mut response = Json(FirewaterSettings::of(&water.district, network.is_some())).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
