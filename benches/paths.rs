//! The hot paths one by one, each beside its floor: the least that any program would do for the same answer.
//!
//! Everything happens on one core over 100,000 hydrants in memory; no database, no HTTP.

#[path = "paths/images.rs"]
mod images;
#[path = "paths/search.rs"]
mod search;
#[path = "server/streets.rs"]
mod streets;
#[path = "paths/supply.rs"]
mod supply;
#[path = "paths/tiles.rs"]
mod tiles;
#[path = "server/villages.rs"]
mod villages;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use geo_types::{Coord, Point, Rect, coord};
use geokontor::collection::{Catalogue, District, Visibility, encode};
use geokontor::feature::crs::Crs;
use geokontor::feature::geometry::{CoordinateStyle, write_geojson};
use geokontor::feature::{FeatureId, Geometry};
use geokontor::filter::{DistrictPlane, Filter, Language, Subject};
use geokontor::index::tree::Bounds;
use geokontor::index::{Snapshot, Stored};
use geokontor::work::Effort;
use villages::{HALF_BOX, Villages};

const COUNT: usize = 100_000;
const PLACES: usize = 256;

/// What somebody types who looks for strong and ready hydrants.
const FILTER: &str = "operational_status = 'ready' AND flow_rate >= 1600 AND street LIKE 'Dorf%'";

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    println!("paths: {COUNT} hydrants of ten properties, {PLACES} places, one core");
    let district = District::load(&data().join("district.toml")).expect("the district");
    let snapshot = register(&district);
    let places: Vec<Coord> = {
        let mut villages = Villages::new(COUNT);
        (0..PLACES).map(|_| villages.place()).collect()
    };
    window(&mut criterion, &snapshot, &places);
    nearest(&mut criterion, &snapshot, &places);
    row(&mut criterion, &snapshot);
    geojson(&mut criterion, &snapshot, &places);
    filter(&mut criterion, &snapshot, &district);
    search::measure(Catalogue::load(&data()).expect("the declarations"), &district, snapshot.clone());
    supply::measure(Catalogue::load(&data()).expect("the declarations"), &district);
    tiles::encode_mixed(&mut criterion, snapshot, &district, &places);
    images::images(&mut criterion, &district, &Catalogue::load(&data()).expect("the declarations"));
    criterion.final_summary();
}

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn register(district: &District) -> Snapshot {
    let catalogue = Catalogue::load(&data()).expect("the declarations");
    let empty = Snapshot::empty(catalogue.get("hydrants").expect("hydrants").clone(), district.frame());
    let mut encoder = empty.encoder();
    let features = Villages::new(COUNT).map(|hydrant| {
        let geometry = Geometry::Point(Point(hydrant.place));
        let encoded = encoder.encode(FeatureId::new(), 1, Some(geometry), hydrant.properties.as_bytes());
        encoded.expect("a hydrant").0
    });
    Snapshot::load(empty.collection().clone(), district.frame(), features.collect::<Vec<_>>())
}

fn around(place: Coord) -> Rect {
    let half = coord! { x: HALF_BOX, y: HALF_BOX };
    Rect::new(place - half, place + half)
}

/// Measures something for one place after the other.
fn each(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut work: impl FnMut(usize) -> usize) {
    let mut nth = 0;
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            nth = (nth + 1) % PLACES;
            black_box(work(nth))
        });
    });
}

/// Floor: reading the boxes that are found when somebody has put them side by side.
fn window(criterion: &mut Criterion, snapshot: &Snapshot, places: &[Coord]) {
    let found: Vec<Vec<Bounds>> = places
        .iter()
        .map(|place| {
            let mut found = Vec::new();
            snapshot.window(around(*place), |stored| found.extend(stored.shape.bounds().map(Bounds::from)));
            found
        })
        .collect();
    let mut group = criterion.benchmark_group("box of 800 m in the tree");
    group.throughput(Throughput::Elements((found.iter().map(Vec::len).sum::<usize>() / PLACES) as u64));
    each(&mut group, "tree", |nth| {
        let mut count = 0;
        snapshot.window(around(places[nth]), |stored| count += usize::from(stored.version > 0));
        count
    });
    each(&mut group, "floor, the found boxes side by side", |nth| {
        let window = Bounds::from(around(places[nth]));
        found[nth].iter().filter(|bounds| bounds.intersects(&window)).count()
    });
    group.finish();
}

/// Floor: sorting the distances of as many features as the search must have looked at, at least its ten.
fn nearest(criterion: &mut Criterion, snapshot: &Snapshot, places: &[Coord]) {
    let mut group = criterion.benchmark_group("nearest 10 in the tree");
    let found: Vec<Vec<f64>> =
        places.iter().map(|place| snapshot.nearest(*place).take(10).map(|(distance, _)| distance).collect()).collect();
    each(&mut group, "tree", |nth| snapshot.nearest(places[nth]).take(10).filter(|(_, s)| s.version > 0).count());
    each(&mut group, "floor, sorting ten distances", |nth| {
        let mut distances = found[nth].clone();
        distances.reverse();
        distances.sort_unstable_by(f64::total_cmp);
        distances.len()
    });
    group.finish();
}

/// Floor: adding up ten numbers.
fn row(criterion: &mut Criterion, snapshot: &Snapshot) {
    let features: Vec<&Stored> = snapshot.iter().take(PLACES).collect();
    let properties = snapshot.collection().properties.len();
    let numbers: Vec<[u64; 10]> = (0..PLACES as u64).map(|nth| [nth; 10]).collect();
    let mut group = criterion.benchmark_group(format!("a row of {properties} declared properties"));
    each(&mut group, "get each", |nth| {
        let row = features[nth].row();
        (0..properties).filter(|k| !row.get(*k).is_null()).count()
    });
    each(&mut group, "floor, ten numbers", |nth| numbers[nth].iter().sum::<u64>() as usize);
    group.finish();
}

/// Floor: copying the same bytes.
fn geojson(criterion: &mut Criterion, snapshot: &Snapshot, places: &[Coord]) {
    let mut page: Vec<&Stored> = Vec::new();
    snapshot.window(around(places[0]), |stored| page.push(stored));
    let mut out = Vec::with_capacity(1 << 20);
    let style = CoordinateStyle { north_first: false, decimals: 8 };
    let absent = encode::Absent::visible(snapshot.collection(), Visibility::Public);
    let write = |out: &mut Vec<u8>| {
        out.clear();
        for stored in &page {
            if let Some(geometry) = stored.shape.geometry() {
                write_geojson(&geometry, style, out);
            }
            let start = out.len();
            encode::write_members(snapshot.collection(), stored.row(), u64::MAX, out);
            absent.write(stored.row(), start, out);
        }
        out.len()
    };
    let join = |out: &mut Vec<u8>| {
        out.clear();
        for stored in &page {
            let start = stored.write_json(Visibility::Public, out);
            absent.write(stored.row(), start, out);
        }
        out.len()
    };
    join(&mut out);
    let same = out.clone();
    let mut group = criterion.benchmark_group(format!("GeoJSON of {} features", page.len()));
    group.throughput(Throughput::Bytes(same.len() as u64));
    group.bench_function("joined from memory", |bencher| bencher.iter(|| black_box(join(&mut out))));
    group.bench_function("written from rows", |bencher| bencher.iter(|| black_box(write(&mut out))));
    group.bench_function("floor, copying the bytes", |bencher| {
        bencher.iter(|| {
            out.clear();
            out.extend_from_slice(black_box(&same));
            black_box(out.len())
        });
    });
    group.finish();
}

/// Floors: a look at the first bytes of each row; a look at each byte of the text.
fn filter(criterion: &mut Criterion, snapshot: &Snapshot, district: &District) {
    let plane = DistrictPlane::new(district);
    let collection = snapshot.collection();
    let compile = || {
        let filter = Filter::parse(Language::Text, black_box(FILTER)).expect("a filter");
        filter.compile(collection, Crs::CRS84, &plane, Visibility::Public).expect("a predicate")
    };
    let predicate = compile();
    let effort = Effort::of(u64::MAX, Arc::default());
    let mut group = criterion.benchmark_group("CQL2");
    group.bench_function("read and compile", |bencher| bencher.iter(|| black_box(compile())));
    group.bench_function("floor, a look at each byte", |bencher| {
        bencher.iter(|| black_box(black_box(FILTER).bytes().filter(u8::is_ascii_lowercase).count()));
    });
    group.throughput(Throughput::Elements(COUNT as u64));
    group.bench_function("match all", |bencher| {
        bencher.iter(|| {
            let subject = |stored: &Stored| {
                predicate.matches(&Subject { id: stored.id, row: stored.row(), shape: &stored.shape, effort: &effort })
            };
            black_box(snapshot.iter().filter(|stored| subject(stored)).count())
        });
    });
    group.bench_function("floor, the first byte of each row", |bencher| {
        bencher.iter(|| black_box(snapshot.iter().filter(|stored| stored.row().bytes()[0] > 0).count()));
    });
    group.finish();
}
