//! `/api/search`: places by whatever somebody types.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::Search;
use super::coordinates;
use super::describe;
use super::entry::Extent;
use super::find::{MOST_WORDS, Question};
use super::fold;
use super::hit::Hit;
use super::kind::{self, KINDS, Kinds, UnknownKind};
use crate::coordinate::LonLat;
use crate::http::answer::JSON;
use crate::http::negotiate::language;
use crate::http::{Gate, Limit, Needs, Operation, Parameters, Problem, Routes, Wrong};
use crate::identity::Caller;
use crate::work::effort::MILLISECOND;
use crate::work::{Effort, Kind};

/// Longest question, in characters.
const LONGEST: usize = 200;
/// Of a link of a map service.
const LONGEST_LINK: usize = 500;
const DEFAULT_LIMIT: usize = 10;
const MAXIMUM_LIMIT: usize = 50;

impl FromRef<Arc<Search>> for Gate {
    fn from_ref(domain: &Arc<Search>) -> Self {
        domain.gate.clone()
    }
}

impl Search {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(
                Operation::get("search", "/api/search", Needs::Nothing)
                    .limited(Limit::Search)
                    .described(describe::search),
                search,
            )
            .answered_by(self)
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchResults")]
pub(super) struct Results {
    /// The best first.
    results: Vec<Hit>,
    /// What to give, where the question is a coordinate that leaves more than some 200 m open.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What fits `q`, the best first: `?q=hauptstr+12+gadebusch`, nearer ones first with `lon` and `lat`, those in view with
/// `bbox`.
async fn search(
    State(search): State<Arc<Search>>,
    caller: Caller,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.only(&["q", "lon", "lat", "bbox", "limit", "kinds"]);
    let question = read(&mut parameters);
    parameters.finish()?;
    let Some(question) = question else {
        return Err(Problem::parameter("q", &Wrong::NoQuestion));
    };
    search.lookup.ready().await;
    let (work, language) = (search.clone(), language(&headers));
    let steps = search.lookup.steps(&question.text);
    let hint = coordinates::hint(&search.district, &question, language);
    let find = move |effort: &Effort| {
        effort.spend(steps);
        work.lookup.find(&work.index, &question, |collection| caller.sees(collection), language)
    };
    // After an import there may be much to bring in.
    let mut results = if steps > MILLISECOND || search.lookup.has_much_to_do() {
        search.work.run(Kind::Answer, find).await?
    } else {
        find(&Effort::new())
    };
    // A coordinate that leaves kilometres open is not meant for whatever has its figures in its name.
    results.retain(|hit| hint.is_none() || hit.exact || hit.kind == kind::Kind::Coordinate);
    let body = axum::Json(Results { results, hint });
    let mut response = ([(header::CONTENT_TYPE, JSON)], body).into_response();
    // What was just edited must be found, and what staff finds is not for a shared cache.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// The question of a request; `None` without one. What is wrong is kept in the parameters.
fn read(parameters: &mut Parameters) -> Option<Question> {
    let near = near(parameters);
    let view = view(parameters);
    let limit = parameters.clamped("limit", 1, MAXIMUM_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let kinds = parameters.take("kinds").map_or(Ok(Kinds::all()), |text| Kinds::from_str(&text));
    if let Err(UnknownKind(word)) = &kinds {
        parameters.wrong("kinds", &Wrong::NotOffered { word, offered: &KINDS.map(kind::Kind::name) });
    }
    let text = parameters.take("q").filter(|text| !text.trim().is_empty())?;
    let is_link = text.contains("://");
    let longest = if is_link { LONGEST_LINK } else { LONGEST };
    if text.chars().count() > longest {
        parameters.wrong("q", &Wrong::TooLong { most: longest });
    } else if !is_link && fold::tokens(&text).len() > MOST_WORDS {
        parameters.wrong("q", &Wrong::TooManyWords { most: MOST_WORDS });
    }
    // Where there is none, its fault has been kept.
    let kinds = kinds.unwrap_or(Kinds::all());
    let middle = |Extent([west, south, east, north]): Extent| LonLat {
        lon: f64::from(west + east) / 2.0,
        lat: f64::from(south + north) / 2.0,
    };
    Some(Question { text, near: near.or(view.map(middle)), view, limit, kinds })
}

fn near(parameters: &mut Parameters) -> Option<LonLat> {
    let lon = parameters.number("lon", -180.0, 180.0);
    let lat = parameters.number("lat", -90.0, 90.0);
    let (has_lon, has_lat) = (parameters.text("lon").is_some(), parameters.text("lat").is_some());
    if has_lon != has_lat {
        let missing = if has_lon { "lat" } else { "lon" };
        parameters.wrong(missing, &Wrong::Together { names: &["lon", "lat"] });
    }
    let (lon, lat) = lon.zip(lat)?;
    Some(LonLat { lon, lat })
}

/// What is in view: west, south, east, north in degrees.
fn view(parameters: &mut Parameters) -> Option<Extent> {
    let text = parameters.take("bbox")?;
    let numbers: Result<Vec<f64>, _> = text.split(',').take(5).map(|number| number.trim().parse::<f64>()).collect();
    let view = match numbers.as_deref() {
        Ok(&[west, south, east, north]) => {
            let on_earth = west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
            (on_earth && west <= east && south <= north).then(|| Extent([west, south, east, north].map(|it| it as f32)))
        }
        _ => None,
    };
    if view.is_none() {
        parameters.wrong("bbox", &Wrong::Box { crs: None });
    }
    view
}
