//! Map images of the invented district: encode its tiles, draw them, write the PNG. The floor is to write the PNG.

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use criterion::Criterion;
use geo_types::{Rect, coord};
use geokontor::collection::{Catalogue, District, Visibility};
use geokontor::config::Config;
use geokontor::coordinate::LonLat;
use geokontor::demo::{DemoPlan, generate};
use geokontor::feature::FeatureId;
use geokontor::index::{Snapshot, Stored};
use geokontor::print::Studio;
use geokontor::print::encode::Format;
use geokontor::print::map::Picture;
use geokontor::print::map::frame::{MapWindow, Projection, Size};
use geokontor::print::map::furniture::Furniture;
use geokontor::print::map::scene::{Fetched, Tiles};
use geokontor::tiles::{Atlas, Cartography, Grid, Theme, TileId, Tilesets, View, encode};

const SIZE: Size = Size { width: 1024, height: 768, ratio: 1.0 };

struct Register {
    views: Vec<(String, View)>,
}

impl Tiles for Register {
    fn tile(&self, source: &str, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        let (_, view) = self.views.iter().find(|(name, _)| name == source)?;
        Some(encode(view, Grid::web(), TileId { z, x, y }))
    }
}

/// Draws a town at several zooms.
pub fn images(criterion: &mut Criterion, district: &District, catalogue: &Catalogue) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = Config { tiles: folder.join("tiles"), ..Config::default() };
    let tilesets = Tilesets::load(&config.tiles, catalogue).expect("the tilesets");
    let cartography =
        Cartography::load(&config.tiles, &config.map_ground, &tilesets, catalogue).expect("the cartography");
    let studio = Studio::new(Arc::new(cartography)).expect("a style that can be drawn");
    let (register, town) = register(district, catalogue, &tilesets);
    let mut group = criterion.benchmark_group("image 1024x768");
    for zoom in [10.0, 13.0, 16.0, 18.0] {
        let frame = MapWindow::at_zoom(Projection::Web, town, zoom, SIZE);
        let draw = || {
            let furniture = Furniture { attribution: Some("Landkreis".to_owned()), scale_bar: true };
            let style = studio.style(Theme::Day);
            let picture = Picture {
                frame,
                style,
                ground: true,
                shown: &|_| true,
                markers: &[],
                furniture: &furniture,
                whole_texts: true,
                is_paper: false,
            };
            let fetched = Fetched::fetch(&register, &picture.sources(), &frame, || true);
            studio.draw(&picture, &fetched, Theme::Day, &AtomicBool::new(false)).expect("a picture")
        };
        group.bench_function(format!("z{zoom}"), |bench| {
            bench.iter(|| black_box(Format::Png.encode(draw(), &AtomicBool::new(false)).expect("a file")));
        });
        let drawn = draw();
        group.bench_function(format!("z{zoom}, floor: its PNG"), |bench| {
            bench.iter(|| black_box(Format::Png.encode(drawn.clone(), &AtomicBool::new(false)).expect("a file")));
        });
    }
    group.finish();
}

/// The invented district in memory, and the middle of its hydrants' densest square kilometre.
fn register(district: &District, catalogue: &Catalogue, tilesets: &Tilesets) -> (Register, LonLat) {
    let frame = district.frame();
    let corners = [district.bounds.min(), district.bounds.max()].map(|corner| {
        frame.transformer.coord(geokontor::feature::crs::Crs::CRS84, frame.crs, corner).expect("a place")
    });
    let inset = coord! { x: 15_000.0, y: 15_000.0 };
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
    let plan = DemoPlan {
        seed: 7,
        hydrants: 4_000,
        today,
        municipality_prefix: district.municipality_prefix.clone(),
        bounds: Rect::new(corners[0] + inset, corners[1] - inset),
    };
    let mut features: HashMap<&'static str, Vec<Stored>> = HashMap::new();
    let mut squares: HashMap<(i64, i64), (usize, geo_types::Coord)> = HashMap::new();
    let mut encoders: HashMap<&'static str, geokontor::index::Encoder> = HashMap::new();
    for feature in generate(&plan) {
        let Some(collection) = catalogue.get(feature.collection) else { continue };
        if let (Some(geo_types::Geometry::Point(point)), "hydrants") = (&feature.geometry, feature.collection) {
            let key = ((point.x() / 1_000.0) as i64, (point.y() / 1_000.0) as i64);
            squares.entry(key).or_insert((0, point.0)).0 += 1;
        }
        let encoder =
            encoders.entry(feature.collection).or_insert_with(|| Snapshot::empty(collection.clone(), frame).encoder());
        let properties = serde_json::Value::Object(feature.properties).to_string();
        let stored = encoder.encode(FeatureId::new(), 1, feature.geometry, properties.as_bytes()).expect("a feature").0;
        features.entry(feature.collection).or_default().push(stored);
    }
    let (_, (_, middle)) = squares.iter().max_by_key(|(_, (count, _))| *count).expect("hydrants");
    let town = frame.transformer.coord(frame.crs, geokontor::feature::crs::Crs::CRS84, *middle).expect("a place");
    let snapshots: Vec<Arc<Snapshot>> = catalogue
        .collections()
        .iter()
        .map(|collection| {
            let held = features.remove(collection.name.as_str()).unwrap_or_default();
            Arc::new(Snapshot::load(collection.clone(), frame, held))
        })
        .collect();
    let atlas = Atlas::shared(district).expect("an atlas");
    let view = |name: &str| {
        let served = tilesets.at(tilesets.place(name).expect("declared")).expect("declared");
        View::new(&atlas, &served.tileset, |at| snapshots[at].clone(), |_| Some(Visibility::Public), today)
    };
    let views = ["base", "firewater"].map(|name| (name.to_owned(), view(name)));
    (Register { views: views.into() }, LonLat { lon: town.x, lat: town.y })
}
