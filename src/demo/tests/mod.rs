//! The district keeps its promises: tested on a small one, from outside as the server sees it.

mod declared;
mod plausible;

use geo_types::{Rect, coord};

use super::{DemoFeature, DemoPlan, generate};

fn plan(seed: u64, hydrants: usize) -> DemoPlan {
    DemoPlan {
        seed,
        hydrants,
        today: chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
        municipality_prefix: "13074".to_owned(),
        bounds: Rect::new(coord! { x: 225_000.0, y: 5_940_000.0 }, coord! { x: 300_000.0, y: 6_000_000.0 }),
    }
}

/// The usual district, made once for all tests that only look at it.
fn district() -> &'static [DemoFeature] {
    static DISTRICT: std::sync::OnceLock<Vec<DemoFeature>> = std::sync::OnceLock::new();
    DISTRICT.get_or_init(|| generate(&plan(1, 4000)).collect())
}

fn of(collection: &str) -> impl Iterator<Item = &'static DemoFeature> {
    district().iter().filter(move |feature| feature.collection == collection)
}
