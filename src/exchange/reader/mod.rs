//! The reader: a process of its own that opens a file nobody has vouched for and streams its rows to its parent.
//!
//! The binary starts itself again with a hidden word, so there is nothing else to install. What a malicious file could
//! make GDAL do is bounded from three sides: the process has little memory, time and no right to write ([`limits`]); it
//! has no network; and it opens a format with the drivers of that format only ([`ogr`], with [`dbase`] and [`reference`]).
//! What nearly everybody sends is read here in Rust, without a guess about types: GeoJSON ([`geojson`]), tables
//! ([`table`]), KML ([`kml`]) and OSM data ([`osm`]).
//!
//! A path leads to one or more [`input`]s, which may lie in a [`zip`], on the disk or within another ([`container`]); each
//! offers [`layers`], of which some are chosen. [`encoding`] says which bytes are which letters. It knows neither mappings nor collections: rows leave as they stand in
//! the file, and what is no row is told.

mod container;
mod dbase;
pub mod encoding;
mod geojson;
mod input;
mod kml;
mod layers;
pub mod limits;
mod ogr;
pub mod osm;
mod reference;
mod scanner;
mod table;
mod xml;
mod zip;

use std::io::{self, BufWriter};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use self::encoding::Encoding;
use self::input::{Files, Input};
use self::layers::{Offer, Standing};
use self::ogr::Opened;
use self::table::head::Known;
use self::table::sheets::Workbook;
use self::table::text::Hints;
use super::frame::{FrameWriter, Header};
use crate::collection::Label;

/// The hidden word that makes the binary a reader.
pub const COMMAND: &str = "import-reader";

/// More rows than this in one file are refused.
pub const MAX_ROWS: u64 = 50_000_000;

/// What the reader is asked to do; one JSON argument.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Order {
    pub file: String,
    pub layer: Option<String>,
    /// What the bytes of text mean, where somebody knows better than the file.
    #[serde(default)]
    pub encoding: Option<Encoding>,
    /// Names of columns that are looked for, by which the head of a table is found.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub osm: osm::Wanted,
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
    Sheets,
    Osm,
    Gpx,
    /// Files of any other of these formats.
    Zip,
}

impl Format {
    /// The format of a file.
    pub fn of(file: &str) -> Option<Self> {
        let name = file.to_lowercase();
        let endings: [(&[&str], Self); 9] = [
            (&[".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson"], Self::GeoJson),
            (&[".csv", ".txt", ".tsv"], Self::Csv),
            (&[".gpkg"], Self::GeoPackage),
            (&[".shp", ".dbf"], Self::Shapefile),
            (&[".kml", ".kmz"], Self::Kml),
            (&[".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"], Self::Sheets),
            (&[".osm", ".pbf", ".osm.xml"], Self::Osm),
            (&[".gpx"], Self::Gpx),
            (&[".zip"], Self::Zip),
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
    let known = Known::new(&order.columns);
    let Files { inputs, mut remarks } = Files::of(path, format)?;
    // A table of text or a GeoJSON by itself has no layers: a mapping may name one for the supplier's other files.
    let has_layers =
        !matches!(inputs.as_slice(), [Input { format: Format::Csv | Format::GeoJson, .. }]) || format == Format::Zip;
    let mut sources =
        inputs.into_iter().map(|input| Source::open(input, order, &known)).collect::<Result<Vec<_>, _>>()?;
    tables_stand_aside(&mut sources);
    let offers: Vec<Vec<Offer>> = sources.iter().map(|source| source.offers.clone()).collect();
    writer.offers(&layers::all(&offers))?;
    let chosen = layers::choose(&offers, order.layer.as_deref().filter(|_| has_layers))?;
    remarks.extend(layers::left(&offers, &chosen));
    let several = sources.iter().zip(&chosen).map(|(source, chosen)| source.streams(chosen)).sum::<usize>() > 1;
    for (source, chosen) in sources.iter_mut().zip(&chosen) {
        // Each stream of rows has a header of its own.
        let streams: Vec<&[usize]> = match source.streams(chosen) {
            0 => continue,
            1 => vec![chosen],
            _ => chosen.chunks(1).collect(),
        };
        for chosen in streams {
            let header = Header { one_of_several: several, remarks: std::mem::take(&mut remarks), ..Header::default() };
            source.read(chosen, order, &known, header, writer)?;
        }
    }
    Ok(())
}

/// Beside geodata in a zip, tables are notes about them: a list of the fields, for one.
fn tables_stand_aside(sources: &mut [Source]) {
    let is_table =
        |source: &Source| matches!(source.input.format, Format::Csv | Format::Sheets) || source.input.ending() == "dbf";
    if sources.iter().all(is_table) {
        return;
    }
    for source in sources.iter_mut().filter(|source| is_table(source)) {
        for offer in source.offers.iter_mut().filter(|offer| offer.standing == Standing::Table) {
            offer.standing = Standing::Aside(Label::new("Tabelle neben Geodaten", "table beside geodata"));
        }
    }
}

/// An input with what it offers, open where it must be.
struct Source {
    input: Input,
    offers: Vec<Offer>,
    open: Open,
}

enum Open {
    Sheets(Box<Workbook>),
    Ogr(Opened),
    Stream,
}

impl Source {
    fn open(input: Input, order: &Order, known: &Known) -> Result<Self, ReadError> {
        let (open, offers) = match input.format {
            Format::Sheets => {
                let mut book = Workbook::open(&input)?;
                let offers = book.offers(known)?;
                (Open::Sheets(Box::new(book)), offers)
            }
            Format::GeoPackage | Format::Shapefile | Format::Gpx => {
                let opened = Opened::open(&input)?;
                let offers = opened.offers(input.format);
                (Open::Ogr(opened), offers)
            }
            Format::Kml => (Open::Stream, kml::offers(&input, order.encoding)?),
            Format::Osm => (Open::Stream, osm::offers(&order.osm)),
            Format::Csv if input.is_in_zip() => {
                let hints = Hints { form: &order.table, known, encoding: order.encoding };
                (Open::Stream, vec![table::text::offer(&input, &hints)])
            }
            Format::GeoJson | Format::Csv | Format::Zip => (Open::Stream, vec![Offer::table(input.stem())]),
        };
        Ok(Self { input, offers, open })
    }

    /// How many streams of rows the chosen layers are: folders and the forms of OSM data come together.
    fn streams(&self, chosen: &[usize]) -> usize {
        match self.input.format {
            Format::Kml | Format::Osm => usize::from(!chosen.is_empty()),
            _ => chosen.len(),
        }
    }

    fn read<W: io::Write>(
        &mut self,
        chosen: &[usize],
        order: &Order,
        known: &Known,
        header: Header,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Self { input, offers, open } = self;
        let first = chosen.first().copied().unwrap_or_default();
        let layer = header.one_of_several.then(|| offers.get(first).map(|offer| offer.name.clone())).flatten();
        let header = Header { layer, ..header };
        match (open, input.format) {
            (Open::Sheets(book), _) => book.read(first, known, header, writer),
            (Open::Ogr(opened), _) => opened.read(first, input, order.encoding, header, writer),
            (Open::Stream, Format::Kml) => {
                let folders = (chosen.len() < offers.len()).then_some(chosen);
                kml::read(input, order.encoding, folders, header, writer)
            }
            (Open::Stream, Format::Osm) => {
                let layers: Vec<&str> = chosen.iter().map(|k| offers[*k].name.as_str()).collect();
                osm::read(input, &order.osm, &layers, header, writer)
            }
            (Open::Stream, Format::Csv) => {
                table::text::read(input, &Hints { form: &order.table, known, encoding: order.encoding }, header, writer)
            }
            (Open::Stream, _) => geojson::read(input, order.encoding, header, writer),
        }
    }
}

/// What to say of a row whose geometry makes no sense.
fn bad_geometry(reason: &Label) -> Label {
    Label::new(
        format!("Die Geometrie lässt sich nicht lesen: {}", reason.de),
        format!("the geometry cannot be read: {}", reason.en),
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
