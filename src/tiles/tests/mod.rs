//! Tiles as clients read them. What is said of a tile here is read from its bytes, by the decoder and by one of others.

mod counts;
mod edits;
mod foreign;
mod geometry;
mod names;
mod projection;
mod properties;
mod size;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use geo_types::{Coord, Point, Rect, coord};
use uuid::Uuid;

use super::mvt::{self, Kind};
use super::*;
use crate::collection::{Catalogue, District, Visibility};
use crate::demo::{DemoPlan, generate};
use crate::feature::{FeatureId, Geometry};
use crate::index::{Applied, Snapshot, Stored};

/// Where tests put things: within the district, in its CRS.
pub const HERE: Coord = Coord { x: 260_000.0, y: 5_970_000.0 };

/// The invented district, made once for all tests that only look at it.
pub fn district() -> &'static Registers {
    static DISTRICT: LazyLock<Registers> = LazyLock::new(|| Registers::demo(1_500));
    &DISTRICT
}

/// Registers in memory and what tiles are made with.
pub struct Registers {
    pub catalogue: Catalogue,
    pub district: District,
    pub atlas: Arc<Atlas>,
    pub snapshots: Vec<Arc<Snapshot>>,
    pub today: NaiveDate,
}

impl Registers {
    pub fn empty() -> Self {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let district = District::load(&data.join("district.toml")).expect("the district");
        let atlas = Atlas::shared(&district).expect("an atlas");
        let empty = |collection: &Arc<_>| Arc::new(Snapshot::empty(Arc::clone(collection), district.frame()));
        let snapshots = catalogue.collections().iter().map(empty).collect();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        Self { catalogue, district, atlas, snapshots, today }
    }

    /// The invented district with so many hydrants.
    pub fn demo(hydrants: usize) -> Self {
        let mut registers = Self::empty();
        let plan = DemoPlan {
            seed: 1,
            hydrants,
            today: registers.today,
            municipality_prefix: registers.district.municipality_prefix.clone(),
            bounds: Rect::new(coord! { x: 222_000.0, y: 5_929_000.0 }, coord! { x: 297_000.0, y: 5_989_000.0 }),
        };
        let mut features: Vec<Vec<Stored>> = registers.snapshots.iter().map(|_| Vec::new()).collect();
        let mut encoders: Vec<_> = registers.snapshots.iter().map(|snapshot| snapshot.encoder()).collect();
        for (number, feature) in generate(&plan).enumerate() {
            let position = registers.position(feature.collection);
            let properties = serde_json::to_vec(&feature.properties).expect("JSON");
            let encoded = encoders[position].encode(id(number as u128), 1, feature.geometry, &properties);
            features[position].push(encoded.expect("a feature").0);
        }
        for (snapshot, features) in registers.snapshots.iter_mut().zip(features) {
            *snapshot = Arc::new(Snapshot::load(snapshot.collection().clone(), snapshot.frame(), features));
        }
        registers
    }

    pub fn position(&self, collection: &str) -> usize {
        self.catalogue.position(collection).expect("the collection")
    }

    pub fn get(&self, collection: &str) -> &Arc<Snapshot> {
        &self.snapshots[self.position(collection)]
    }

    /// Puts a feature, or another version of it, or takes it away; tells the atlas. Gives its box before and after.
    pub fn put(
        &mut self,
        collection: &str,
        number: u128,
        geometry: Option<Geometry>,
        properties: &str,
    ) -> (Option<Rect<f64>>, Option<Rect<f64>>) {
        let position = self.position(collection);
        let snapshot = &self.snapshots[position];
        let held = snapshot.get(id(number));
        let (version, before) = held.map_or((1, None), |stored| (stored.version + 1, stored.shape.bounds()));
        let after = geometry.map(|geometry| {
            let encoded = snapshot.encoder().encode(id(number), version, Some(geometry), properties.as_bytes());
            encoded.expect("a feature").0
        });
        let boxes = (before, after.as_ref().and_then(|stored| stored.shape.bounds()));
        self.snapshots[position] = Arc::new(snapshot.apply([Applied { id: id(number), after }]));
        self.atlas.changed(position, &[boxes]);
        boxes
    }

    /// Puts a hydrant of the minimum of properties, `east` and `north` of [`HERE`].
    pub fn hydrant(&mut self, number: u128, east: f64, north: f64) {
        self.put("hydrants", number, Some(at(east, north)), r#"{"kind":"pillar"}"#);
    }

    /// A layer over a collection with all its properties, at all zooms.
    pub fn layer(&self, collection: &str) -> Layer {
        let position = self.position(collection);
        Layer { zooms: (0, 20), ..Layer::whole(position, &self.catalogue.collections()[position]) }
    }

    pub fn view(&self, tileset: &Tileset) -> View {
        self.view_of(tileset, Visibility::Public)
    }

    pub fn view_of(&self, tileset: &Tileset, visibility: Visibility) -> View {
        View::new(&self.atlas, tileset, |k| self.snapshots[k].clone(), |_| Some(visibility), self.today)
    }

    /// The tile of a level in which a place lies.
    pub fn tile_at(&self, grid: &'static Grid, z: u8, place: Coord) -> TileId {
        let area = self.atlas.project(grid, Rect::new(place, place));
        grid.tiles(z, area).and_then(|range| range.iter().next()).expect("a tile")
    }
}

pub fn id(number: u128) -> FeatureId {
    FeatureId(Uuid::from_u128(number + 1))
}

/// A point in metres from [`HERE`].
pub fn at(east: f64, north: f64) -> Geometry {
    Point(HERE + coord! { x: east, y: north }).into()
}

/// A tileset of these layers.
pub fn of(layers: impl IntoIterator<Item = Layer>) -> Tileset {
    Tileset { name: "test".to_owned(), layers: layers.into_iter().collect() }
}

/// The layers that carry a status, as a crew's map has them.
pub fn firewater(registers: &Registers) -> Tileset {
    let layer = |name: &str| {
        let collection = registers.get(name).collection().clone();
        let named = ["ref", "kind", "flow_class", "main_diameter"];
        let properties = named.iter().filter_map(|name| collection.position(name)).collect();
        Layer { status: true, content: Content::Points, properties, ..registers.layer(name) }
    };
    of(["hydrants", "water_sources", "suction_points"].map(layer))
}

/// What lies under them.
pub fn base(registers: &Registers) -> Tileset {
    let layer = |name: &str, from: u8, properties: &[&str]| {
        let collection = registers.get(name).collection().clone();
        let properties = properties.iter().filter_map(|name| collection.position(name)).collect();
        Layer { zooms: (from, 20), properties, ..registers.layer(name) }
    };
    let roads = registers.get("roads").collection().clone();
    let class = roads.position("class").expect("class");
    let from = vec![5, 6, 7, 9, 10, 11, 12, 13, 13, 14];
    of([
        layer("municipalities", 5, &["name"]),
        Layer { name: "water".to_owned(), content: Content::Areas, ..layer("water_sources", 8, &["kind"]) },
        layer("buildings", 13, &["function"]),
        Layer {
            classes: Some(Classes { property: class, from, otherwise: 12 }),
            ..layer("roads", 5, &["class", "name", "ref"])
        },
        Layer { single_from: 0, ..layer("addresses", 16, &["street", "house_number"]) },
        Layer { name: "places".to_owned(), content: Content::Places, ..layer("addresses", 7, &[]) },
    ])
}

/// Reads a tile with the strict decoder, which must agree with that of others, and calls `visit` for every feature with its layer's name.
pub fn read(bytes: &[u8], mut visit: impl FnMut(&str, mvt::decode::Feature<'_, '_>)) {
    let tile = mvt::Tile::decode(bytes).expect("a tile");
    foreign::assert_read_alike(bytes, &tile);
    for layer in &tile.layers {
        assert_eq!(layer.extent, mvt::EXTENT);
        layer.features().for_each(|feature| visit(layer.name, feature));
    }
}

/// Kind and parts of every feature of a tile.
pub fn shapes(bytes: &[u8]) -> Vec<(Kind, Vec<Vec<[i32; 2]>>)> {
    let mut shapes = Vec::new();
    read(bytes, |_, feature| {
        let geometry = feature.geometry();
        shapes.push((geometry.kind, geometry.parts().map(<[_]>::to_vec).collect()));
    });
    shapes
}
