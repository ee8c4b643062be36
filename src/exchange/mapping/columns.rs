//! The columns of a row: which names are known without a mapping, and the cells put where rules look for them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

/// Names of columns with the easting or longitude, small letters.
pub const EAST: [&str; 19] = [
    "lon",
    "lng",
    "long",
    "longitude",
    "x",
    "east",
    "easting",
    "rechtswert",
    "rechts",
    "ostwert",
    "ost",
    "laenge",
    "länge",
    "x-koordinate",
    "x_koordinate",
    "geogr. länge",
    "längengrad",
    "laengengrad",
    "rw",
];
/// The same for the northing or latitude, in the order of [`EAST`].
pub const NORTH: [&str; 19] = [
    "lat",
    "lat",
    "lat",
    "latitude",
    "y",
    "north",
    "northing",
    "hochwert",
    "hoch",
    "nordwert",
    "nord",
    "breite",
    "breite",
    "y-koordinate",
    "y_koordinate",
    "geogr. breite",
    "breitengrad",
    "breitengrad",
    "hw",
];
/// Columns with well-known text.
pub const WKT: [&str; 4] = ["wkt", "geom_wkt", "geometry_wkt", "_wkt"];
/// The column with the id a feature has in this or another Geokontor.
pub const OWN_ID: &str = "id";

/// More different column names than this in one file are not remembered one by one.
const MAX_COLUMNS: usize = 10_000;

/// A column's name for comparing: small letters, without the type that some programs write behind it.
pub fn plain(name: &str) -> String {
    let name = name.trim();
    let bare = ["(string)", "(int)", "(float)", "(integer)", "(double)", "(real)", "(date)"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .unwrap_or(name);
    bare.trim().to_lowercase()
}

/// Puts the cells of a row into their slots; what has no slot is not even made.
pub struct Cells<'a> {
    pub slots: &'a HashMap<String, usize>,
    pub met: &'a mut HashMap<String, Option<usize>>,
    pub cells: &'a mut Vec<Option<Json>>,
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
            let slot = match self.met.get(name.as_ref()) {
                Some(slot) => *slot,
                None => {
                    let slot = self.slots.get(&plain(&name)).copied();
                    if self.met.len() < MAX_COLUMNS {
                        self.met.insert(name.into_owned(), slot);
                    }
                    slot
                }
            };
            match slot {
                Some(slot) => self.cells[slot] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
