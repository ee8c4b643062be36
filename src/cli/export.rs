//! `geokontor export`: a collection as a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use geo_types::{Rect, coord};

use super::Failure;
use crate::collection::{Catalogue, District, Visibility};
use crate::config::Config;
use crate::exchange::export::{Cut, ExportError, Format, Selection, UnknownFormat, Written, write, write_file};
use crate::feature::crs::{Crs, CrsError};
use crate::index::{Index, loading};

/// Write a collection to a file.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
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
pub async fn command(args: ExportArgs, config: &Config) -> Result<(), Failure> {
    let editor = super::import::editor(config).await?;
    let unread = |error: &dyn std::fmt::Display| Failure::of("the registers cannot be read", error);
    let mut journal = editor.spine.store.follow().await.map_err(|error| unread(&error))?;
    loading::load(&editor.spine.index, &mut journal).await.map_err(|error| unread(&error))?;
    let data = config.data.clone();
    let export = move || {
        let index = &editor.spine.index;
        run(&args, index, index.catalogue(), &editor.district, &data)
    };
    match tokio::task::spawn_blocking(export).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error @ ExportCommandError::Export(_))) => Err(Failure::Failed(error.to_string())),
        Ok(Err(error)) => Err(Failure::Usage(error.to_string())),
        Err(error) => Err(Failure::of("the export broke off", error)),
    }
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportCommandError {
    #[error("there is no collection '{0}'; there are {1}")]
    Collection(String, String),
    #[error("'{0}' is no box: west,south,east,north in degrees, such as 11.2,53.7,11.6,54.0")]
    Bbox(String),
    #[error(transparent)]
    Format(#[from] UnknownFormat),
    #[error(transparent)]
    Crs(#[from] CrsError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// Runs the export. `data` is the folder with `mappings/`. The index must be loaded. Blocks: GDAL and the disk are waited
/// for.
pub fn run(
    args: &ExportArgs,
    index: &Index,
    catalogue: &Catalogue,
    district: &District,
    data: &Path,
) -> Result<Written, ExportCommandError> {
    let snapshot = index.snapshot_of(&args.collection).ok_or_else(|| {
        let names: Vec<&str> = catalogue.collections().iter().map(|collection| collection.name.as_str()).collect();
        ExportCommandError::Collection(args.collection.clone(), names.join(", "))
    })?;
    let format: Format = args.format.parse()?;
    let crs = match &args.crs {
        Some(text) => text.parse()?,
        None if format.needs_file() => district.crs,
        None => Crs::CRS84,
    };
    if format.is_geographic() && !crs.is_geographic() {
        let message = format!("{} is in longitude and latitude; leave out --crs", args.format);
        return Err(ExportError::Refused(message).into());
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
    eprintln!("{} features written", written.features);
    if written.absent > 0 {
        eprintln!("{} features have no place in this format and are missing", written.absent);
    }
    for cut in &written.cut {
        let Cut { property, values, width } = cut;
        eprintln!(
            "{property}: {values} values are longer than the {width} bytes of their column and not whole in the file"
        );
    }
    if !written.renamed.is_empty() {
        let names: Vec<String> = written.renamed.iter().map(|(name, short)| format!("{short} = {name}")).collect();
        eprintln!("names cut to ten characters (fields.csv in the zip explains them): {}", names.join(", "));
    }
    Ok(written)
}

fn read_bbox(text: &str) -> Result<Rect<f64>, ExportCommandError> {
    let numbers: Vec<f64> =
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().unwrap_or_default();
    match numbers.as_slice() {
        [west, south, east, north] if west < east && south < north => {
            Ok(Rect::new(coord! { x: *west, y: *south }, coord! { x: *east, y: *north }))
        }
        _ => Err(ExportCommandError::Bbox(text.to_owned())),
    }
}
