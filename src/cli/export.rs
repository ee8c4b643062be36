//! `geokontor export`: a collection as a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use geo_types::{Rect, coord};

use super::said::Said;
use super::{Failure, Voice};
use crate::collection::{Catalogue, District, Visibility};
use crate::config::Config;
use crate::exchange::export::{Cut, ExportError, Format, Selection, UnknownFormat, Written, write, write_file};
use crate::feature::crs::{Crs, CrsError};
use crate::index::Index;
use crate::texts::Told;

/// Write a collection to a file.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The collection
    #[arg(long)]
    pub collection: String,
    /// geojson, gpkg, shp, csv, kml, gpx, osm, alamos
    #[arg(long)]
    pub format: String,
    /// CRS of the coordinates (default: degrees; GeoPackage and Shapefile: that of the district)
    #[arg(long)]
    pub crs: Option<String>,
    /// Only what lies in this box: west,south,east,north in degrees
    #[arg(long)]
    pub bbox: Option<String>,
    /// Leave out what only staff may see
    #[arg(long)]
    pub public: bool,
    /// Where to (default: standard output)
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// The command: reads the registers and writes the file.
///
/// # Errors
/// When the order is wrong, the registers cannot be read or the file cannot be written.
pub async fn command(args: ExportArgs, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let editor = super::import::editor(config).await?;
    super::place::load(&editor.spine.store, &editor.spine.index).await?;
    let (data, voice) = (config.data.clone(), voice.clone());
    let export = move || {
        let index = &editor.spine.index;
        run(&args, index, index.catalogue(), &editor.district, &data, &voice)
    };
    match tokio::task::spawn_blocking(export).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(ExportCommandError::Order(told))) => Err(Failure::Usage(told)),
        Ok(Err(ExportCommandError::Export(error))) => Err(Failure::Failed(Told::from(&error))),
        Err(error) => Err(Failure::failed(&Said::BrokeOff { why: error.to_string() })),
    }
}

/// Why nothing was exported.
#[derive(Debug)]
pub enum ExportCommandError {
    /// What was asked for is wrong.
    Order(Told),
    Export(ExportError),
}

impl From<ExportError> for ExportCommandError {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

/// Runs the export. `data` is the folder with `mappings/`. The index must be loaded. Blocks: GDAL and the disk are waited
/// for.
pub fn run(
    args: &ExportArgs,
    index: &Index,
    catalogue: &Catalogue,
    district: &District,
    data: &Path,
    voice: &Voice,
) -> Result<Written, ExportCommandError> {
    let order = |said: &Said<'_>| ExportCommandError::Order(said.into());
    let snapshot = index
        .snapshot_of(&args.collection)
        .ok_or_else(|| order(&Said::NoCollection { name: &args.collection, known: catalogue.names() }))?;
    let format: Format =
        args.format.parse().map_err(|error: UnknownFormat| ExportCommandError::Order(Told::from(&error)))?;
    let crs = match &args.crs {
        Some(text) => text.parse().map_err(|error: CrsError| ExportCommandError::Order(Told::from(&error)))?,
        None if format.needs_file() => district.crs,
        None => Crs::CRS84,
    };
    if format.is_geographic() && !crs.is_geographic() {
        return Err(order(&Said::DegreesOnly { format: &args.format }));
    }
    let bbox = args.bbox.as_deref().map(read_bbox).transpose()?;
    let visibility = if args.public { Visibility::Public } else { Visibility::Staff };
    let selection = Selection::new(snapshot, visibility, bbox, crs)?;
    let mappings = data.join("mappings");
    let written = match &args.out {
        Some(path) => write_file(format, &selection, &mappings, path)?,
        None => {
            let mut out = std::io::BufWriter::with_capacity(1 << 18, std::io::stdout().lock());
            let written = write(format, &selection, &mappings, &mut out)?;
            out.flush().map_err(ExportError::from)?;
            written
        }
    };
    summarise(&written, voice);
    Ok(written)
}

/// Says what was written, and what is not whole.
fn summarise(written: &Written, voice: &Voice) {
    voice.note(&Said::FeaturesWritten { features: written.features });
    if written.absent > 0 {
        voice.note(&Said::FeaturesAbsent { features: written.absent });
    }
    for Cut { property, values, width } in &written.cut {
        voice.note(&Said::ValuesCut { property, values: *values, width: *width });
    }
    if !written.renamed.is_empty() {
        let names = written.renamed.iter().map(|(name, short)| format!("{short} = {name}")).collect();
        voice.note(&Said::NamesCut { names });
    }
}

fn read_bbox(text: &str) -> Result<Rect<f64>, ExportCommandError> {
    let numbers: Vec<f64> =
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().unwrap_or_default();
    match numbers.as_slice() {
        [west, south, east, north] if west < east && south < north => {
            Ok(Rect::new(coord! { x: *west, y: *south }, coord! { x: *east, y: *north }))
        }
        _ => Err(ExportCommandError::Order(Told::of(&Said::NoBox { text }))),
    }
}
