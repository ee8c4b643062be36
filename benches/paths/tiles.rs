//! Tiles as a map asks for them: zooms 10 to 17, each around a place where something is.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use criterion::{Criterion, Throughput};
use geo_types::{Coord, Rect};
use geokontor::collection::{District, Visibility};
use geokontor::http::coding::Coding;
use geokontor::index::Snapshot;
use geokontor::tiles::cache::Ready;
use geokontor::tiles::packing::pack;
use geokontor::tiles::{Atlas, Content, Grid, Layer, TileId, Tileset, View, encode};

/// Floor: compressing nothing but the finished bytes, and copying them.
pub fn encode_mixed(criterion: &mut Criterion, snapshot: Snapshot, district: &District, places: &[Coord]) {
    let collection = snapshot.collection().clone();
    let named = ["ref", "kind", "flow_class", "main_diameter"];
    let layer = Layer {
        status: true,
        content: Content::Points,
        zooms: (0, 20),
        properties: named.iter().filter_map(|name| collection.position(name)).collect(),
        ..Layer::whole(0, &collection)
    };
    let tileset = Tileset { name: "firewater".to_owned(), layers: vec![layer] };
    let atlas = Atlas::shared(district).expect("an atlas");
    let snapshot = Arc::new(snapshot);
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    let view = || View::new(&atlas, &tileset, |_| snapshot.clone(), |_| Some(Visibility::Public), today);
    let grid = Grid::web();
    let tile = |z: u8, place: Coord| -> TileId {
        let area = atlas.project(grid, Rect::new(place, place));
        grid.tiles(z, area).and_then(|range| range.iter().next()).expect("a tile")
    };
    let tiles: Vec<TileId> = places.iter().enumerate().map(|(nth, place)| tile(10 + (nth % 8) as u8, *place)).collect();
    slowest(&view(), places, tile, snapshot.len());
    let encoded: Vec<Vec<u8>> = tiles.iter().map(|tile| encode(&view(), grid, *tile)).collect();
    let bytes: usize = encoded.iter().map(Vec::len).sum();
    println!("tiles: {} of zooms 10 to 17, {} bytes on average", tiles.len(), bytes / tiles.len());
    for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd] {
        let packed = encoded.iter().map(|bytes| pack(bytes, coding).expect("in memory").body.len());
        println!("  {}: {} bytes on average", coding.name(), packed.sum::<usize>() / tiles.len());
    }
    let mut group = criterion.benchmark_group("a tile of zooms 10 to 17");
    group.throughput(Throughput::Elements(1));
    let mut nth = 0;
    let mut next = move || {
        nth = (nth + 1) % tiles.len();
        (nth, tiles[nth])
    };
    group.bench_function("encoded", |bencher| bencher.iter(|| black_box(encode(&view(), grid, next().1))));
    group.bench_function("encoded and compressed", |bencher| {
        bencher.iter(|| black_box(compress(&encode(&view(), grid, next().1))));
    });
    group.bench_function("floor, compressing the bytes", |bencher| {
        bencher.iter(|| black_box(compress(&encoded[next().0])));
    });
    group.bench_function("floor, copying the bytes", |bencher| {
        bencher.iter(|| black_box(encoded[next().0].clone()));
    });
    group.finish();
}

fn compress(bytes: &[u8]) -> Ready {
    pack(bytes, Coding::Gzip).expect("in memory")
}

/// Prints the slowest tile of every zoom, the first time it is asked for and once its counts are kept.
fn slowest(view: &View, places: &[Coord], tile: impl Fn(u8, Coord) -> TileId, count: usize) {
    let encode = |at: TileId| {
        let start = Instant::now();
        let bytes = encode(view, Grid::web(), at).len();
        (start.elapsed(), bytes)
    };
    println!("the slowest tile of each zoom over {count} hydrants:");
    for z in 0..=20 {
        let first = places.iter().map(|place| encode(tile(z, *place)).0).max();
        let again = places.iter().map(|place| encode(tile(z, *place))).collect::<Vec<_>>();
        let (slow, big) = (again.iter().map(|it| it.0).max(), again.iter().map(|it| it.1).max());
        let ms = |duration: Option<Duration>| duration.unwrap_or_default().as_secs_f64() * 1000.0;
        println!("  zoom {z:2}: first {:8.3} ms, then {:8.3} ms, {} bytes", ms(first), ms(slow), big.unwrap_or(0));
    }
}
