//! `/api/supply`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use geo_types::Coord;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::places::{Gain, best};
use super::settings::litres;
use super::situation::Situation;
use super::{Supply, describe, layer, table};
use crate::collection::Visibility;
use crate::coordinate::LonLat;
use crate::feature::FeatureId;
use crate::firewater::COLLECTIONS;
use crate::http::answer::{Answer, private};
use crate::http::{Ask, Gate, Limit, Needs, Operation, Parameters, Path, Problem, Routes, Wrong, etag};
use crate::identity::{Action, Caller, Denied};
use crate::texts::Tell;
use crate::tiles::routes::no_such;
use crate::tiles::{Grid, MVT};
use crate::work::{Effort, Kind};

/// Places that are told when nothing is asked for, and at most.
pub const USUAL_PLACES: usize = 10;
pub const MOST_PLACES: usize = 50;
/// Objects that may be taken for failed at once.
pub const MOST_FAILED: usize = 50;
/// Cubic metres an hour that a place may need, and what it needs where nothing is said: the least step of the code of practice.
pub const MOST_NEEDED: f64 = 10_000.0;

type Shared = State<Arc<Supply>>;

/// What is asked about and is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Missing {
    NoBuilding,
    NoObject { ids: Vec<String> },
}

impl Tell for Missing {
    const FILE: &'static str = "supply";
}

impl FromRef<Arc<Supply>> for Gate {
    fn from_ref(domain: &Arc<Supply>) -> Self {
        domain.gate.clone()
    }
}

impl Supply {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        const NEEDS: Needs = Needs::Action(Action::Read);
        Routes::new()
            .route(Operation::get("supply", "/api/supply", NEEDS).described(describe::summary), summary)
            .route(
                Operation::get("supply_building", "/api/supply/buildings/{building}", NEEDS)
                    .described(describe::building),
                building,
            )
            .route(Operation::get("supply_place", "/api/supply/place", NEEDS).described(describe::place), place)
            .route(Operation::get("supply_without", "/api/supply/without", NEEDS).described(describe::without), without)
            .route(
                Operation::get("supply_tanks", "/api/supply/tanks", NEEDS)
                    .limited(Limit::Search)
                    .described(describe::tanks),
                tanks,
            )
            .route(
                Operation::get("supply_table", "/api/supply/municipalities.csv", NEEDS).described(describe::table),
                by_municipality,
            )
            .route(
                Operation::get("supply_tile", "/api/supply/tiles/{z}/{x}/{y}", NEEDS).described(describe::tile),
                tile,
            )
            .answered_by(self)
    }

    /// May the caller know of it? Where water is missing is for those who keep the register. Asked before the input is looked at.
    ///
    /// # Errors
    /// They may not.
    pub fn allow(&self, caller: &Caller) -> Result<(), Denied> {
        let first = COLLECTIONS.first().and_then(|name| self.index.catalogue().get(name));
        first.map_or(Ok(()), |hydrants| caller.may_read_past(hydrants))
    }
}

async fn summary(State(supply): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    supply.allow(&caller)?;
    parameters.finish()?;
    let situation = supply.keeper.now().await?;
    Ok(private(Json(supply.summary(&situation))))
}

async fn building(State(supply): Shared, Path(id): Path<Uuid>, ask: Ask) -> Result<Response, Problem> {
    supply.allow(&ask.caller)?;
    let mut parameters = Parameters::parse(&ask.query);
    let failed = failed(&mut parameters, "without", false);
    parameters.finish()?;
    let situation = supply.keeper.now().await?;
    let nth = situation.ground.position(FeatureId(id)).ok_or_else(|| Problem::not_found(&Missing::NoBuilding))?;
    known(&situation, &failed)?;
    Ok(private(Json(supply.of_building(&situation, nth, &failed))))
}

async fn place(State(supply): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    supply.allow(&caller)?;
    let (lon, lat) = (parameters.number("lon", -180.0, 180.0), parameters.number("lat", -90.0, 90.0));
    let needs = parameters.number("needs", 1.0, MOST_NEEDED);
    let failed = failed(&mut parameters, "without", false);
    parameters.finish()?;
    let at = lon.zip(lat).ok_or_else(|| Problem::parameter("lon", &Wrong::Missing { names: &["lon", "lat"] }))?;
    let at = LonLat { lon: at.0, lat: at.1 };
    let at: Coord = supply.district.frame().in_plane(at).map_err(|_| Problem::parameter("lon", &Wrong::TooFar))?;
    let situation = supply.keeper.now().await?;
    known(&situation, &failed)?;
    let least = situation.settings().demands.iter().map(|demand| demand.flow).min().unwrap_or_default();
    let needs = needs.map_or(least, litres);
    Ok(private(Json(supply.of_place(&situation, at, needs, &failed))))
}

async fn without(State(supply): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    supply.allow(&caller)?;
    let failed = failed(&mut parameters, "object", true);
    parameters.finish()?;
    let situation = supply.keeper.now().await?;
    known(&situation, &failed)?;
    Ok(private(Json(supply.without(&situation, &failed))))
}

async fn tanks(State(supply): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    supply.allow(&caller)?;
    let count = parameters.clamped("limit", 1, MOST_PLACES).unwrap_or(USUAL_PLACES);
    let gain = match parameters.take("by").as_deref() {
        None | Some("buildings") => Gain::Buildings,
        Some("people") => Gain::People,
        Some(_) => {
            parameters.wrong("by", &Wrong::Choice { words: &["buildings", "people"] });
            Gain::Buildings
        }
    };
    parameters.finish()?;
    let situation = supply.keeper.now().await?;
    let of = situation.clone();
    let find = move |effort: &Effort| best(of.scene(), (&of.assessed, of.settings()), of.ways(), (count, gain), effort);
    let sites = supply.work.run(Kind::Answer, find).await??;
    Ok(private(Json(supply.places(&situation, &sites, &caller))))
}

async fn by_municipality(State(supply): Shared, ask: Ask) -> Result<Response, Problem> {
    supply.allow(&ask.caller)?;
    Parameters::parse(&ask.query).finish()?;
    let situation = supply.keeper.now().await?;
    let text = table::csv(&supply.summary(&situation), ask.language).map_err(|error| Problem::internal(&error))?;
    let mut response = private(text);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"loeschwasser-w405.csv\""),
    );
    Ok(response)
}

async fn tile(
    State(supply): Shared,
    Path((z, x, y)): Path<(String, String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    supply.allow(&ask.caller)?;
    Parameters::parse(&ask.query).finish()?;
    let tile = Grid::web().tile(&z, &x, &y).map_err(no_such)?;
    let situation = supply.keeper.now().await?;
    let drawing = supply.clone();
    let drawn = supply.work.run(Kind::Tile, move |_| layer::tile(&situation, &drawing.index, &drawing.atlas, tile));
    let drawn = drawn.await?;
    let tag = etag::of_bytes(&drawn);
    Ok(Answer::new(MVT, drawn).tagged(&ask, tag).seen_by(Visibility::Staff).into_response())
}

/// The ids of objects that are taken for failed.
fn failed(parameters: &mut Parameters, name: &str, is_needed: bool) -> Vec<FeatureId> {
    let text = parameters.take(name).unwrap_or_default();
    let ids: Result<Vec<Uuid>, _> = text.split(',').filter(|id| !id.is_empty()).map(str::parse).collect();
    let ids = ids.unwrap_or_else(|_| {
        parameters.wrong(name, &Wrong::Id);
        Vec::new()
    });
    if ids.len() > MOST_FAILED {
        parameters.wrong(name, &Wrong::TooMany { most: MOST_FAILED });
    }
    if ids.is_empty() && text.is_empty() && is_needed {
        parameters.wrong(name, &Wrong::Missing { names: &["object"] });
    }
    ids.into_iter().map(FeatureId).collect()
}

/// Nobody is told that nothing is lost of what is not counted at all.
fn known(situation: &Situation, failed: &[FeatureId]) -> Result<(), Problem> {
    let is_unknown = |id: &&FeatureId| !situation.outlets.iter().any(|outlet| outlet.is(**id));
    let ids: Vec<String> = failed.iter().filter(is_unknown).map(FeatureId::to_string).collect();
    if ids.is_empty() { Ok(()) } else { Err(Problem::not_found(&Missing::NoObject { ids })) }
}
