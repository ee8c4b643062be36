//! Devices find places by the rules of the server: both are held to `tests/fixtures/search.json`, which says what is asked;
//! `UPDATE_FIXTURES=1 cargo test --lib offline::` writes anew what is found after a change that is meant.

use std::path::Path;
use std::sync::Arc;

use geo_types::{Coord, Geometry, Rect};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::gazetteer;
use super::register::{self, Class};
use super::tests::{holds, only, read};
use crate::collection::{Catalogue, District, Language, Visibility};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::firewater::COLLECTIONS;
use crate::index::{Index, Pile, Snapshot};
use crate::search::{Hit, Kinds, Lookup, Question};

struct World {
    district: Arc<District>,
    index: Index,
    search: Lookup,
}

/// Addresses are `[street, number, settlement, postcode, post town, municipality, longitude, latitude]`, municipalities
/// `[key, name, west, south, east, north]`, roads `[name, longitude, latitude, longitude, latitude, …]`, waters `[ref, name,
/// kind, municipality, longitude, latitude]`.
fn world(fixture: &Json) -> World {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Arc::new(Catalogue::load(&data).expect("the declarations"));
    let district = Arc::new(District::load(&data.join("district.toml")).expect("the district"));
    let frame = district.frame();
    let planar = |x: &Json, y: &Json| {
        let at = Coord { x: x.as_f64().expect("a longitude"), y: y.as_f64().expect("a latitude") };
        frame.transformer.coord(Crs::CRS84, frame.crs, at).expect("a place")
    };
    let list = |name: &str| fixture[name].as_array().cloned().expect("a list");
    let addresses = list("addresses").into_iter().map(|it| {
        let properties = json!({ "street": it[0], "house_number": it[1], "place": it[2], "postcode": it[3],
            "post_town": it[4], "municipality": it[5] });
        (Geometry::Point(planar(&it[6], &it[7]).into()), properties)
    });
    let municipalities = list("municipalities").into_iter().map(|it| {
        let area = Rect::new(planar(&it[2], &it[3]), planar(&it[4], &it[5])).to_polygon();
        (Geometry::Polygon(area), json!({ "key": it[0], "name": it[1] }))
    });
    let roads = list("roads").into_iter().map(|it| {
        let positions = it.as_array().expect("a road")[1..].chunks(2).map(|at| planar(&at[0], &at[1]));
        (Geometry::LineString(positions.collect()), json!({ "name": it[0], "class": "residential" }))
    });
    let waters = list("waters").into_iter().map(|it| {
        let properties = json!({ "ref": it[0], "name": it[1], "kind": it[2], "municipality": it[3] });
        (Geometry::Point(planar(&it[4], &it[5]).into()), properties)
    });
    let of = [
        ("addresses", addresses.collect::<Vec<_>>()),
        ("municipalities", municipalities.collect()),
        ("roads", roads.collect()),
        ("water_sources", waters.collect()),
    ];
    let mut id = 0;
    let snapshots = catalogue.collections().iter().map(|collection| {
        let (mut pile, empty) = (Pile::default(), Snapshot::empty(collection.clone(), frame));
        let features = of.iter().find(|(name, _)| *name == collection.name).map_or(&[][..], |(_, features)| features);
        for (geometry, properties) in features {
            id += 1;
            let (id, properties) = (FeatureId(Uuid::from_u128(id)), properties.to_string());
            empty.encoder().pile(id, 1, Some(geometry.clone()), properties.as_bytes(), &mut pile).expect("a feature");
        }
        Snapshot::load(empty.collection().clone(), empty.frame(), pile.settle())
    });
    let index = Index::new(catalogue.clone(), &district).holding(snapshots);
    let search = Lookup::new(&catalogue, district.clone(), Arc::default());
    search.renew(&index);
    World { district, index, search }
}

fn told(hit: &Hit) -> Json {
    json!({ "kind": hit.kind.name(), "label": hit.label, "detail": hit.detail, "exact": hit.exact, "begun": hit.begun,
        "certainty": hit.certainty.name(), "radius": hit.certainty.radius(), "lon": hit.lon, "lat": hit.lat })
}

#[test]
fn devices_and_server_find_the_same_places() {
    let mut fixture = read("search.json");
    let World { district, index, search } = world(&fixture);
    let snapshot = |name: &str| index.snapshot_of(name);
    let streets = search.streets(&index);
    let [addresses, municipalities] = ["addresses", "municipalities"].map(snapshot);
    let file = gazetteer::write(addresses.as_ref(), municipalities.as_ref(), &streets, &district);
    fixture["file"] = serde_json::from_slice(&file.expect("a file")).expect("JSON");
    let waters: Vec<_> = COLLECTIONS.iter().filter_map(|name| index.snapshot_of(name)).collect();
    let register = register::write(&waters, Class::PUBLIC, &district);
    let register = serde_json::from_slice(&register).expect("JSON");
    fixture["register"] = only(register, &["ref", "name", "kind", "municipality"]);
    for question in fixture["questions"].as_array_mut().expect("questions") {
        let text = question["text"].as_str().expect("a text").to_owned();
        let asked = Question { text: text.clone(), near: None, view: None, limit: 8, kinds: Kinds::all() };
        let hits = search.find(&index, &asked, |_| Some(Visibility::Staff), Language::De);
        question["hits"] = hits.iter().map(told).collect();
        let place = search.place(&index, &text, |_| Some(Visibility::Staff), Language::De);
        question["meant"] = json!(place.ok().and_then(|place| place.matched));
    }
    holds("search.json", &fixture);
}
