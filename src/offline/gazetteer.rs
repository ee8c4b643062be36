//! Addresses, streets and municipalities in one file, for finding a place without a network.
//!
//! ```json
//! {"format":1,"settlements":[["Vietlübbe","19205","Gadebusch","Dragun"]],
//!  "streets":[[0,"Hauptstraße",["1","2a"],[1141000,12],[5380000,-3]],[0,"Waldweg",[],[1141200],[5380040],210]],
//!  "crossings":[[0],[1],[1141190],[5380010]],
//!  "municipalities":[["Dragun",1141234,5381234,"13074020"]],
//!  "lies_in":["Mecklenburg-Vorpommern"],"gauss_krueger":[],"position_accuracy_m":50,"address_within_m":500}
//! ```
//!
//! Of a settlement its name, postcode, post town and municipality; what the district says of places is at the end.
//! Coordinates are hundred-thousandths of a degree (a metre), those of a street's houses each told as the difference from
//! the one before. Houses without a street stand under an empty name. A street without houses has one place, and the metres
//! within which all of it lies. Where two streets meet stands in columns: the one street as the difference from the line
//! before, the other as that from the one, and the place as the difference from the line before.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use geo_types::Coord;
use serde_json::{Value as Json, json};

use super::register::FORMAT;
use crate::collection::{Collection, District};
use crate::coordinate::LonLat;
use crate::feature::crs::{Crs, CrsError};
use crate::feature::{FeatureId, Row, Shape};
use crate::index::Snapshot;
use crate::search;

/// Units of coordinates in a degree.
const UNITS: f64 = 1e5;

/// The file, from addresses and municipalities.
///
/// # Errors
/// When places have no coordinates in degrees, which those in the index have.
pub fn write(
    addresses: Option<&Arc<Snapshot>>,
    municipalities: Option<&Arc<Snapshot>>,
    searched: &search::Streets,
    district: &District,
) -> Result<Vec<u8>, CrsError> {
    let names = municipalities.map(|municipalities| names(municipalities)).unwrap_or_default();
    let mut streets = addresses.map_or(Ok(Streets::default()), |addresses| Streets::of(addresses, &names))?;
    let places = streets.add(&searched.streets);
    let municipalities = municipalities.map_or(Ok(Vec::new()), |municipalities| centres(municipalities))?;
    let file = json!({
        "format": FORMAT,
        "settlements": streets.settlements,
        "streets": streets.rows,
        "crossings": crossings(&searched.crossings, &places),
        "municipalities": municipalities,
        "lies_in": district.lies_in.iter().chain([&district.name]).collect::<Vec<_>>(),
        "gauss_krueger": district.gauss_krueger.iter().filter_map(|crs| crs.epsg()).collect::<Vec<_>>(),
        "position_accuracy_m": district.position_accuracy,
        "address_within_m": district.address_within,
    });
    Ok(file.to_string().into_bytes())
}

/// Name, postcode, post town and municipality of a settlement.
type Settlement = (String, String, String, String);

/// The names of municipalities by their keys.
fn names(municipalities: &Snapshot) -> HashMap<String, String> {
    let [key, name] = ["key", "name"].map(|property| municipalities.collection().position(property));
    let text = |row: Row<'_>, position: Option<usize>| row.get(position?).as_text().map(str::to_owned);
    municipalities.iter().filter_map(|stored| Some((text(stored.row(), key)?, text(stored.row(), name)?))).collect()
}

/// The streets of the file.
#[derive(Default)]
struct Streets {
    settlements: Vec<Settlement>,
    rows: Vec<Json>,
    /// In which row an address stands.
    of_address: HashMap<FeatureId, usize>,
}

impl Streets {
    /// The streets that have addresses.
    fn of(addresses: &Snapshot, names: &HashMap<String, String>) -> Result<Self, CrsError> {
        let fields = Fields::of(addresses.collection());
        let mut ids = Vec::with_capacity(addresses.len());
        let mut places = Vec::with_capacity(addresses.len());
        let mut grouped: BTreeMap<(Settlement, &str), Vec<(Number, usize)>> = BTreeMap::new();
        for stored in addresses.iter() {
            let Shape::Point(at) = stored.shape else { continue };
            let row = stored.row();
            let [postcode, post_town, key] =
                [fields.postcode, fields.names[1], fields.names[2]].map(|it| fields.text(row, it));
            let municipality = names.get(key).cloned().unwrap_or_default();
            let settlement =
                (fields.settlement(row).to_owned(), postcode.to_owned(), post_town.to_owned(), municipality);
            let street = grouped.entry((settlement, fields.text(row, fields.street))).or_default();
            street.push((fields.number(row), places.len()));
            ids.push(stored.id);
            places.push(at);
        }
        let frame = addresses.frame();
        frame.transformer.coords(frame.crs, Crs::CRS84, &mut places)?;
        let mut streets = Self::default();
        for ((settlement, street), mut houses) in grouped {
            // Sorted, as the map is: the last one is this one or it is new.
            if streets.settlements.last() != Some(&settlement) {
                streets.settlements.push(settlement);
            }
            houses.sort_unstable();
            let numbers: Vec<&str> = houses.iter().map(|((_, text), _)| text.as_str()).collect();
            let along = |axis: fn(&Coord) -> f64| differences(houses.iter().map(|(_, at)| units(axis(&places[*at]))));
            let row = json!([streets.settlements.len() - 1, street, numbers, along(|at| at.x), along(|at| at.y)]);
            streets.of_address.extend(houses.iter().map(|(_, place)| (ids[*place], streets.rows.len())));
            streets.rows.push(row);
        }
        Ok(streets)
    }

    /// Adds those that have none; in which row each stands.
    fn add(&mut self, searched: &[search::Street]) -> Vec<usize> {
        let mut settlements: HashMap<Settlement, usize> =
            self.settlements.iter().cloned().enumerate().map(|(row, settlement)| (settlement, row)).collect();
        let place = |street: &search::Street| {
            if let Some(row) = street.address.and_then(|address| self.of_address.get(&address)) {
                return *row;
            }
            let search::Street { name, settlement, postcode, post_town, municipality, at, reach, .. } = street;
            let settlement = (settlement.clone(), postcode.clone(), post_town.clone(), municipality.clone());
            let settlement = *settlements.entry(settlement).or_insert_with_key(|settlement| {
                self.settlements.push(settlement.clone());
                self.settlements.len() - 1
            });
            self.rows.push(json!([settlement, name, [], [units(at.lon)], [units(at.lat)], reach.ceil() as u32]));
            self.rows.len() - 1
        };
        searched.iter().map(place).collect()
    }
}

/// Where streets meet, column by column.
fn crossings(searched: &[(usize, usize, LonLat)], places: &[usize]) -> Json {
    let mut rows: Vec<[i64; 4]> = searched
        .iter()
        .map(|(one, other, at)| [places[*one] as i64, places[*other] as i64, units(at.lon), units(at.lat)])
        .collect();
    rows.sort_unstable();
    let along = |nth: usize| differences(rows.iter().map(|row| row[nth]));
    let others: Vec<i64> = rows.iter().map(|[one, other, ..]| other - one).collect();
    json!([along(0), others, along(2), along(3)])
}

fn units(degrees: f64) -> i64 {
    (degrees * UNITS).round() as i64
}

fn differences(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut before = 0;
    let step = |value| {
        let difference = value - before;
        before = value;
        difference
    };
    values.map(step).collect()
}

/// A house number in the order of the street: the number, then how it is written.
type Number = (u32, String);

/// Where an address says what.
struct Fields {
    street: Option<usize>,
    house_number: Option<usize>,
    addition: Option<usize>,
    postcode: Option<usize>,
    names: [Option<usize>; 3],
}

impl Fields {
    fn of(collection: &Collection) -> Self {
        let position = |name| collection.position(name);
        Self {
            street: position("street"),
            house_number: position("house_number"),
            addition: position("house_number_addition"),
            postcode: position("postcode"),
            names: ["place", "post_town", "municipality"].map(position),
        }
    }

    fn text<'a>(&self, row: Row<'a>, position: Option<usize>) -> &'a str {
        position.and_then(|position| row.get(position).as_text()).unwrap_or_default()
    }

    /// As the map calls it.
    fn settlement<'a>(&self, row: Row<'a>) -> &'a str {
        let names = self.names.iter().map(|position| self.text(row, *position));
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
    }

    fn number(&self, row: Row<'_>) -> Number {
        let text = format!("{}{}", self.text(row, self.house_number), self.text(row, self.addition));
        let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text.as_str(), |end| &text[..end]);
        (digits.parse().unwrap_or(u32::MAX), text)
    }
}

/// Name, middle and key of each municipality.
fn centres(municipalities: &Snapshot) -> Result<Vec<Json>, CrsError> {
    let [name, key] = ["name", "key"].map(|property| municipalities.collection().position(property));
    let frame = municipalities.frame();
    let mut found = Vec::new();
    for stored in municipalities.by_id(None) {
        let text = |position: Option<usize>| position.and_then(|position| stored.row().get(position).as_text());
        let Some((name, bounds)) = text(name).zip(stored.shape.bounds()) else { continue };
        let at = frame.transformer.coord(frame.crs, Crs::CRS84, bounds.center())?;
        found.push(json!([name, units(at.x), units(at.y), text(key).unwrap_or_default()]));
    }
    Ok(found)
}
