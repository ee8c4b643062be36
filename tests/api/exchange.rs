//! Import and export, through the reader process that the server uses.

mod addresses;
mod cells;
mod delivered;
mod formats;
mod ground;
mod loading;
mod merging;
mod pbf;
mod programs;
mod reading;
mod real;
mod round_trip;
mod warnings;

use std::path::{Path, PathBuf};

use geokontor::collection::Language;
use geokontor::exchange::export::{Format, Selection, Written, write_file};
use geokontor::exchange::import::{ImportError, ImportOrder, ImportOutcome, import};
use geokontor::exchange::mapping::Mapping;
use geokontor::exchange::mending::Mended;
use geokontor::exchange::reader::encoding::Encoding;
use geokontor::exchange::report::Counts;
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use serde_json::Value as Json;

use ground::Ground;

/// The repository's `data`.
fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// A folder for one test.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// How a file is imported; the default for what a test does not say.
#[derive(Default, Clone, Copy)]
struct How<'a> {
    collection: Option<&'a str>,
    mapping: Option<&'a str>,
    crs: Option<&'a str>,
    layer: Option<&'a str>,
    encoding: Option<&'a str>,
    strict: bool,
    accept_duplicates: bool,
    dry_run: bool,
    report: Option<&'a Path>,
    german: bool,
}

async fn try_import(server: &Ground, file: &Path, how: How<'_>) -> Result<ImportOutcome, ImportError> {
    let collection = server.app.catalogue.get(how.collection.unwrap_or("hydrants")).expect("a collection");
    let order = ImportOrder {
        file: file.to_owned(),
        mapping: Mapping::find(how.mapping, &data().join("mappings"), collection).expect("a mapping"),
        crs: how.crs.map(|crs| crs.parse().expect("a CRS")),
        layer: how.layer.map(str::to_owned),
        encoding: how.encoding.map(|name| Encoding::named(name).expect("an encoding")),
        reason: Some("test".to_owned()),
        dry_run: how.dry_run,
        strict: how.strict,
        accept_duplicates: how.accept_duplicates,
        mended: Mended::default(),
        keeps_rows: false,
        report: how.report.map(Path::to_owned),
        language: if how.german { Language::De } else { Language::En },
        texts: server.app.texts.clone(),
        reader: PathBuf::from(env!("CARGO_BIN_EXE_geokontor")),
        wait: true,
    };
    import(&server.app.editor, &Caller::operator("test"), order, &mut |_| ()).await
}

async fn imported(server: &Ground, file: &Path, how: How<'_>) -> ImportOutcome {
    try_import(server, file, how).await.expect("the file is imported")
}

/// Writes a file and imports it.
async fn import_text(server: &Ground, name: &str, text: impl AsRef<[u8]>, how: How<'_>) -> ImportOutcome {
    let folder = scratch();
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("written");
    imported(server, &file, how).await
}

/// Status → count, those that are not zero.
fn counted(counts: Counts) -> String {
    let counts = [
        ("new", counts.new),
        ("changed", counts.changed),
        ("unchanged", counts.unchanged),
        ("duplicate", counts.duplicate),
        ("conflict", counts.conflict),
        ("error", counts.error),
        ("skipped", counts.skipped),
    ];
    let some: Vec<String> = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    some.join(", ")
}

fn exported(server: &Ground, collection: &str, format: Format, crs: Option<Crs>, path: &Path) -> Written {
    let snapshot = server.app.index.snapshot_of(collection).expect("a collection");
    let crs = crs.unwrap_or(if format.needs_file() { server.app.district.crs } else { Crs::CRS84 });
    let staff = geokontor::collection::Visibility::Staff;
    let selection = Selection::new(snapshot, staff, None, crs).expect("a selection");
    write_file(format, &selection, &data().join("mappings"), path).expect("written")
}

/// The features of a collection as GeoJSON features, by id, as staff sees them.
fn features(server: &Ground, collection: &str) -> Vec<Json> {
    let folder = scratch();
    let file = folder.path().join("all.geojson");
    exported(server, collection, Format::GeoJson, None, &file);
    let all: Json = serde_json::from_slice(&std::fs::read(file).expect("read")).expect("JSON");
    all["features"].as_array().expect("features").clone()
}
