//! What a snapshot shows, whatever way it came about.

use std::collections::BTreeMap;
use std::path::Path;

use geo_types::{Point, coord};
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::*;
use crate::collection::{Catalogue, District};

fn empty(name: &str) -> Snapshot {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Catalogue::load(&data).expect("the declarations");
    let district = District::load(&data.join("district.toml")).expect("the district");
    Snapshot::empty(catalogue.get(name).expect("the collection").clone(), district.frame())
}

fn id(number: u128) -> FeatureId {
    FeatureId(Uuid::from_u128(number))
}

fn change(snapshot: &Snapshot, number: u128, version: i64, at: Option<(f64, f64)>) -> Applied {
    let after = at.map(|(x, y)| {
        let geometry = Point::new(260_000.0 + x, 5_970_000.0 + y).into();
        let encoded = snapshot.encoder().encode(id(number), version, Some(geometry), br#"{"kind":"pillar"}"#);
        encoded.expect("a feature").0
    });
    Applied { id: id(number), after }
}

/// What a snapshot shows, in ways that must all agree.
fn seen(snapshot: &Snapshot) -> BTreeMap<FeatureId, i64> {
    let all: BTreeMap<_, _> = snapshot.iter().map(|stored| (stored.id, stored.version)).collect();
    assert_eq!(all.len(), snapshot.len());
    let by_id: Vec<_> = snapshot.by_id(None).map(|stored| (stored.id, stored.version)).collect();
    assert_eq!(by_id, all.clone().into_iter().collect::<Vec<_>>(), "by id, in order, each once");
    let world = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 1e7, y: 1e7 });
    let mut in_window = Vec::new();
    snapshot.window(world, |stored| in_window.push((stored.id, stored.version)));
    in_window.sort_unstable();
    assert_eq!(in_window, by_id, "in the window of the world, each once");
    let near: Vec<f64> =
        snapshot.nearest(coord! { x: 260_000.0, y: 5_970_000.0 }).map(|(distance, _)| distance).collect();
    assert_eq!(near.len(), all.len());
    assert!(near.is_sorted(), "nearest by rising distance");
    for count in [1, 5, 100] {
        let few = snapshot.nearest_few(coord! { x: 260_000.0, y: 5_970_000.0 }, count, 600.0);
        let few: Vec<f64> = few.into_iter().map(|(distance, _)| distance).collect();
        let within = near.iter().copied().filter(|distance| *distance <= 600.0 * 600.0);
        assert_eq!(few, within.take(count).collect::<Vec<_>>(), "the nearest few");
    }
    all
}

#[test]
fn after_any_changes_and_merges_every_way_of_reading_shows_the_same_features() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(11);
    let mut snapshot = empty("hydrants");
    let mut model: BTreeMap<FeatureId, i64> = BTreeMap::new();
    let mut versions: BTreeMap<u128, i64> = BTreeMap::new();
    let mut merging: Option<Merged> = None;
    for round in 0..300i64 {
        let mut changes = Vec::new();
        for _ in 0..random.random_range(1..8) {
            let number = random.random_range(1..60u128);
            let version = versions.entry(number).or_default();
            *version += 1;
            let gone = random.random_range(0..4) == 0;
            let at = (!gone).then(|| (random.random_range(0.0..900.0), random.random_range(0.0..900.0)));
            changes.push(change(&snapshot, number, *version, at));
            if gone {
                model.remove(&id(number))
            } else {
                model.insert(id(number), *version)
            };
        }
        snapshot = snapshot.apply(changes);
        // A tree is built from one state and adopted by a later one.
        match random.random_range(0..6) {
            0 => merging = Some(snapshot.merged()),
            1 => {
                if let Some(merged) = merging.take() {
                    snapshot = snapshot.adopt(&merged);
                }
            }
            _ => {}
        }
        assert_eq!(seen(&snapshot), model, "round {round}");
    }
}

#[test]
fn a_change_that_is_older_than_what_is_held_is_passed_over() {
    let snapshot = empty("hydrants");
    let snapshot = snapshot.apply([change(&snapshot, 1, 2, Some((5.0, 5.0)))]);
    let snapshot = snapshot.apply([change(&snapshot, 1, 1, Some((9.0, 9.0)))]);
    assert_eq!(snapshot.get(id(1)).map(|stored| stored.version), Some(2));
}

#[test]
fn equal_contents_have_the_same_fingerprint_however_they_came_about() {
    let empty = empty("hydrants");
    let first = || change(&empty, 1, 1, Some((5.0, 5.0)));
    let second = || change(&empty, 2, 1, Some((6.0, 6.0)));
    let one = empty.apply([first(), second()]);
    let other = empty.apply([second()]).apply([first()]);
    assert_eq!(one.fingerprint(), other.fingerprint());
    let edited = one.apply([change(&empty, 1, 2, Some((5.0, 5.0)))]);
    assert_ne!(edited.fingerprint(), one.fingerprint());
    let gone = one.apply([change(&empty, 1, 2, None)]);
    assert_eq!(gone.fingerprint(), empty.apply([second()]).fingerprint());
    assert_ne!(gone.fingerprint(), one.fingerprint());
}

#[test]
fn a_reader_keeps_the_state_it_has_taken() {
    let before = empty("hydrants");
    let before = before.apply([change(&before, 1, 1, Some((5.0, 5.0)))]);
    let after = before.apply([change(&before, 1, 2, None)]);
    assert_eq!((before.len(), after.len()), (1, 0));
    assert!(before.get(id(1)).is_some());
}

#[test]
fn a_merge_leaves_nothing_beside_the_tree_that_it_has_taken_in() {
    let mut snapshot = empty("hydrants");
    let changes: Vec<_> = (0..600).map(|n| change(&snapshot, n as u128, 1, Some((n as f64, 0.0)))).collect();
    snapshot = snapshot.apply(changes);
    assert!(snapshot.wants_merge());
    let merged = snapshot.merged();
    let later = snapshot.apply([change(&snapshot, 9_999, 1, Some((1.0, 1.0)))]).adopt(&merged);
    assert!(!later.wants_merge());
    assert_eq!(later.fresh.len(), 1);
    assert_eq!(seen(&later).len(), 601);
}

#[test]
fn features_without_a_place_are_found_where_the_collection_allows_them() {
    let snapshot = empty("hydrant_signs");
    let encoded = snapshot.encoder().encode(id(3), 1, None, b"{}").expect("a feature").0;
    let snapshot = snapshot.apply([Applied { id: id(3), after: Some(encoded) }]);
    assert_eq!(snapshot.without_geometry().count(), 1);
    assert_eq!(snapshot.len(), 1);
}
