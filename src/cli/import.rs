//! `geokontor import`: a file into a collection. [`summary`] is what it says at its end.

mod summary;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::language::Lang;
use super::said::Said;
use super::{Failure, OPERATOR, Place, Voice, vocabulary};
use crate::clock::Clock;
use crate::collection::Catalogue;
use crate::config::{Config, own_program};
use crate::editing::Editor;
use crate::exchange::import::{ImportError, ImportOrder, ImportOutcome, Progress, import};
use crate::exchange::mapping::Mapping;
use crate::exchange::mending::Mended;
use crate::exchange::reader::encoding::Encoding;
use crate::feature::crs::{Crs, CrsError};
use crate::identity::Caller;
use crate::index::Index;
use crate::spine::Spine;
use crate::texts::{Language, Told};
pub use summary::Line;
use summary::Summary;

/// Import a file into a collection.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// GeoJSON, GeoPackage, Shapefile, CSV, KML or KMZ, XLSX, XLS, ODS, OSM (XML or PBF), GPX; or a zip of any of them
    pub file: PathBuf,
    /// The collection the rows belong to
    #[arg(long)]
    pub collection: String,
    /// Mapping by name (data/mappings) or file; without one, columns are taken by the names of the properties
    #[arg(long)]
    pub mapping: Option<String>,
    /// CRS of the coordinates, if the file does not name it, or names a wrong one
    #[arg(long)]
    pub crs: Option<String>,
    /// Layer, sheet, folder or file of a zip; `all` takes all of them
    #[arg(long)]
    pub layer: Option<String>,
    /// Encoding of a table or Shapefile (UTF-8, Windows-1252, CP850 …), if it is found wrongly
    #[arg(long)]
    pub encoding: Option<String>,
    /// Check everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Refuse the whole file if any row has an error
    #[arg(long)]
    pub strict: bool,
    /// Take rows that lie on an existing object without an id as further objects
    #[arg(long)]
    pub accept_duplicates: bool,
    /// Write what became of every row to this file: CSV, or XLSX with the rows themselves, to be mended and sent again
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Why, for the journal
    #[arg(long)]
    pub reason: Option<String>,
    /// Language of report and summary; without it that of the locale
    #[arg(long)]
    pub lang: Option<Lang>,
}

/// The command: reads the declarations, and imports.
///
/// # Errors
/// When the order is wrong, the file cannot be read or the database refuses.
pub async fn command(args: ImportArgs, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let editor = editor(config).await?;
    let catalogue = editor.spine.index.catalogue().clone();
    let voice = args.lang.map_or_else(|| voice.clone(), |lang| voice.speaking(Language::from(lang)));
    match run(args, &editor, &catalogue, &config.data, &Caller::operator(OPERATOR), &voice).await {
        Ok(outcome) if outcome.counts.taken() == 0 => Err(Failure::Nothing),
        Ok(outcome) if outcome.counts.refused() > 0 => Err(Failure::Partly),
        Ok(_) => Ok(()),
        Err(ImportCommandError::Import(error @ ImportError::Strict(_))) => {
            eprintln!("geokontor: {}", voice.sentence(&error));
            Err(Failure::Nothing)
        }
        Err(ImportCommandError::Import(error)) => Err(Failure::Failed(Told::from(&error))),
        Err(ImportCommandError::Order(failure)) => Err(failure),
    }
}

/// An editor whose index is empty and stays so: an import reads what it needs from the database.
pub(super) async fn editor(config: &Config) -> Result<Editor, Failure> {
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let (district, catalogue) = (Arc::new(place.district), Arc::new(place.catalogue));
    let index = Arc::new(Index::new(catalogue, &district));
    Ok(Editor::new(Spine { store, index }, district, Clock::system()))
}

/// Why an import did not run to its end.
#[derive(Debug)]
pub enum ImportCommandError {
    /// What was asked for is wrong, or what it needs is not there.
    Order(Failure),
    Import(ImportError),
}

/// Runs the import. `data` is the folder with `mappings/`. The summary goes to standard output,
/// progress to standard error.
pub async fn run(
    args: ImportArgs,
    editor: &Editor,
    catalogue: &Catalogue,
    data: &Path,
    caller: &Caller,
    voice: &Voice,
) -> Result<ImportOutcome, ImportCommandError> {
    let order = order(args, catalogue, data, voice).map_err(ImportCommandError::Order)?;
    let (dry_run, summary) = (order.dry_run, Summary::of(&order.mapping, voice));
    let mut meter = Meter { voice, shown: Duration::ZERO, on_terminal: false };
    let outcome = import(editor, caller, order, &mut |progress| meter.show(progress)).await;
    meter.clear();
    match outcome {
        Ok(outcome) => {
            summary.tell(&outcome, dry_run);
            Ok(outcome)
        }
        Err(ImportError::Strict(outcome)) => {
            summary.tell(&outcome, true);
            Err(ImportCommandError::Import(ImportError::Strict(outcome)))
        }
        Err(error) => Err(ImportCommandError::Import(error)),
    }
}

/// What is to be done, once everything that it names is there.
fn order(args: ImportArgs, catalogue: &Catalogue, data: &Path, voice: &Voice) -> Result<ImportOrder, Failure> {
    let known = || catalogue.names();
    let collection = catalogue
        .get(&args.collection)
        .ok_or_else(|| Failure::usage(&Said::NoCollection { name: &args.collection, known: known() }))?;
    let mapping = Mapping::find(args.mapping.as_deref(), &data.join("mappings"), collection);
    let crs = args.crs.as_deref().map(str::parse::<Crs>).transpose();
    let encoding =
        |name: String| Encoding::named(&name).ok_or_else(|| Failure::usage(&Said::NoEncoding { name: &name }));
    // What is written with it lasts: not by other texts than those of the district.
    let texts = vocabulary::texts(data).map_err(|faults| Failure::faulty(&Said::TextsFaulty, faults))?;
    Ok(ImportOrder {
        file: args.file,
        mapping: mapping.map_err(|error| Failure::Usage(Told::of(&error)))?,
        crs: crs.map_err(|error: CrsError| Failure::Usage(Told::from(&error)))?,
        layer: args.layer,
        encoding: args.encoding.map(encoding).transpose()?,
        reason: args.reason,
        dry_run: args.dry_run,
        strict: args.strict,
        accept_duplicates: args.accept_duplicates,
        mended: Mended::default(),
        keeps_rows: false,
        report: args.report,
        language: voice.language,
        texts: Arc::new(texts),
        reader: own_program(),
        // The process ends here; the servers follow the journal by themselves.
        wait: false,
    })
}

/// Shows progress: a line that is written over on a terminal, a line every few seconds elsewhere.
#[derive(Debug)]
struct Meter<'a> {
    voice: &'a Voice,
    shown: Duration,
    on_terminal: bool,
}

impl Meter<'_> {
    fn show(&mut self, progress: Progress) {
        let seconds = progress.elapsed.as_secs_f64().max(0.001);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows of a file by seconds")]
        let rate = (progress.rows as f64 / seconds).round() as u64;
        let text = self.voice.sentence(&Said::Rows { rows: progress.rows, rate });
        if std::io::stderr().is_terminal() {
            self.on_terminal = true;
            eprint!("\r\x1b[K{text}");
            let _ = std::io::stderr().flush();
        } else if progress.elapsed - self.shown > Duration::from_secs(5) {
            self.shown = progress.elapsed;
            eprintln!("{text}");
        }
    }

    fn clear(&self) {
        if self.on_terminal {
            eprint!("\r\x1b[K");
        }
    }
}
