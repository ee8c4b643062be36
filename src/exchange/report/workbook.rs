//! The report as a workbook: the office's own rows with what became of each and why, to be mended and sent again.
//!
//! The columns of the file keep their names, with the unit that stood below them, and their cells. Ours begin with
//! [`OURS`], and an import passes them over. A geometry of the file's own becomes well-known text with its SRID. GDAL writes
//! a sheet when it is complete, so the rows are kept until then, and there is a limit to them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gdal::DriverManager;
use gdal::errors::GdalError;
use gdal::vector::{Feature, FieldDefn, LayerAccess, LayerOptions};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};
use geo::MapCoords;
use geo_types::Coord;
use serde_json::{Map, Value as Json};
use wkt::ToWkt;

use super::RowReport;
use crate::collection::{Collection, Language};
use crate::exchange::frame::{Header, RawRow, is_uncalculated};
use crate::exchange::gdal_reason;
use crate::exchange::locate::Located;
use crate::exchange::mapping::{OURS, WHOLE};
use crate::feature::geometry::read_wkb;

/// Rows that a workbook may have: some hundred megabytes until it is written.
const MOST_ROWS: usize = 200_000;
/// Letters that a cell has room for.
const LONGEST: usize = 32_767;

/// A workbook that is written at the end.
pub struct WorkbookFile {
    path: PathBuf,
    collection: Arc<Collection>,
    language: Language,
    rows: Vec<(RowReport, Option<String>)>,
    /// The columns of the file, in their order.
    columns: Vec<Column>,
    /// Their places by name.
    places: HashMap<String, usize>,
    has_geometry: bool,
    located: Option<Located>,
}

/// A column of the file.
struct Column {
    /// Its name with its unit.
    head: String,
    /// Nothing but numbers stands in it.
    is_numeric: bool,
}

impl WorkbookFile {
    /// Begins a workbook.
    pub fn create(path: &Path, collection: &Arc<Collection>, language: Language) -> io::Result<Self> {
        // A folder that is not there is told before the work, not behind it; GDAL makes the file.
        std::fs::File::create(path)?;
        std::fs::remove_file(path)?;
        Ok(Self {
            path: path.to_owned(),
            collection: collection.clone(),
            language,
            rows: Vec::new(),
            columns: Vec::new(),
            places: HashMap::new(),
            has_geometry: false,
            located: None,
        })
    }

    /// A layer begins.
    pub fn begin(&mut self, header: &Header, located: Option<&Located>) {
        self.located = located.cloned();
        for column in &header.columns {
            let unit = column.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
            self.place(&column.name, || format!("{}{unit}", column.name));
        }
    }

    /// The place of a column that may be new. What an earlier report has added is none of the office's columns.
    fn place(&mut self, name: &str, head: impl FnOnce() -> String) -> Option<usize> {
        if name.starts_with(OURS) {
            return None;
        }
        if let Some(place) = self.places.get(name) {
            return Some(*place);
        }
        self.places.insert(name.to_owned(), self.columns.len());
        self.columns.push(Column { head: head(), is_numeric: true });
        Some(self.columns.len() - 1)
    }

    /// Takes a row.
    pub fn write(&mut self, row: &RowReport) -> io::Result<()> {
        if self.rows.len() == MOST_ROWS {
            let reason = format!("a workbook holds {MOST_ROWS} rows; with the ending .csv the report has room for all");
            return Err(io::Error::other(reason));
        }
        for (name, value) in cells(row) {
            if let Some(place) = self.place(&name, || name.clone()) {
                self.columns[place].is_numeric &= value.is_number() || value.is_null();
            }
        }
        let geometry = row.raw.as_deref().and_then(|raw| self.well_known(raw));
        self.has_geometry |= geometry.is_some();
        self.rows.push((row.clone(), geometry));
        Ok(())
    }

    /// The geometry of a row as text that tells its CRS.
    fn well_known(&self, raw: &RawRow) -> Option<String> {
        let mut geometry = read_wkb(&raw.wkb).ok()?;
        let Some(located) = &self.located else { return Some(geometry.wkt_string()) };
        if located.swapped_axes {
            geometry = geometry.map_coords(|at| Coord { x: at.y, y: at.x });
        }
        let srid = located.crs.epsg().unwrap_or(4326);
        Some(format!("SRID={srid};{}", geometry.wkt_string()))
    }

    /// Writes the file.
    pub fn finish(self) -> io::Result<()> {
        self.save().map_err(|error| io::Error::other(gdal_reason::of(&error)))
    }

    fn save(&self) -> Result<(), GdalError> {
        let mut dataset = DriverManager::get_driver_by_name("XLSX")?.create_vector_only(&self.path)?;
        let ours = words(self.language);
        let sheet = dataset.create_layer(LayerOptions {
            name: ours.sheet,
            srs: None,
            ty: OGRwkbGeometryType::wkbNone,
            options: None,
        })?;
        let field = |head: &str, is_numeric| {
            let kind = if is_numeric { OGRFieldType::OFTReal } else { OGRFieldType::OFTString };
            FieldDefn::new(head, kind)?.add_to_layer(&sheet)
        };
        ours.before.iter().try_for_each(|word| field(&format!("{OURS}{word}"), false))?;
        self.columns.iter().try_for_each(|column| field(&column.head, column.is_numeric))?;
        if self.has_geometry {
            let taken = |name: &&&str| !self.places.keys().any(|known| known.eq_ignore_ascii_case(name));
            field(WHOLE.iter().find(taken).unwrap_or(&WHOLE[0]), false)?;
        }
        ours.behind.iter().try_for_each(|word| field(&format!("{OURS}{word}"), false))?;
        for (row, geometry) in &self.rows {
            let mut feature = Feature::new(sheet.defn())?;
            for (place, value) in self.line(row, geometry.as_deref()).into_iter().enumerate() {
                match value {
                    Json::Null => {}
                    Json::Number(number) if self.is_numeric(place) => {
                        feature.set_field_double(place, number.as_f64().unwrap_or_default())?;
                    }
                    Json::String(text) => feature.set_field_string(place, &plain(&text))?,
                    other => feature.set_field_string(place, &plain(&other.to_string()))?,
                }
            }
            feature.create(&sheet)?;
        }
        dataset.close()
    }

    fn is_numeric(&self, place: usize) -> bool {
        let column = place.checked_sub(words(self.language).before.len()).and_then(|place| self.columns.get(place));
        column.is_some_and(|column| column.is_numeric)
    }

    /// The cells of a row, ours before and behind those of the file.
    fn line(&self, row: &RowReport, geometry: Option<&str>) -> Vec<Json> {
        let reasons = row.reasons(&self.collection, self.language);
        let hints = row.hints(&self.collection, self.language);
        let mut line = vec![row.status.label(self.language).into(), text(&reasons), text(&hints)];
        let mut own = vec![Json::Null; self.columns.len()];
        for (name, value) in cells(row) {
            if let Some(place) = self.places.get(&name) {
                own[*place] = value;
            }
        }
        line.extend(own);
        line.extend(self.has_geometry.then(|| text(geometry.unwrap_or_default())));
        let feature = row.feature.map(|id| id.to_string()).unwrap_or_default();
        line.extend([row.line.to_string().into(), text(row.layer.as_deref().unwrap_or_default()), text(&feature)]);
        line
    }
}

/// What is ours in a workbook.
struct Words {
    sheet: &'static str,
    /// Before the columns of the file, and behind them.
    before: [&'static str; 3],
    behind: [&'static str; 3],
}

fn words(language: Language) -> Words {
    match language {
        Language::De => Words {
            sheet: "Importbericht",
            before: ["Ergebnis", "Gründe", "Hinweise"],
            behind: ["Zeile", "Ebene", "Objekt"],
        },
        Language::En => Words {
            sheet: "import report",
            before: ["result", "reasons", "warnings"],
            behind: ["line", "layer", "object"],
        },
    }
}

/// The cells of the file; a formula without a result leaves a blank one, which is what has to be filled in.
fn cells(row: &RowReport) -> Map<String, Json> {
    let cells: Option<Map<String, Json>> =
        row.raw.as_ref().and_then(|raw| serde_json::from_slice(&raw.attributes).ok());
    let mut cells = cells.unwrap_or_default();
    cells.values_mut().filter(|cell| is_uncalculated(cell).is_some()).for_each(|cell| *cell = Json::Null);
    cells
}

fn text(value: &str) -> Json {
    if value.is_empty() { Json::Null } else { value.into() }
}

/// A text as a cell holds it: no longer than there is room, and never taken for a formula. A blank before it is one that
/// every import passes over.
fn plain(value: &str) -> String {
    let is_formula = value.starts_with('=');
    let room = LONGEST - usize::from(is_formula);
    let cut: String = if value.chars().count() <= room {
        value.to_owned()
    } else {
        value.chars().take(room - 1).chain(['…']).collect()
    };
    if is_formula { format!(" {cut}") } else { cut }
}
