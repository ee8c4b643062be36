//! The buildings: where they stand, what they need, in which municipality, and how many people live there.
//!
//! A building is where the middle of its footprint is. Nobody records who lives where: the inhabitants of a municipality are
//! spread over its dwellings by floor area, so that they add up to what the municipality records.

use geo::{Area, Centroid};
use geo_types::{Coord, Geometry};

use super::settings::{FUNCTION, Needs, Settings};
use super::water::number;
use crate::feature::{FeatureId, Shape, Value};
use crate::firewater::network::Network;
use crate::firewater::network::graph::Snap;
use crate::index::Snapshot;
use crate::index::areas::Areas;

/// Stands for no municipality.
const NOWHERE: u16 = u16::MAX;

/// A building.
#[derive(Debug, Clone)]
pub struct Building {
    pub id: FeatureId,
    /// In the district's CRS.
    pub at: Coord,
    pub needs: Needs,
    pub people: u32,
    /// The place on the nearest road, where hoses come from.
    pub snap: Option<Snap>,
    municipality: u16,
}

impl Building {
    /// Its municipality among [`Ground::municipalities`].
    pub fn municipality(&self) -> Option<usize> {
        (self.municipality != NOWHERE).then_some(usize::from(self.municipality))
    }
}

/// A municipality.
#[derive(Debug, Clone)]
pub struct Municipality {
    pub key: String,
    pub name: String,
    pub population: Option<u32>,
}

/// All buildings in the order of their ids.
#[derive(Debug)]
pub struct Ground {
    pub buildings: Vec<Building>,
    pub municipalities: Vec<Municipality>,
    squares: Squares,
}

impl Ground {
    /// The buildings of a state of the registers; `road_within` is how far from a road hoses come.
    pub fn new(
        settings: &Settings,
        (buildings, municipalities): (&Snapshot, Option<&Snapshot>),
        network: Option<&Network>,
        road_within: f64,
    ) -> Self {
        let (municipalities, areas) = municipalities.map(around).unwrap_or_default();
        let declared = buildings.collection();
        let function = declared.position(FUNCTION);
        let storeys = declared.position("storeys");
        let (mut all, mut floors) = (Vec::with_capacity(buildings.len()), Vec::with_capacity(buildings.len()));
        for stored in buildings.by_id(None) {
            let Some((at, area)) = footprint(&stored.shape) else { continue };
            let row = stored.row();
            let used = function.and_then(|k| row.get(k).as_code());
            let levels = storeys.and_then(|k| match row.get(k) {
                Value::Integer(levels) => Some(levels),
                _ => None,
            });
            let lived_in = settings.is_dwelling(used);
            let levels_or = levels.map_or(settings.dwelling_storeys, |levels| levels as f64);
            floors.push(if lived_in { area * levels_or } else { 0.0 });
            let municipality = areas.as_ref().and_then(|areas| areas.around(at)).copied().unwrap_or(NOWHERE);
            let snap = network.and_then(|network| network.snap(at, road_within));
            all.push(Building {
                id: stored.id,
                at,
                needs: settings.needs(used, levels),
                people: 0,
                snap,
                municipality,
            });
        }
        house(&mut all, &floors, &municipalities);
        let squares = Squares::of(&all, settings.terms.reach);
        Self { buildings: all, municipalities, squares }
    }

    /// No building at all.
    pub fn none() -> Self {
        Self { buildings: Vec::new(), municipalities: Vec::new(), squares: Squares::of(&[], 1.0) }
    }

    /// Calls `visit` with every building that may lie within the reach of a place.
    pub fn around(&self, place: Coord, mut visit: impl FnMut(u32)) {
        let (column, row) = self.squares.at(place);
        for y in row - 1..=row + 1 {
            for x in column - 1..=column + 1 {
                self.squares.within(x, y).iter().for_each(|nth| visit(*nth));
            }
        }
    }

    /// The place of a building in [`Self::buildings`].
    pub fn position(&self, id: FeatureId) -> Option<usize> {
        self.buildings.binary_search_by_key(&id, |building| building.id).ok()
    }
}

/// The middle of a footprint, and its square metres.
fn footprint(shape: &Shape) -> Option<(Coord, f64)> {
    match shape {
        Shape::Absent => None,
        Shape::Point(at) => Some((*at, 0.0)),
        Shape::Other(geometry) => Some((geometry.centroid()?.0, geometry.unsigned_area())),
    }
}

/// The municipalities by their keys, and which of them lies around a place.
fn around(snapshot: &Snapshot) -> (Vec<Municipality>, Option<Areas<u16>>) {
    let declared = snapshot.collection();
    let [key, name, population] = ["key", "name", "population"].map(|name| declared.position(name));
    let mut all: Vec<(FeatureId, Municipality)> = Vec::new();
    for stored in snapshot.by_id(None) {
        let text = |k: Option<usize>| k.and_then(|k| stored.row().get(k).as_text()).unwrap_or_default().to_owned();
        if !matches!(&stored.shape, Shape::Other(it) if matches!(&**it, Geometry::Polygon(_) | Geometry::MultiPolygon(_)))
        {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "declared from 0 to ten million")]
        let population = number(stored.row(), population).map(|people| people as u32);
        all.push((stored.id, Municipality { key: text(key), name: text(name), population }));
    }
    all.sort_by(|one, other| one.1.key.cmp(&other.1.key));
    all.truncate(usize::from(NOWHERE));
    let areas = Areas::of(snapshot, |stored| {
        all.iter().position(|(id, _)| *id == stored.id).and_then(|nth| u16::try_from(nth).ok())
    });
    (all.into_iter().map(|(_, it)| it).collect(), Some(areas))
}

/// Spreads the people of each municipality over its dwellings. Nobody is halved: what is left of rounding goes to those who
/// lack most of a person (the method of largest remainders).
fn house(buildings: &mut [Building], floors: &[f64], municipalities: &[Municipality]) {
    let mut dwellings: Vec<Vec<usize>> = vec![Vec::new(); municipalities.len()];
    for (nth, building) in buildings.iter().enumerate().filter(|(nth, _)| floors[*nth] > 0.0) {
        if let Some(at) = building.municipality() {
            dwellings[at].push(nth);
        }
    }
    for (municipality, dwellings) in municipalities.iter().zip(dwellings) {
        let Some(people) = municipality.population else { continue };
        let floor: f64 = dwellings.iter().map(|nth| floors[*nth]).sum();
        let mut rests = Vec::with_capacity(dwellings.len());
        let mut housed = 0;
        for nth in dwellings {
            let share = f64::from(people) * floors[nth] / floor;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the people")]
            let whole = share.floor() as u32;
            buildings[nth].people = whole;
            housed += whole;
            rests.push((share - share.floor(), nth));
        }
        rests.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let left = people.saturating_sub(housed) as usize;
        rests.iter().take(left).for_each(|(_, nth)| buildings[*nth].people += 1);
    }
}

/// Squares of ground as wide as the reach, with the buildings in each.
#[derive(Debug)]
struct Squares {
    size: f64,
    /// By row and column, rising.
    keys: Vec<(i32, i32)>,
    /// Where those of each begin, with the end as last element.
    first: Vec<u32>,
    buildings: Vec<u32>,
}

impl Squares {
    fn of(buildings: &[Building], reach: f64) -> Self {
        // A projection stretches by less than a percent.
        let mut squares = Self { size: reach * 1.01 + 1.0, keys: Vec::new(), first: Vec::new(), buildings: Vec::new() };
        let mut placed: Vec<((i32, i32), u32)> = buildings
            .iter()
            .zip(0..)
            .map(|(building, nth)| {
                let (column, row) = squares.at(building.at);
                ((row, column), nth)
            })
            .collect();
        placed.sort_unstable();
        for (key, nth) in placed {
            if squares.keys.last() != Some(&key) {
                squares.keys.push(key);
                squares.first.push(squares.buildings.len() as u32);
            }
            squares.buildings.push(nth);
        }
        squares.first.push(squares.buildings.len() as u32);
        squares
    }

    /// Column and row of a place.
    #[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
    fn at(&self, place: Coord) -> (i32, i32) {
        ((place.x / self.size).floor() as i32, (place.y / self.size).floor() as i32)
    }

    fn within(&self, column: i32, row: i32) -> &[u32] {
        match self.keys.binary_search(&(row, column)) {
            Ok(at) => &self.buildings[self.first[at] as usize..self.first[at + 1] as usize],
            Err(_) => &[],
        }
    }
}
