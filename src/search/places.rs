//! The names of settlements, which no register holds, derived from one that does: addresses.
//!
//! A settlement is what addresses of one municipality call by the same name (the place, or the post town where none is
//! recorded). Its name stands at the address nearest to the middle of them, so that it never floats in a lake.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use geo_types::Coord;

use crate::collection::Collection;
use crate::feature::{FeatureId, Row, Shape};
use crate::index::{Snapshot, Stored};

/// A settlement.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub name: String,
    /// Key of the municipality; empty where the addresses say none.
    pub municipality: String,
    /// Number of addresses.
    pub addresses: u32,
    /// 1 for towns, rising for smaller settlements.
    pub rank: u8,
    /// In the district's CRS.
    pub at: Coord,
    /// The address it stands at.
    pub id: FeatureId,
}

/// The least number of addresses of each rank, from 1 on, and the first zoom at which its names fit on a map.
const RANKS: [(u32, u8); 5] = [(1_000, 7), (250, 8), (80, 10), (20, 11), (0, 12)];

impl Place {
    /// The first zoom at which the name is shown.
    pub fn first_zoom(&self) -> u8 {
        RANKS[usize::from(self.rank) - 1].1
    }
}

/// The rank of a settlement of so many addresses.
pub fn rank(addresses: u32) -> u8 {
    1 + RANKS.iter().take_while(|(least, _)| addresses < *least).count() as u8
}

/// The settlements of the addresses seen last.
#[derive(Debug, Default)]
pub struct Settlements {
    known: Mutex<Option<(u64, Arc<[Place]>)>>,
}

impl Settlements {
    /// The settlements of a state of the addresses, by rank and name.
    pub fn of(&self, addresses: &Snapshot) -> Arc<[Place]> {
        let fingerprint = addresses.fingerprint();
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, places)) = &*lock()
            && *known == fingerprint
        {
            return places.clone();
        }
        let places: Arc<[Place]> = derive(addresses).into();
        *lock() = Some((fingerprint, places.clone()));
        places
    }
}

/// A settlement on the way: how many addresses, and the sum of their places in centimetres, which no order of adding
/// alters.
#[derive(Default)]
struct Group {
    count: i64,
    sum: (i64, i64),
    nearest: Option<(i64, FeatureId, Coord)>,
}

fn derive(addresses: &Snapshot) -> Vec<Place> {
    let names = Names::of(addresses.collection());
    let mut groups: HashMap<(&str, &str), Group> = HashMap::new();
    let each = |visit: &mut dyn FnMut(&mut Group, &Stored, Coord), groups: &mut HashMap<_, Group>| {
        for stored in addresses.iter() {
            if let (Some(name), Shape::Point(at)) = (names.of_row(stored.row()), &stored.shape) {
                visit(groups.entry(name).or_default(), stored, *at);
            }
        }
    };
    let centimetres = |metres: f64| (metres * 100.0).round() as i64;
    each(
        &mut |group, _, at| {
            group.count += 1;
            group.sum = (group.sum.0 + centimetres(at.x), group.sum.1 + centimetres(at.y));
        },
        &mut groups,
    );
    each(
        &mut |group, stored, at| {
            let (east, north) =
                (centimetres(at.x) - group.sum.0 / group.count, centimetres(at.y) - group.sum.1 / group.count);
            let candidate = (east * east + north * north, stored.id);
            if group.nearest.is_none_or(|(distance, id, _)| candidate < (distance, id)) {
                group.nearest = Some((candidate.0, candidate.1, at));
            }
        },
        &mut groups,
    );
    let mut places: Vec<Place> = groups
        .into_iter()
        .filter_map(|((name, municipality), group)| {
            let (_, id, at) = group.nearest?;
            let addresses = group.count as u32;
            let (name, municipality, rank) = (name.to_owned(), municipality.to_owned(), rank(addresses));
            Some(Place { name, municipality, addresses, rank, at, id })
        })
        .collect();
    places.sort_unstable_by(|a, b| (a.rank, &a.name, a.id).cmp(&(b.rank, &b.name, b.id)));
    places
}

/// Where an address says what its settlement is called.
struct Names {
    place: Option<usize>,
    post_town: Option<usize>,
    municipality: Option<usize>,
}

impl Names {
    fn of(collection: &Collection) -> Self {
        let [place, post_town, municipality] =
            ["place", "post_town", "municipality"].map(|name| collection.position(name));
        Self { place, post_town, municipality }
    }

    /// Name and municipality.
    fn of_row<'a>(&self, row: Row<'a>) -> Option<(&'a str, &'a str)> {
        let text = |position: Option<usize>| row.get(position?).as_text().filter(|text| !text.is_empty());
        Some((text(self.place).or_else(|| text(self.post_town))?, text(self.municipality).unwrap_or_default()))
    }
}
