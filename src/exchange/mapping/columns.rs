//! The columns of a file: which names are known without a mapping, what unit their numbers have, and the cells put where
//! rules look for them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

use super::units;

/// Names of columns with the easting or longitude and with the northing or latitude, small letters.
pub const PAIRS: [(&str, &str); 32] = [
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitude", "latitude"),
    ("x", "y"),
    ("east", "north"),
    ("easting", "northing"),
    ("rechtswert", "hochwert"),
    ("rechts", "hoch"),
    ("ostwert", "nordwert"),
    ("ost", "nord"),
    ("laenge", "breite"),
    ("länge", "breite"),
    ("x-koordinate", "y-koordinate"),
    ("x_koordinate", "y_koordinate"),
    ("x koordinate", "y koordinate"),
    ("koordinate x", "koordinate y"),
    ("koordinate_x", "koordinate_y"),
    ("x-wert", "y-wert"),
    ("x_wert", "y_wert"),
    ("x_coord", "y_coord"),
    ("coord_x", "coord_y"),
    ("geogr. länge", "geogr. breite"),
    ("geographische länge", "geographische breite"),
    ("längengrad", "breitengrad"),
    ("laengengrad", "breitengrad"),
    ("geo_lon", "geo_lat"),
    ("gps_lon", "gps_lat"),
    ("utm_e", "utm_n"),
    ("utm ost", "utm nord"),
    ("utm_ost", "utm_nord"),
    ("rw", "hw"),
];
/// Names of columns with a whole position in any notation: well-known text, GeoJSON, UTMREF, a pair.
pub const WHOLE: [&str; 36] = [
    "wkt",
    "geom_wkt",
    "geometry_wkt",
    "_wkt",
    "geojson",
    "geometry",
    "geometrie",
    "geom",
    "the_geom",
    "wkb_geometry",
    "shape",
    "koordinaten",
    "koordinate",
    "coordinates",
    "coordinate",
    "coords",
    "utmref",
    "utm-ref",
    "utm ref",
    "utm_ref",
    "mgrs",
    "latlon",
    "lat_lon",
    "lat/lon",
    "lat,lon",
    "lat, lon",
    "lat lon",
    "latlng",
    "gps",
    "gps-koordinaten",
    "gps koordinaten",
    "gps_koordinaten",
    "geokoordinaten",
    "geo-koordinaten",
    "geo_point_2d",
    "geopunkt",
];
/// The column with the id a feature has in this or another Geokontor.
pub const OWN_ID: &str = "id";
/// The column with the version of the feature that was checked out.
pub const OWN_VERSION: &str = "geokontor_version";

/// What the columns begin with that a report has added to the rows of a file: they say what became of it once.
pub const OURS: &str = "Import: ";

/// More different column names than this in one file are not remembered one by one.
const MAX_COLUMNS: usize = 10_000;

/// A column's name for comparing: small letters, single blanks, without the type that some programs write behind it.
pub fn plain(name: &str) -> String {
    let name = name.trim();
    let bare = ["(string)", "(int)", "(float)", "(integer)", "(double)", "(real)", "(date)"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .unwrap_or(name);
    bare.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A column of the file.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    /// Where rules look for its cells; `None` if no rule does.
    slot: Option<usize>,
    unit: Option<Unit>,
    /// It has a value where another column for the same rule has one already.
    beside: bool,
}

/// The unit that head or unit line give a column.
#[derive(Debug)]
struct Unit {
    written: String,
    /// A mapping names the column with its unit and all: what the mapping says of the unit goes before.
    yields: bool,
}

/// The columns of a file, as far as they have been met.
#[derive(Debug, Default)]
pub struct Columns {
    /// Slot by plain name: what rules look for.
    slots: HashMap<String, usize>,
    /// Place in the list by name as it stands in the file.
    met: HashMap<String, usize>,
    list: Vec<Column>,
}

/// A cell where a rule looks for it.
#[derive(Debug)]
pub struct Cell {
    pub value: Json,
    /// Which column it stands in; `None` in files of very many.
    column: Option<usize>,
}

impl Columns {
    /// The slot for columns of a name.
    pub fn slot(&mut self, name: &str) -> usize {
        let next = self.slots.len();
        *self.slots.entry(plain(name)).or_insert(next)
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Takes a column of the table that begins, with the unit that stands below its head.
    pub fn declare(&mut self, name: &str, below: Option<&str>) {
        let (_, Some(at)) = self.meet(name) else { return };
        let below = below.map(str::trim).filter(|unit| !unit.is_empty());
        self.list[at].unit = match below {
            Some(unit) => Some(Unit { written: unit.to_owned(), yields: false }),
            None => self.unit_in(name),
        };
    }

    /// Does the table have a column for a slot?
    pub fn has(&self, slot: usize) -> bool {
        self.list.iter().any(|column| column.slot == Some(slot))
    }

    /// The unit within the head of a column.
    fn unit_in(&self, name: &str) -> Option<Unit> {
        let (_, unit) = units::of_head(name)?;
        Some(Unit { written: unit.to_owned(), yields: self.slots.contains_key(&plain(name)) })
    }

    /// Slot and place of a column; the place is `None` when too many have been met.
    fn meet(&mut self, name: &str) -> (Option<usize>, Option<usize>) {
        if let Some(at) = self.met.get(name) {
            return (self.list[*at].slot, Some(*at));
        }
        let whole = self.slots.get(&plain(name)).copied();
        let slot = whole.or_else(|| self.slots.get(&plain(units::of_head(name)?.0)).copied());
        if self.list.len() >= MAX_COLUMNS {
            return (slot, None);
        }
        let unit = self.unit_in(name);
        self.met.insert(name.to_owned(), self.list.len());
        self.list.push(Column { name: name.to_owned(), slot, unit, beside: false });
        (slot, Some(self.list.len() - 1))
    }

    /// The columns that nothing, or nothing everywhere, was taken from.
    pub fn left_over(&self) -> impl Iterator<Item = &str> {
        let not_taken = |column: &&Column| column.slot.is_none() || column.beside;
        self.list.iter().filter(not_taken).map(|column| column.name.as_str()).filter(|name| !name.starts_with(OURS))
    }

    /// Columns that a rule takes and whose numbers have a unit by the head, with that.
    pub fn units(&self) -> impl Iterator<Item = (&str, &str)> {
        let taken = self.list.iter().filter(|column| column.slot.is_some());
        taken.filter_map(|column| Some((column.name.as_str(), column.unit.as_ref()?.written.as_str())))
    }

    /// The name of the column a cell stands in.
    pub fn name<'a>(&'a self, cell: &Cell, otherwise: &'a str) -> &'a str {
        cell.column.map_or(otherwise, |at| self.list[at].name.as_str())
    }

    /// The unit of numbers in a cell that say none; `ruled` is what the mapping says of it.
    pub fn unit<'a>(&'a self, cell: &Cell, ruled: Option<&'a str>) -> Option<&'a str> {
        let Some(unit) = cell.column.and_then(|at| self.list[at].unit.as_ref()) else { return ruled };
        if unit.yields { ruled.or(Some(&unit.written)) } else { Some(&unit.written) }
    }
}

/// Puts the cells of a row into their slots; what has no slot is not even made.
pub struct Cells<'a> {
    pub columns: &'a mut Columns,
    pub cells: &'a mut Vec<Option<Cell>>,
}

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let (slot, column) = self.columns.meet(&name);
            let Some(slot) = slot else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value: Json = map.next_value()?;
            if is_blank(&value) {
                continue;
            }
            match &mut self.cells[slot] {
                empty @ None => *empty = Some(Cell { value, column }),
                // Two columns for one thing: the first counts, and the other is told.
                Some(first) if first.value != value => {
                    if let Some(at) = column {
                        self.columns.list[at].beside = true;
                    }
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        _ => false,
    }
}
