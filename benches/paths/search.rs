//! The search as somebody types, over 100,000 addresses.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use geo_types::{Coord, Geometry, Point, coord};
use geokontor::collection::{Catalogue, District, Language, Visibility};
use geokontor::coordinate::{LonLat, ShortLines};
use geokontor::feature::FeatureId;
use geokontor::index::{Index, Pile, Snapshot};
use geokontor::search::{Kinds, Lookup, Question};

use crate::streets::{Address, addresses, questions};

const ADDRESSES: usize = 100_000;
const QUESTIONS: usize = 500;
const ROUNDS: usize = 5;

/// Median and slowest of many questions. Floor: looking once at every byte of all names and numbers.
pub fn measure(catalogue: Catalogue, district: &District, hydrants: Snapshot) {
    let catalogue = Arc::new(catalogue);
    let all: Vec<_> = addresses(ADDRESSES).collect();
    let (mut pile, mut bytes) = (Pile::default(), Vec::new());
    let empty = Snapshot::empty(catalogue.get("addresses").expect("addresses").clone(), district.frame());
    let mut encoder = empty.encoder();
    for address in &all {
        let properties = address.properties();
        bytes.extend_from_slice(properties.as_bytes());
        let geometry = Some(Geometry::Point(Point(address.place)));
        encoder.pile(FeatureId::new(), 1, geometry, properties.as_bytes(), &mut pile).expect("an address");
    }
    let snapshot = Snapshot::load(empty.collection().clone(), district.frame(), pile.settle());
    let index = Index::new(catalogue.clone(), district).holding([snapshot, hydrants]);
    let search = Lookup::new(&catalogue, Arc::new(district.clone()), Arc::default());
    let started = Instant::now();
    search.renew(&index);
    let made = started.elapsed();
    beside(&search, &index, district, &all);
    // The best of several rounds each: what else the machine does is not the search.
    let mut best = vec![Duration::MAX; QUESTIONS];
    let mut found = 0;
    let texts = questions(&all, QUESTIONS);
    for _ in 0..ROUNDS {
        for (nth, text) in texts.iter().enumerate() {
            let question = Question { text: text.clone(), near: None, view: None, limit: 10, kinds: Kinds::all() };
            let asked = Instant::now();
            let hits = search.find(&index, &question, |_| Some(Visibility::Public), Language::De);
            best[nth] = best[nth].min(asked.elapsed());
            found += usize::from(!hits.is_empty());
        }
    }
    best.sort_unstable();
    let at = |share: f64| best[((best.len() - 1) as f64 * share) as usize];
    let (median, p99): (Duration, Duration) = (at(0.5), at(0.99));
    let started = Instant::now();
    black_box(bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte))));
    println!(
        "search: {ADDRESSES} addresses and {} hydrants made searchable in {made:.1?}; {} questions with slips: median \
         {median:.1?}, p99 {p99:.1?} (target < 5 ms), {found} of {} answered; floor, every byte of the addresses once {:.1?}",
        index.snapshot_of("hydrants").map_or(0, |it| it.len()),
        texts.len(),
        texts.len() * ROUNDS,
        started.elapsed(),
    );
}

/// How a crew is told where a place is: the address beside it. Floor: the distance of the address that is found.
fn beside(search: &Lookup, index: &Index, district: &District, all: &[Address]) {
    let aside = coord! { x: 20.0, y: 10.0 };
    let places: Vec<(LonLat, Coord)> = all
        .iter()
        .step_by(all.len() / QUESTIONS)
        .map(|address| (district.frame().on_earth(address.place + aside).expect("a place"), address.place + aside))
        .collect();
    let each = |work: &dyn Fn(LonLat, Coord) -> f64| {
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(places.iter().map(|(at, from)| work(*at, *from)).sum::<f64>());
        }
        started.elapsed() / (ROUNDS * places.len()) as u32
    };
    let found = each(&|at, from| search.near(index, at, from, Kinds::all()).map_or(0.0, |near| near.distance));
    let floor = each(&|at, _| ShortLines::from(at).distance_and_bearing(LonLat { lon: at.lon, lat: at.lat + 2e-4 }).0);
    println!("the address beside a place: {found:.1?}; floor, the line to one that is known {floor:.1?}");
}
