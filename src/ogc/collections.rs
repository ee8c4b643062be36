//! `/ogc/collections` and `/ogc/collections/{collection}`.

use std::sync::Arc;

use axum::extract::State;
use geo_types::{Coord, Rect};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::crs::offered;
use super::landing::media;
use super::layer::{self, Layer};
use super::link::{self, link, self_and_alternate};
use super::page::{Step, page, wide_table, word};
use crate::collection::Frame;
use crate::feature::crs::Crs;
use crate::http::answer::JSON;
use crate::http::{Answer, Ask, Format, Path, Problem};
use crate::identity::Caller;
use crate::index::Snapshot;
use crate::ogc::Ogc;

/// The snapshot of the whole collection an address names.
pub fn snapshot(ogc: &Ogc, caller: &Caller, name: &str) -> Result<Arc<Snapshot>, Problem> {
    let snapshot = ogc.index.snapshot_of(name).filter(|snapshot| caller.sees(snapshot.collection()).is_some());
    snapshot.ok_or_else(|| layer::unknown(ogc, caller, name))
}

/// `/ogc/collections`
pub async fn all(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    let format = ask.only_format()?;
    let body = match format {
        Format::Json => {
            let layers = Layer::all(&ogc, &ask.caller);
            let described: Vec<Json> = layers.iter().map(|layer| describe(&ogc, &ask, layer, None)).collect();
            let crs: Vec<String> = offered(&ogc.district).into_iter().map(Crs::uri).collect();
            let links = self_and_alternate(&ask, format, JSON);
            json!({ "links": links, "crs": crs, "collections": described }).to_string().into_bytes()
        }
        Format::Html => {
            let title = word(ask.language, "Sammlungen", "Collections");
            page(&ask, title, &[], &table(&ogc, &ask))
        }
    };
    Ok(Answer::document(&ask, media(format), body))
}

/// `/ogc/collections/{collection}`
pub async fn one(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    let layer = Layer::find(&ogc, &ask.caller, &name)?;
    let format = ask.only_format()?;
    let body = match format {
        Format::Json => describe(&ogc, &ask, &layer, Some(format)).to_string().into_bytes(),
        Format::Html => {
            let collection = layer.snapshot.collection();
            let way = [Step {
                title: word(ask.language, "Sammlungen", "Collections"),
                href: "/ogc/collections?f=html".to_owned(),
            }];
            page(&ask, collection.title.in_language(ask.language), &way, &sheet(&ask, &layer))
        }
    };
    Ok(Answer::document(&ask, media(format), body))
}

/// A collection as JSON; `format` is given when it is the document and not a part of the list.
fn describe(ogc: &Ogc, ask: &Ask, layer: &Layer, format: Option<Format>) -> Json {
    let collection = layer.snapshot.collection();
    let name = &collection.name;
    let mut links = match format {
        Some(format) => Vec::from(self_and_alternate(ask, format, JSON)),
        None => {
            let href = ask.url(&format!("/ogc/collections/{name}"));
            vec![link(href, "self", JSON, "The collection")]
        }
    };
    links.extend(link::of_collection(ask, name));
    // Tiles are of whole collections.
    links.extend(layer.part.is_none().then(|| super::tiles::link_of_collection(ask, name)));
    // Without a type: a catalogue gives XML to programs and a page to people.
    let metadata = collection.metadata_url.clone();
    links.extend(metadata.map(|url| link(url, "describedby", JSON, "Metadata").of_any_type()));
    let crs: Vec<String> = offered(&ogc.district).into_iter().map(Crs::uri).collect();
    json!({
        "id": name,
        "title": collection.title.in_language(ask.language),
        "description": collection.description.in_language(ask.language),
        "itemType": "feature",
        "extent": extent(ogc, &layer.snapshot),
        "crs": crs,
        "storageCrs": ogc.district.crs.uri(),
        "links": links,
    })
}

fn extent(ogc: &Ogc, snapshot: &Snapshot) -> Json {
    let bounds = geographic_extent(ogc, snapshot);
    let (min, max) = (bounds.min(), bounds.max());
    // Rounded outwards, so that everything stays inside.
    let down = |degrees: f64| (degrees * 1e6).floor() / 1e6;
    let up = |degrees: f64| (degrees * 1e6).ceil() / 1e6;
    let mut extent = json!({ "spatial": {
        "bbox": [[down(min.x), down(min.y), up(max.x), up(max.y)]],
        "crs": Crs::CRS84.uri(),
    }});
    if snapshot.collection().temporal.is_some() {
        extent["temporal"] = json!({
            "interval": [[null, null]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        });
    }
    extent
}

/// Degrees that hold every feature; those of the district while there is none.
fn geographic_extent(ogc: &Ogc, snapshot: &Snapshot) -> Rect<f64> {
    let frame = snapshot.frame();
    let extent = snapshot.extent();
    let held = extent.and_then(|extent| frame.transformer.bounds(frame.crs, Crs::CRS84, extent).ok().flatten());
    match extent.zip(held) {
        Some((extent, held)) => held_by_corners(ogc, frame, extent, held),
        None => ogc.district.bounds,
    }
}

/// Widens a box in degrees until it holds everything even for those who transform nothing but its lower left and upper
/// right corner into another announced CRS, as the conformance suite and many a client do. Three degrees of longitude
/// beside its central meridian a grid is turned by two degrees, so a district's box grows by a few kilometres.
fn held_by_corners(ogc: &Ogc, frame: Frame, extent: Rect<f64>, held: Rect<f64>) -> Rect<f64> {
    /// Each takes away all but a twentieth of what is missing.
    const ROUNDS: usize = 4;
    let (to, from) = (
        |crs: Crs, at: Coord| frame.transformer.coord(Crs::CRS84, crs, at).ok(),
        |crs: Crs, at: Coord| frame.transformer.coord(crs, Crs::CRS84, at).ok(),
    );
    let wanted: Vec<(Crs, Rect<f64>)> = offered(&ogc.district)
        .into_iter()
        .filter(|crs| !crs.is_geographic())
        .filter_map(|crs| Some((crs, frame.transformer.bounds(frame.crs, crs, extent).ok().flatten()?)))
        .collect();
    let (mut min, mut max) = (held.min(), held.max());
    for (crs, wanted) in std::iter::repeat_n(&wanted, ROUNDS).flatten() {
        let (Some(low), Some(high)) = (to(*crs, min), to(*crs, max)) else { continue };
        let low = Coord { x: low.x.min(wanted.min().x), y: low.y.min(wanted.min().y) };
        let high = Coord { x: high.x.max(wanted.max().x), y: high.y.max(wanted.max().y) };
        let (Some(low), Some(high)) = (from(*crs, low), from(*crs, high)) else { continue };
        min = Coord { x: min.x.min(low.x), y: min.y.min(low.y) };
        max = Coord { x: max.x.max(high.x), y: max.y.max(high.y) };
    }
    Rect::new(min, max)
}

fn table(ogc: &Ogc, ask: &Ask) -> Markup {
    let language = ask.language;
    let row = |layer: &Layer| {
        let collection = layer.snapshot.collection();
        let count = layer.count();
        html! {
            tr {
                th scope="row" {
                    a href=(ask.url(&format!("/ogc/collections/{}?f=html", collection.name))) {
                        (collection.title.in_language(language))
                    }
                }
                td.number { (count) }
                td.words { (collection.description.in_language(language)) }
            }
        }
    };
    html! {
        (wide_table(word(language, "Sammlungen", "Collections"), &html! {
            thead { tr {
                th scope="col" { (word(language, "Sammlung", "Collection")) }
                th scope="col" { (word(language, "Objekte", "Features")) }
                th scope="col" { (word(language, "Inhalt", "Content")) }
            } }
            tbody { @for layer in Layer::all(ogc, &ask.caller) { (row(&layer)) } }
        }))
    }
}

fn sheet(ask: &Ask, layer: &Layer) -> Markup {
    let language = ask.language;
    let collection = layer.snapshot.collection();
    let at = |rest: &str| ask.url(&format!("/ogc/collections/{}{rest}", collection.name));
    html! {
        p { (collection.description.in_language(language)) }
        p { a href=(at("/items?f=html")) { (layer.count()) " " (word(language, "Objekte", "features")) } }
        h2 { (word(language, "Angaben", "Properties")) }
        (wide_table(word(language, "Angaben", "Properties"), &html! {
            thead { tr {
                th scope="col" { (word(language, "Name", "Name")) }
                th scope="col" { (word(language, "Bedeutung", "Meaning")) }
                th scope="col" { (word(language, "Einheit", "Unit")) }
            } }
            tbody { @for (_, property) in collection.visible(layer.visibility) { tr {
                th scope="row" { code { (property.name) } }
                td { (property.title.in_language(language)) }
                td { (property.unit.as_deref().unwrap_or_default()) }
            } } }
        }))
        p {
            a href=(at("/schema")) { (word(language, "Schema", "Schema")) } " · "
            a href=(at("/queryables")) { (word(language, "Filterbares", "Queryables")) }
            @if let Some(url) = &collection.metadata_url {
                " · " a href=(url) { (word(language, "Metadaten", "Metadata")) }
            }
        }
    }
}
