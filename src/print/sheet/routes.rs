//! `/api/firewater/alarm-sheet.pdf`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use geo_types::Coord;

use super::content::Water;
use super::describe;
use super::map::MapError;
use super::page::{Sheet, SheetError};
use crate::collection::Language;
use crate::coordinate::{Certainty, LonLat};
use crate::feature::Geometry;
use crate::feature::crs::Crs;
use crate::files::FirstPhoto;
use crate::firewater::{self, Asked};
use crate::http::{Ask, Limit, Needs, Operation, Parameters, Problem, ProblemKind, Routes, Trouble, Wrong};
use crate::identity::Caller;
use crate::print::Print;
use crate::print::routes::{problem, unwritten};
use crate::work::Kind;

/// What fits on a page, with those beyond the limit: unlimited ones and such as are out of service.
const MAXIMUM_LIMIT: usize = 12;
/// How long a sheet waits for its photos.
const PHOTOS: Duration = Duration::from_millis(800);
/// Letters of the text that are printed at most: alarm software sends what it has, and gets a sheet.
const MOST_TEXT: usize = 300;
/// Letters of the text that go into the address of the map: a code of more cannot be read from paper.
const TEXT_OF_LINK: usize = 80;

/// The routes of the sheet.
pub fn routes() -> Routes<Arc<Print>> {
    Routes::new().route(
        Operation::get("alarm_sheet", "/api/firewater/alarm-sheet.pdf", Needs::Nothing)
            .limited(Limit::Sheet)
            .described(describe::alarm_sheet),
        alarm_sheet,
    )
}

async fn alarm_sheet(state: State<Arc<Print>>, headers: HeaderMap, ask: Ask) -> Result<Response, Problem> {
    // Alarm software names no language, and prints for a station here.
    let usual = if headers.contains_key(header::ACCEPT_LANGUAGE) { ask.language } else { Language::De };
    let named = Parameters::parse(&ask.query).take("lang");
    let language = match named.as_deref() {
        Some("de") => Language::De,
        Some("en") => Language::En,
        _ => usual,
    };
    sheet(state, ask, language, named).await.map_err(|problem| problem.told_in(language))
}

async fn sheet(
    State(print): State<Arc<Print>>,
    ask: Ask,
    language: Language,
    named: Option<String>,
) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(&ask.query);
    parameters.only(&["lang"]);
    let asked =
        Asked::read(&print.firewater, &ask.caller, &mut parameters, MAXIMUM_LIMIT, language, Kind::Sheet).await?;
    let text = parameters.take("text").map(|text| text.chars().take(MOST_TEXT).collect::<String>());
    if named.is_some_and(|named| named != "de" && named != "en") {
        parameters.wrong("lang", &Wrong::Choice { words: &["de", "en"] });
    }
    parameters.finish()?;
    let asked = Asked { paths: true, ..asked.ok_or_else(firewater::no_place)? };
    let link = link(&ask, &asked, text.as_deref());
    let (printer, patience) = (print.clone(), print.sheet_patience);
    let work = async {
        let (finder, caller) = (printer.clone(), ask.caller.clone());
        let water = printer.work.run(Kind::Sheet, move |_| find(&finder, &caller, &asked)).await??;
        let photos = photos(&printer, &ask.caller, &water).await;
        let print = printer.clone();
        let drawn = printer.work.run(Kind::Sheet, move |effort| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            let (clock, now) = (&print.painter.clock, print.painter.clock.now());
            let (water, photos, on_the_wall) = (&water, &photos, clock.on_the_wall(now));
            let sheet = Sheet { water, photos, text, language, link: &link, now, on_the_wall };
            // Nobody waits for water because a photo cannot be written.
            let printed = match sheet.print(&print, effort.given_up()) {
                Err(SheetError::Write(_)) if !sheet.photos.is_empty() => {
                    Sheet { photos: &[], ..sheet }.print(&print, effort.given_up())
                }
                printed => printed,
            };
            printed.map_err(|error| match error {
                SheetError::Map(MapError::Draw(error)) => problem(error),
                SheetError::Map(MapError::Encode(error)) => unwritten(error),
                other => Problem::internal(&other),
            })
        });
        drawn.await?
    };
    let file = tokio::time::timeout(patience, work)
        .await
        .map_err(|_| Problem::of(ProblemKind::Busy, &Trouble::SlowSheet))??;
    let mut response = ([(header::CONTENT_TYPE, "application/pdf")], file).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"alarm-sheet.pdf\""));
    Ok(response)
}

/// The water around a place, as the API tells it.
fn find(print: &Print, caller: &Caller, asked: &Asked) -> Result<Water, Problem> {
    let json = print.firewater.nearest_water(caller, asked).map_err(|_| firewater::too_far())?;
    let mut water = Water::read(&json).map_err(|error| Problem::internal(&error))?;
    (water.is_outside, water.border) = outside(print, asked.query.at);
    Ok(water)
}

/// The first photos of the first sources, the nearest first. Where they cannot be had in a moment the sheet goes without them:
/// it is for an incident.
async fn photos(print: &Print, caller: &Caller, water: &Water) -> Vec<FirstPhoto> {
    let most = print.district.alarm_sheet_photos;
    let usable = water.sources.iter().filter(|source| source.usable);
    let objects: Vec<_> = usable.map(|source| (source.collection.clone(), source.id)).collect();
    if most == 0 || objects.is_empty() {
        return Vec::new();
    }
    match tokio::time::timeout(PHOTOS, print.files.first_photos(caller, &objects, most)).await {
        Ok(Ok(photos)) => photos,
        Ok(Err(error)) => {
            tracing::info!(%error, "an alarm sheet has no photos");
            Vec::new()
        }
        Err(_) => {
            tracing::info!("an alarm sheet did not wait for its photos");
            Vec::new()
        }
    }
}

/// Whether a place is none of the district's, where no water in the register says nothing about it; and where the district
/// begins.
fn outside(print: &Print, place: LonLat) -> (bool, Option<LonLat>) {
    let frame = print.district.frame();
    let Ok(at) = frame.transformer.coord(Crs::CRS84, frame.crs, Coord { x: place.lon, y: place.lat }) else {
        return (true, None);
    };
    let places = print.whereabouts.now();
    if places.check(&Geometry::Point(at.into()), "").is_ok() {
        return (false, None);
    }
    let border = places.nearest(at).and_then(|border| frame.transformer.coord(frame.crs, Crs::CRS84, border).ok());
    (true, border.map(|border| LonLat { lon: border.x, lat: border.y }))
}

/// The live map of the same incident. A place that is not exact goes as it was written, so that the map knows that, too.
fn link(ask: &Ask, asked: &Asked, text: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let place = asked.query.at;
    let written = asked.place.text.as_deref().filter(|_| asked.place.certainty != Certainty::Exact);
    let figures = || format!("{:.6},{:.6}", place.lat, place.lon);
    query.append_pair("at", &written.map_or_else(figures, str::to_owned));
    if let Some(text) = text {
        query.append_pair("text", &text.chars().take(TEXT_OF_LINK).collect::<String>());
    }
    ask.url(&format!("/map?{}", query.finish()))
}
