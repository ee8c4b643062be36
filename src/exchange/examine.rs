//! A first look at a file: what it offers, its columns and what stands in them, its first rows, and where these would lie.
//!
//! Nothing is decided here and nothing is mapped: whoever imports chooses by it. The file is read once and whole, by the same
//! reader as an import.

use std::collections::HashMap;
use std::path::Path;

use geo_types::Coord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::frame::{Header, OfferedLayer, Passed, RawRow, is_uncalculated};
use super::geometry;
use super::locate::{Located, locate};
use super::mapping::{Applier, Mapping, OWN_ID, OWN_VERSION};
use super::reader::encoding::Encoding;
use super::reader::{Format, Order};
use super::source::{PATIENCE, Sent, Source, SourceError, SourceRow};
use super::stages::osm_wanted;
use crate::collection::{District, Label};
use crate::coordinate::Context;
use crate::feature::crs::Crs;

/// Rows that are shown.
const SHOWN: usize = 200;
/// Different values of a column that are told; of a column with more, only that it has more.
const VALUES: usize = 100;
/// Characters of a value that is told.
const LONGEST: usize = 80;

/// What a file is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Examined {
    pub layers: Vec<OfferedLayer>,
    /// Of the layer that is read, of the first if several are.
    pub header: Header,
    /// `false` if no layer could be chosen, or the file not be read to its end: see `failure`.
    pub failure: Option<Label>,
    pub rows: u64,
    pub columns: Vec<ExaminedColumn>,
    pub first: Vec<FirstRow>,
    pub passed: Vec<Passed>,
}

/// A column and what stands in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExaminedColumn {
    pub name: String,
    /// By a line of units below the head.
    pub unit: Option<String>,
    /// Rows in which it is not empty.
    pub filled: u64,
    /// The different values with how often each stands there, the most frequent first; empty if there are more than are told.
    pub values: Vec<CountedValue>,
}

/// A value of a column.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct CountedValue {
    pub value: String,
    pub count: u64,
}

/// One of the first rows, as it stands in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirstRow {
    pub line: u64,
    pub cells: Map<String, Json>,
    /// WKB, where the row has a geometry of its own.
    pub wkb: Vec<u8>,
}

/// Where the first rows would lie.
#[derive(Debug)]
pub struct Sample {
    /// In which CRS, and why.
    pub located: Result<Located, Label>,
    /// Line, longitude and latitude.
    pub places: Vec<(u64, Coord)>,
}

/// Looks at a file. Blocks; what cannot be read is told in what is given back.
pub fn examine(
    reader: &Path,
    file: &Path,
    layer: Option<&str>,
    encoding: Option<Encoding>,
    mapping: &Mapping,
) -> Examined {
    let order = Order {
        file: String::new(),
        layer: layer.map(str::to_owned),
        encoding,
        columns: mapping.columns(),
        osm: osm_wanted(mapping),
        table: mapping.table.clone(),
    };
    let mut tally = Tally::default();
    let failure = match Source::open(reader, file, order, PATIENCE) {
        Ok(mut source) => {
            let failure = tally.all(&mut source).err();
            tally.examined.layers = source.offers().to_vec();
            tally.examined.passed = source.passed().to_vec();
            failure
        }
        Err(error) => Some(error),
    };
    Examined { failure: failure.map(|SourceError(reason)| reason), ..tally.finished() }
}

impl Examined {
    /// Did it come from here, to be edited elsewhere? Then its columns are called like the properties.
    pub fn is_checked_out(&self) -> bool {
        let has = |name: &str| self.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        has(OWN_ID) && has(OWN_VERSION)
    }
}

/// Counts values while rows go by.
#[derive(Debug, Default)]
struct Tally {
    examined: Examined,
    begun: bool,
    places: HashMap<String, usize>,
    /// By column; `None` once there are too many.
    values: Vec<Option<HashMap<String, u64>>>,
}

impl Tally {
    fn all(&mut self, source: &mut Source) -> Result<(), SourceError> {
        while let Some(sent) = source.receive()? {
            match sent {
                Sent::Layer(header) => self.layer(header),
                Sent::Row(SourceRow::Row(row)) => self.row(row),
                Sent::Row(SourceRow::Bad { .. }) => self.examined.rows += 1,
            }
        }
        Ok(())
    }

    fn layer(&mut self, header: Header) {
        for column in &header.columns {
            let place = self.place(&column.name);
            self.examined.columns[place].unit.clone_from(&column.unit);
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.examined.header = header;
        }
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.examined.columns.len();
        self.places.insert(name.to_owned(), place);
        self.examined.columns.push(ExaminedColumn { name: name.to_owned(), ..ExaminedColumn::default() });
        self.values.push(Some(HashMap::new()));
        place
    }

    fn row(&mut self, row: RawRow) {
        self.examined.rows += 1;
        let cells: Map<String, Json> = serde_json::from_slice(&row.attributes).unwrap_or_default();
        for (name, cell) in &cells {
            let Some(text) = text_of(cell) else { continue };
            let place = self.place(name);
            self.examined.columns[place].filled += 1;
            let Some(values) = &mut self.values[place] else { continue };
            *values.entry(text.chars().take(LONGEST).collect()).or_default() += 1;
            if values.len() > VALUES {
                self.values[place] = None;
            }
        }
        if self.examined.first.len() < SHOWN {
            self.examined.first.push(FirstRow { line: row.line, cells, wkb: row.wkb });
        }
    }

    fn finished(mut self) -> Examined {
        for (column, values) in self.examined.columns.iter_mut().zip(self.values) {
            let values = values.unwrap_or_default().into_iter();
            column.values = values.map(|(value, count)| CountedValue { value, count }).collect();
            column.values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        }
        self.examined
    }
}

/// A cell as it is counted; `None` for an empty one.
fn text_of(cell: &Json) -> Option<String> {
    let text = match cell {
        Json::Null => return None,
        Json::String(text) => text.trim().to_owned(),
        other => is_uncalculated(other).map_or_else(|| other.to_string(), str::to_owned),
    };
    (!text.is_empty()).then_some(text)
}

/// Where the first rows would lie by a mapping, and in a CRS if one is said.
pub fn sample(examined: &Examined, name: &str, mapping: &Mapping, said: Option<Crs>, district: &District) -> Sample {
    let context = Context { district: Some(district.bounds), reference: None };
    let spreadsheet = matches!(Format::of(name), Some(Format::Csv | Format::Sheets));
    let mut applier = Applier::new(mapping, context, false).of_spreadsheet(spreadsheet);
    applier.begin(&examined.header.columns);
    let mapped: Vec<_> = examined
        .first
        .iter()
        .map(|row| {
            let cells = serde_json::to_vec(&row.cells).unwrap_or_default();
            (row, applier.apply(&cells, !row.wkb.is_empty()))
        })
        .collect();
    let coords: Vec<Coord> = mapped.iter().filter_map(|(row, it)| geometry::first_coord(&row.wkb, it)).collect();
    let located = locate(said, mapping.crs, &examined.header, &coords, district).map_err(|error| error.0);
    let (frame, here) = (district.frame(), located.as_ref().ok());
    let places = mapped.iter().filter_map(|(row, it)| {
        let placed = geometry::place(geometry::read(&row.wkb, it)?.ok()?, here, frame).ok()?;
        let first = geo::CoordsIter::coords_iter(&placed).next()?;
        Some((row.line, frame.transformer.coord(frame.crs, Crs::CRS84, first).ok()?))
    });
    let places = places.collect();
    Sample { located, places }
}
