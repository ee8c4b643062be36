//! The features. The hot path of the whole server.
//!
//! A request goes through three steps, a file each: [`query`] parses what is asked, [`select`] finds the page in a
//! snapshot, [`write`] joins the bytes that memory keeps ready. Nothing here allocates for a property, and nothing asks
//! the database. [`token`] is the place where the next page begins; [`table`] shows the same to people.

#[cfg(test)]
mod cost_tests;
pub mod query;
pub mod select;
pub mod table;
pub mod token;
pub mod write;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use chrono::{DateTime, Datelike, Utc};
use geo_types::Rect;

use super::layer::Layer;
use super::link::self_and_alternate;
use crate::collection::{Collection, Derivation, Visibility};
use crate::feature::crs::Crs;
use crate::firewater::status::StatusRule;
use crate::http::answer::{GEOJSON, HTML};
use crate::http::etag::{self, Representation};
use crate::http::{Answer, Ask, Format, Parameters, Path, Problem};
use crate::index::{Snapshot, Stored};
use crate::ogc::Ogc;
use crate::work::{Effort, Kind};
use query::ItemsQuery;

/// A request of more steps than this leaves the threads that answer the others: about a millisecond.
const MANY: f64 = 20_000.0;

/// A page of more features than this is for a program that takes a whole register along.
const WHOLE: f64 = 5_000.0;

/// `/ogc/collections/{collection}/items`
pub async fn collection(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    let layer = Layer::find(&ogc, &ask.caller, &name)?;
    let visibility = layer.visibility;
    let snapshot = layer.snapshot;
    let query = ItemsQuery { part: layer.part, ..query::read(&ogc, snapshot.collection(), &ask, visibility)? };
    let tag = etag::of_content(snapshot.fingerprint(), representation(&ogc, &ask, query.format, visibility, query.crs));
    let finish = |answer: Answer| described(answer, &ask, &query, visibility);
    if ask.has(&tag) {
        return Ok(finish(Answer::not_modified(tag)));
    }
    let (steps, written) = steps(&snapshot, &query);
    let answer = if steps > MANY {
        let kind = if written > WHOLE { Kind::Extract } else { Kind::Answer };
        let (reader, ask, query) = (ogc.clone(), ask.clone(), query.clone());
        let work = move |effort: &Effort| page(&reader, &snapshot, &ask, &query, visibility, effort);
        ogc.work.run(kind, work).await?
    } else {
        page(&ogc, &snapshot, &ask, &query, visibility, &Effort::new())
    };
    Ok(finish(answer?.with_tag(tag)))
}

/// `/ogc/collections/{collection}/items/{id}`
pub async fn feature(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Answer, Problem> {
    let layer = Layer::find(&ogc, &ask.caller, &name)?;
    let (snapshot, visibility) = (&layer.snapshot, layer.visibility);
    let mut parameters = Parameters::parse(&ask.query);
    let format = ask.format(&mut parameters)?;
    let crs = super::crs::parameter(&mut parameters, "crs", &ogc.district);
    let members = query::chosen_members(&mut parameters, snapshot.collection(), visibility);
    parameters.finish()?;
    let stored = layer.feature(&id)?;
    let query = ItemsQuery { format, crs, members, ..ItemsQuery::everything() };
    let tag = etag::of_version(stored.version, representation(&ogc, &ask, format, visibility, crs));
    let made = made_at(snapshot.collection(), stored, visibility);
    let made = made.filter(|_| format == Format::Json).and_then(|made| etag::last_modified(made, ogc.clock.now()));
    let finish = |answer: Answer| described(answer, &ask, &query, visibility).last_modified(made.clone());
    if ask.has(&tag) {
        return Ok(finish(Answer::not_modified(tag)));
    }
    let answer = match format {
        Format::Json => {
            let links = Vec::from(self_and_alternate(&ask, format, GEOJSON));
            Answer::new(GEOJSON, write::feature(snapshot, stored, &ask, links, &query, visibility)?)
        }
        Format::Html => {
            Answer::new(HTML, table::feature(snapshot, stored, &ask, &query, visibility, status(&ogc, &name).as_ref())?)
        }
    };
    Ok(finish(answer.with_tag(tag)))
}

/// When the state of a feature was made, if the collection records that and the caller may know.
fn made_at(collection: &Collection, stored: &Stored, visibility: Visibility) -> Option<DateTime<Utc>> {
    let k = collection.derived(Derivation::UpdatedAt)?;
    let is_seen = collection.properties[k].visibility <= visibility;
    stored.row().get(k).as_instant().filter(|_| is_seen)
}

fn page(
    ogc: &Ogc,
    snapshot: &Snapshot,
    ask: &Ask,
    query: &ItemsQuery,
    visibility: Visibility,
    effort: &Effort,
) -> Result<Answer, Problem> {
    let page = select::page(snapshot, query, effort)?;
    let answer = match query.format {
        Format::Json => {
            let now = ogc.clock.now();
            Answer::new(GEOJSON, write::collection(snapshot, &page, ask, query, visibility, (now, effort))?)
        }
        Format::Html => {
            let status = status(ogc, &snapshot.collection().name);
            Answer::new(HTML, table::collection(snapshot, &page, ask, query, visibility, status.as_ref()))
        }
    };
    Ok(match write::next_page(snapshot, &page, ask, query) {
        Some(next) => answer.followed_by(&next),
        None => answer,
    })
}

fn described(answer: Answer, ask: &Ask, query: &ItemsQuery, visibility: Visibility) -> Answer {
    let answer = answer.seen_by(visibility).in_crs(query.crs);
    // Features as GeoJSON hold codes, not words; only the page has a language.
    if query.format == Format::Html { answer.in_language(ask.language) } else { answer }
}

/// How states of water are judged today: pages for people tell it beside what is recorded.
fn status(ogc: &Ogc, collection: &str) -> Option<StatusRule> {
    ogc.register.status_rule(collection, ogc.clock.today())
}

/// What the entity tags of this answer depend on.
pub fn representation(ogc: &Ogc, ask: &Ask, format: Format, visibility: Visibility, crs: Crs) -> Representation {
    // A page tells how states are judged today, which may be otherwise tomorrow.
    let day = if format == Format::Html { ogc.clock.today().num_days_from_ce() } else { 0 };
    let edition = ogc.tag_edition().wrapping_add_signed(day);
    Representation { format, visibility, crs, language: ask.language, edition }
}

/// The tag of a feature as an editor gets it after a change.
pub fn tag_of(ogc: &Ogc, ask: &Ask, visibility: Visibility, crs: Crs, version: i64) -> HeaderValue {
    etag::of_version(version, representation(ogc, ask, Format::Json, visibility, crs))
}

/// About how many steps an answer takes, and how many features it has.
fn steps(snapshot: &Snapshot, query: &ItemsQuery) -> (f64, f64) {
    let all = snapshot.len() as f64;
    let each = query.predicate.as_ref().map_or(1, |predicate| 1 + predicate.cost()) as f64;
    let walked = query.sort.is_some() || query.is_filtered();
    let share = match query.windows() {
        None if walked => 1.0,
        None => 0.0,
        Some(windows) => {
            let area = |rect: &Rect<f64>| rect.width() * rect.height();
            let extent = snapshot.extent().map_or(0.0, |extent| area(&extent));
            let wanted: f64 = windows.iter().map(area).sum();
            if extent > 0.0 { (wanted / extent).min(1.0) } else { 1.0 }
        }
    };
    let written = (query.limit as f64).min(all * if share > 0.0 { share } else { 1.0 });
    // Transforming and writing a feature costs about as much as looking at ten.
    (all * share * each + 10.0 * written, written)
}
