//! The reader: a process of its own that opens a file nobody has vouched for and streams its rows to its parent.
//!
//! The binary starts itself again with a hidden word, so there is nothing else to install. What a malicious file could
//! make GDAL do is bounded from three sides: the process has little memory, time and no right to write ([`limits`]); it
//! has no network; and it opens a format with the drivers of that format only ([`ogr`]). GeoJSON and CSV, the formats
//! nearly everybody sends, are read here in Rust ([`geojson`], [`table`]): faster, and without a guess about types.
//!
//! It knows neither mappings nor collections: rows leave as they stand in the file.

mod geojson;
pub mod limits;
mod ogr;
mod reference;
mod scanner;
mod table;
mod zip;

use std::io::{self, BufWriter};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::frame::FrameWriter;
use crate::collection::Label;

/// The hidden word that makes the binary a reader.
pub const COMMAND: &str = "import-reader";

/// More rows than this in one file are refused.
pub const MAX_ROWS: u64 = 50_000_000;

/// What the reader is asked to do; one JSON argument.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub file: String,
    pub layer: Option<String>,
    /// Layers of OSM data to look into when none is named.
    #[serde(default)]
    pub osm_layers: Vec<String>,
    /// How a table of text is written, where that cannot be seen.
    #[serde(default)]
    pub table: TableForm,
}

/// What a table of text does not say about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableForm {
    /// The columns of a table without a head; empty: its first row is the head.
    #[serde(default)]
    pub head: Vec<String>,
    /// Lines that begin with it are remarks.
    #[serde(default)]
    pub comment: Option<char>,
}

/// Why a file cannot be read, for people.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{}", .0.en)]
    Refused(Label),
    /// The parent has gone, or a row is too large.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl ReadError {
    fn refused(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused(Label::new(de, en))
    }

    fn unreadable(error: impl std::fmt::Display) -> Self {
        Self::refused(format!("Die Datei lässt sich nicht lesen: {error}"), format!("the file cannot be read: {error}"))
    }
}

/// The formats by the ending of their files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    GeoJson,
    Csv,
    GeoPackage,
    Shapefile,
    Kml,
    Xlsx,
    Osm,
    Gpx,
}

impl Format {
    /// The format of a file; a zip is taken for a Shapefile unless it says otherwise.
    pub fn of(file: &str) -> Option<Self> {
        let name = file.to_lowercase();
        let endings: [(&[&str], Self); 8] = [
            (&[".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson"], Self::GeoJson),
            (&[".csv", ".txt", ".tsv"], Self::Csv),
            (&[".gpkg"], Self::GeoPackage),
            (&[".shp", ".zip"], Self::Shapefile),
            (&[".kml", ".kmz"], Self::Kml),
            (&[".xlsx"], Self::Xlsx),
            (&[".osm", ".pbf", ".osm.xml"], Self::Osm),
            (&[".gpx"], Self::Gpx),
        ];
        endings.into_iter().find(|(endings, _)| endings.iter().any(|ending| name.ends_with(ending))).map(|(_, it)| it)
    }
}

/// Runs as the reader if the command line says so; to be called first thing in `main`, before any thread is started.
/// Gives back the exit code, or `None` if this process is something else.
pub fn run_if_asked(arguments: &[String]) -> Option<ExitCode> {
    let [_, command, order] = arguments else { return None };
    if command != COMMAND {
        return None;
    }
    let out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let mut writer = FrameWriter::new(out);
    let outcome = match serde_json::from_str::<Order>(order) {
        Ok(order) => read(&order, &mut writer),
        Err(error) => Err(ReadError::unreadable(error)),
    };
    let written = match outcome {
        Ok(()) => writer.end(),
        Err(ReadError::Refused(reason)) => writer.failed(&reason),
        Err(ReadError::Io(error)) => writer.failed(&Label::new(error.to_string(), error.to_string())),
    };
    Some(if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read<W: io::Write>(order: &Order, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
    let path = Path::new(&order.file);
    let format = Format::of(&order.file).ok_or_else(|| {
        let endings = ".geojson, .gpkg, .zip, .shp, .csv, .kml, .kmz, .xlsx, .ods, .xls, .osm, .osm.pbf, .gpx";
        ReadError::refused(
            format!("Die Endung der Datei nennt kein Format, das gelesen wird: {endings}"),
            format!("the ending of the file names no format that is read: {endings}"),
        )
    })?;
    let size = std::fs::metadata(path).map_err(ReadError::unreadable)?.len();
    if size == 0 {
        return Err(ReadError::refused("Die Datei ist leer", "the file is empty"));
    }
    match format {
        Format::GeoJson => geojson::read(path, writer),
        Format::Csv => table::read(path, &order.table, writer),
        _ => ogr::read(path, format, order, writer),
    }
}

/// What to say of a row whose geometry makes no sense.
fn bad_geometry(reason: impl std::fmt::Display) -> Label {
    Label::new(
        format!("Die Geometrie lässt sich nicht lesen: {reason}"),
        format!("the geometry cannot be read: {reason}"),
    )
}

/// Counts a row in; refuses files without end.
fn check_rows(rows: u64) -> Result<(), ReadError> {
    if rows >= MAX_ROWS {
        return Err(ReadError::refused(
            format!("Die Datei hat mehr als {MAX_ROWS} Zeilen"),
            format!("the file has more than {MAX_ROWS} rows"),
        ));
    }
    Ok(())
}
