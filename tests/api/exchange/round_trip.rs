//! Every format that is written, read again: into the registers it came from, and into empty ones.

use std::collections::BTreeMap;
use std::path::Path;

use geo_types::{Rect, coord};
use geokontor::collection::Visibility;
use geokontor::demo::load;
use geokontor::editing::{Edit, Operation};
use geokontor::exchange::export::{Format, Selection, write_file};
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use serde_json::Value as Json;

use super::ground::Ground;
use super::{How, counted, data, imported, scratch};

/// More features than this are not sent round; those in a box are.
const MANY: usize = 1_000;

/// The formats that come back; Alamos is a one-way street.
const FORMATS: [Format; 7] =
    [Format::GeoJson, Format::GeoPackage, Format::Shapefile, Format::Csv, Format::Kml, Format::Gpx, Format::Osm];

fn ending(format: Format) -> &'static str {
    Format::ALL.iter().find(|(_, known, _)| *known == format).expect("known").2
}

/// Writes a collection, or as much of it as lies around its first feature, and says how many those were.
fn written(ground: &Ground, collection: &str, format: Format, part: Option<Rect>, file: &Path) -> usize {
    let snapshot = ground.app.index.snapshot_of(collection).expect("a collection");
    let crs = if format.needs_file() { ground.app.district.crs } else { Crs::CRS84 };
    let selection = Selection::new(snapshot, Visibility::Staff, part, crs).expect("a selection");
    let written = write_file(format, &selection, &data().join("mappings"), file).expect("written");
    written.features
}

/// Where to cut a collection that is large.
fn part(ground: &Ground, collection: &str) -> Option<Rect> {
    let snapshot = ground.app.index.snapshot_of(collection).expect("a collection");
    let first = snapshot.iter().find_map(|stored| stored.extent())?.min();
    let by = coord! { x: 0.02, y: 0.01 };
    (snapshot.len() > MANY).then(|| Rect::new(first - by, first + by))
}

/// The features of a GeoJSON file by id, without when they were written.
fn features(file: &Path) -> BTreeMap<String, Json> {
    let mut all: Json = serde_json::from_slice(&std::fs::read(file).expect("read")).expect("JSON");
    let features = all["features"].as_array_mut().expect("features").iter_mut().map(|feature| {
        feature["properties"].as_object_mut().expect("properties").remove("updated_at");
        (feature["id"].to_string(), feature.take())
    });
    features.collect()
}

/// What differs first.
fn difference(before: &BTreeMap<String, Json>, after: &BTreeMap<String, Json>) -> Option<String> {
    let (lost, other) = (before.len(), after.len());
    let differs = before.iter().find(|(id, feature)| after.get(*id) != Some(feature));
    differs.map(|(id, feature)| {
        let there = after.get(id).cloned().unwrap_or_default();
        let of = |feature: &Json, name: &str| feature["properties"][name].clone();
        let names = feature["properties"].as_object().into_iter().chain(there["properties"].as_object());
        let name = names.flat_map(|it| it.keys()).find(|name| of(feature, name) != of(&there, name));
        match name {
            Some(name) => format!("{lost}/{other}: {name} is {} and was {}", of(&there, name), of(feature, name)),
            None => format!("{lost}/{other}: {} was {}", there["geometry"], feature["geometry"]),
        }
    })
}

/// A mapping for files in the words of others, where the collection has one.
fn mapping(format: Format, collection: &str) -> Option<Option<&'static str>> {
    match format {
        Format::Osm => ["hydrants", "water_sources", "suction_points"].contains(&collection).then_some(Some("osm")),
        _ => Some(None),
    }
}

/// Sends every collection round in a format; says what went wrong.
async fn sent_round(ground: &Ground, format: Format) -> Vec<String> {
    let (folder, other, mut wrong) = (scratch(), Ground::start().await, Vec::new());
    for collection in ground.app.catalogue.collections() {
        let name = collection.name.as_str();
        let Some(mapping) = mapping(format, name) else { continue };
        let (part, how) = (part(ground, name), How { collection: Some(name), mapping, ..How::default() });
        let file = |what: &str, format| folder.path().join(format!("{name}-{what}.{}", ending(format)));
        let out = file("out", format);
        let count = written(ground, name, format, part, &out);
        assert!(count > 0, "{name}");
        let mut expect = |where_: &str, found: String, expected: String, faulty: String| {
            if found != expected {
                wrong.push(format!("{format:?} {name} {where_}: {found} instead of {expected} {faulty}"));
            }
        };
        let again = imported(ground, &out, How { dry_run: true, ..how }).await;
        let faulty = again.faulty.iter().take(2).map(|row| format!("{row:?}")).collect();
        expect("here", counted(again.counts), format!("{count} unchanged"), faulty);
        let there = imported(&other, &out, how).await;
        let faulty = there.faulty.iter().take(2).map(|row| format!("{row:?}")).collect();
        expect("there", counted(there.counts), format!("{count} new"), faulty);
        // OSM has words for a part of what is recorded: that part is compared.
        let compared = if format == Format::Osm { Format::Osm } else { Format::GeoJson };
        let (before, after) = (file("before", compared), file("after", compared));
        written(ground, name, compared, part, &before);
        written(&other, name, compared, None, &after);
        if let Some(difference) = difference(&features(&before), &features(&after)) {
            wrong.push(format!("{format:?} {name}: {difference}"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_of_the_invented_district_comes_back_unchanged_in_every_format() {
    let ground = Ground::start().await;
    let invented = load::Ground { district: ground.app.district.clone(), catalogue: ground.app.catalogue.clone() };
    let now = ground.app.clock.now();
    let plan = invented.plan(7, 500, now).expect("a plan");
    let loading = load::load(&ground.app.store, &invented, &plan, now, false, |_| {}).await;
    crate::support::until_shown(&ground.app, loading.expect("loaded").expect("it was empty")).await;
    let mut wrong = Vec::new();
    for format in FORMATS {
        wrong.extend(sent_round(&ground, format).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Texts that programs take for something else: formulas, nothing, blanks, markup, separators; and one that is longer than
/// a Shapefile's column.
fn texts() -> Vec<String> {
    let short = [
        "=1+1",
        "+49 3841",
        "-5",
        "@home",
        "'=1+1",
        "'",
        "''x",
        "'s Hof",
        "---",
        "NULL",
        " vorn",
        "hinten ",
        "0050",
        "1e5",
        "true",
        "a;b",
        "a\"b\"",
        "<b>&amp;</b>",
        "zwei\nZeilen",
        "=\ttab",
        "＝1",
        "…",
        "ende…",
        "\u{a0}x",
    ];
    short.into_iter().map(str::to_owned).chain(["=HYPERLINK(\"x\") ".repeat(40)]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_any_kind_come_back_letter_by_letter() {
    let ground = Ground::start().await;
    let hydrants = texts().into_iter().enumerate().map(|(n, text)| {
        let place = serde_json::json!({ "type": "Point", "coordinates": [11.4 + n as f64 * 0.001, 53.89] });
        let properties = serde_json::json!({ "kind": "pillar", "ref": format!("H-{n}"), "remark": text });
        let feature = serde_json::json!({ "type": "Feature", "geometry": place, "properties": properties });
        Edit { collection: "hydrants".to_owned(), operation: Operation::Create { feature } }
    });
    let caller = Caller::operator("test");
    let edits: Vec<Edit> = hydrants.collect();
    let count = edits.len();
    ground.app.editor.commit(&caller, "texts", Crs::CRS84, edits).await.expect("they are texts");
    let (folder, original) = (scratch(), scratch());
    let all = original.path().join("all.geojson");
    written(&ground, "hydrants", Format::GeoJson, None, &all);
    for format in FORMATS.into_iter().filter(|format| *format != Format::Osm) {
        let file = folder.path().join(format!("{format:?}.{}", ending(format)));
        written(&ground, "hydrants", format, None, &file);
        let again = imported(&ground, &file, How::default()).await;
        assert_eq!(counted(again.counts), format!("{count} unchanged"), "{format:?}");
        let other = Ground::start().await;
        imported(&other, &file, How::default()).await;
        let there = folder.path().join(format!("{format:?}.there.geojson"));
        written(&other, "hydrants", Format::GeoJson, None, &there);
        // A column of a Shapefile pads texts with blanks and ends; KML knows no blanks around a text.
        let fits = |feature: &Json| {
            let text = feature["properties"]["remark"].as_str().unwrap_or_default();
            match format {
                Format::Shapefile => text.len() <= 254 && text.trim() == text,
                Format::Kml => text.trim() == text,
                _ => true,
            }
        };
        let kept = |file: &Path| features(file).into_iter().filter(|(_, feature)| fits(feature)).collect();
        let (before, mut after): (BTreeMap<String, Json>, BTreeMap<String, Json>) = (kept(&all), features(&there));
        after.retain(|id, _| before.contains_key(id));
        assert_eq!(difference(&before, &after), None, "{format:?}");
    }
    let table = folder.path().join("Csv.csv");
    let cells = std::fs::read_to_string(table).expect("UTF-8");
    let risky = [";=", ";+", ";-", ";@", ";\"=", ";\"+", ";\"-", ";\"@", ";＝"];
    assert!(risky.iter().all(|begin| !cells.contains(begin)), "{cells}");
}
