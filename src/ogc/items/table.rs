//! Features as pages for people.

use geo_types::Coord;
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use super::query::ItemsQuery;
use super::select::Page;
use super::write::next_page;
use crate::collection::{Collection, Language, Property, PropertyKind, Visibility, encode};
use crate::feature::Value;
use crate::firewater::status::StatusRule;
use crate::http::{Ask, Problem};
use crate::index::{Snapshot, Stored};
use crate::ogc::page::{Step, page as whole_page, wide_table, word};

/// Columns of a table: more do not fit a screen, and a feature's own page has all.
const COLUMNS: usize = 6;

/// A page of features as a table.
pub fn collection(
    snapshot: &Snapshot,
    page: &Page<'_>,
    ask: &Ask,
    query: &ItemsQuery,
    visibility: Visibility,
    status: Option<&StatusRule>,
) -> Vec<u8> {
    let collection = snapshot.collection();
    // What people call a feature by leads its row.
    let others = collection.visible(visibility).filter(|(k, _)| Some(*k) != number(collection));
    let columns: Vec<(usize, &Property)> = others.take(COLUMNS).collect();
    let language = ask.language;
    let leading = number(collection).map(|k| collection.properties[k].title.in_language(language));
    let content = html! {
        p {
            (page.features.len()) " "
            (word(language, "von", "of")) " " (page.matched) " "
            (word(language, "Objekten", "features"))
        }
        (wide_table(collection.title.in_language(language), &html! {
            thead { tr {
                th scope="col" { (leading.unwrap_or(word(language, "Kennung", "Id"))) }
                @for (_, property) in &columns { th scope="col" { (property.title.in_language(language)) } }
            } }
            tbody { @for stored in &page.features { (row(ask, collection, stored, &columns, status)) } }
        }))
        @if let Some(next) = next_page(snapshot, page, ask, query) {
            p {
                a rel="next" href=(next) {
                    (word(language, "Nächste Seite", "Next page"))
                }
            }
        }
    };
    whole_page(ask, collection.title.in_language(language), &way(ask, collection)[..1], &content)
}

fn row(
    ask: &Ask,
    collection: &Collection,
    stored: &Stored,
    columns: &[(usize, &Property)],
    status: Option<&StatusRule>,
) -> Markup {
    let href = ask.url(&format!("/ogc/collections/{}/items/{}?f=html", collection.name, stored.id));
    html! {
        tr {
            th scope="row" { a href=(href) { (name(collection, stored)) } }
            @for (k, property) in columns { td {
                (cell(property, stored.row().get(*k), ask.language))
                (reckoned(*k, property, stored, status, ask.language).unwrap_or_default())
            } }
        }
    }
}

/// One feature with all its properties.
pub fn feature(
    snapshot: &Snapshot,
    stored: &Stored,
    ask: &Ask,
    query: &ItemsQuery,
    visibility: Visibility,
    status: Option<&StatusRule>,
) -> Result<Vec<u8>, Problem> {
    let collection = snapshot.collection();
    let language = ask.language;
    let wanted = |k: usize| query.members.is_none_or(|members| members & (1 << k) != 0);
    let place = stored.position();
    let mut geometry = Vec::new();
    stored.write_geometry_json(&mut geometry);
    let geometry = String::from_utf8_lossy(&geometry);
    let content = html! {
        (wide_table(word(language, "Angaben", "Properties"), &html! {
            tbody {
                @for (k, property) in collection.visible(visibility).filter(|(k, _)| wanted(*k)) {
                    @let value = stored.row().get(k);
                    @if !value.is_null() {
                        tr {
                            th scope="row" { (property.title.in_language(language)) }
                            td {
                                (cell(property, value, language))
                                @if let Some(unit) = &property.unit { " " (unit) }
                                (reckoned(k, property, stored, status, language).unwrap_or_default())
                            }
                        }
                    }
                }
                tr {
                    th scope="row" { (word(language, "Lage (Länge, Breite)", "Position (longitude, latitude)")) }
                    td { code {
                        @if let Some(Coord { x: lon, y: lat }) = place { (lon) ", " (lat) } @else { (geometry) }
                    } }
                }
            }
        }))
        @if let Some(place) = place {
            p { a href=(ask.url(&on_the_map(place, &name(collection, stored)))) { (word(language, "Auf der Karte zeigen", "Show it on the map")) } }
        }
    };
    let title = format!("{} {}", collection.title.in_language(language), name(collection, stored));
    Ok(whole_page(ask, &title, &way(ask, collection), &content))
}

/// The property people call features by, if everybody may see it.
fn number(collection: &Collection) -> Option<usize> {
    collection.reference.filter(|k| collection.properties[*k].visibility == Visibility::Public)
}

/// What people call a feature: its number, or its id where it has none.
fn name(collection: &Collection, stored: &Stored) -> String {
    let reference = number(collection).and_then(|k| stored.row().get(k).as_text());
    reference.map_or_else(|| stored.id.to_string(), str::to_owned)
}

fn way<'a>(ask: &Ask, collection: &'a Collection) -> [Step<'a>; 2] {
    let at = format!("/ogc/collections/{}", collection.name);
    let title = collection.title.in_language(ask.language);
    [
        Step { title, href: format!("{at}?f=html") },
        Step { title: word(ask.language, "Objekte", "Features"), href: format!("{at}/items?f=html") },
    ]
}

/// The way to a place on the map for crews.
fn on_the_map(Coord { x: lon, y: lat }: Coord, name: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("at", &format!("{lat:.6},{lon:.6}")).append_pair("text", name);
    format!("/map?{}", query.finish())
}

/// What crews are told beside the state that is recorded, where that is something else: a confirmation may have grown old.
fn reckoned(
    position: usize,
    property: &Property,
    stored: &Stored,
    status: Option<&StatusRule>,
    language: Language,
) -> Option<String> {
    let rule = status.filter(|rule| rule.recorded_in() == Some(position))?;
    let list = property.codes()?;
    let told = list.position(rule.readiness(stored.row())?.status.name())?;
    let is_other = stored.row().get(position).as_code() != Some(told);
    let label = list.label(told, language);
    is_other.then(|| format!(" ({}: {label})", word(language, "für Einsatzkräfte", "told to crews")))
}

/// A value in words: codes by their label, yes and no, lists entry by entry.
fn cell(property: &Property, value: Value<'_>, language: Language) -> String {
    match value {
        Value::Code(position) => {
            property.codes().map_or_else(String::new, |list| list.label(position, language).to_owned())
        }
        Value::Boolean(true) => word(language, "ja", "yes").to_owned(),
        Value::Boolean(false) => word(language, "nein", "no").to_owned(),
        Value::Date(date) => date.format(word(language, "%d.%m.%Y", "%Y-%m-%d")).to_string(),
        Value::Instant(instant) => {
            instant.format(word(language, "%d.%m.%Y, %H:%M UTC", "%Y-%m-%d, %H:%M UTC")).to_string()
        }
        Value::List(json) => match &property.kind {
            PropertyKind::List(fields) => entries(fields, json, language),
            _ => json.to_owned(),
        },
        other => encode::plain_text(property, other),
    }
}

/// `2 × Storz B` where an entry counts something, else its values.
fn entries(fields: &[Property], json: &str, language: Language) -> String {
    let entries: Vec<Map<String, Json>> = serde_json::from_str(json).unwrap_or_default();
    let words = |entry: &Map<String, Json>| {
        let named = fields.iter().filter(|field| field.name != "count");
        let words: Vec<String> =
            named.filter_map(|field| Some(part(field, entry.get(&field.name)?, language))).collect();
        match entry.get("count").and_then(Json::as_i64) {
            Some(count) => format!("{count} × {}", words.join(" ")),
            None => words.join(" "),
        }
    };
    entries.iter().map(words).collect::<Vec<_>>().join(", ")
}

fn part(field: &Property, value: &Json, language: Language) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let label = field.codes().and_then(|list| Some(list.label(list.position(&text)?, language).to_owned()));
    label.unwrap_or(text)
}
