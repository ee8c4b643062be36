//! `geokontor tiles`: tiles as files.

use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::said::{Said, tenths};
use super::{Failure, Place, Voice};
use crate::clock::Clock;
use crate::collection::{District, Visibility};
use crate::config::Config;
use crate::index::Index;
use crate::texts::Told;
use crate::tiles::pmtiles::export::About;
use crate::tiles::pmtiles::write;
use crate::tiles::{Atlas, Tilesets, View};

/// Map tiles as files.
#[derive(Debug, clap::Subcommand)]
pub enum TilesCommand {
    /// Write every tile of a tileset, as the public sees it, into one PMTiles archive
    Export(Export),
}

/// Write every tile of a tileset, as the public sees it, into one PMTiles archive.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// A tileset of tiles/tilesets.toml, or a collection
    pub tileset: String,
    /// The file; one that is there is replaced when the new one is whole
    #[arg(long)]
    pub out: PathBuf,
    /// First zoom (default: that of the tileset)
    #[arg(long)]
    pub minzoom: Option<u8>,
    /// Last zoom (default: that of the tileset)
    #[arg(long)]
    pub maxzoom: Option<u8>,
}

/// The command: reads the registers and writes the archive.
///
/// # Errors
/// When the order is wrong, the registers cannot be read or the file cannot be written.
pub async fn run(command: TilesCommand, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let TilesCommand::Export(order) = command;
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let index = Arc::new(Index::new(Arc::new(place.catalogue), &place.district));
    let (district, tilesets) = (place.district, place.tilesets);
    super::place::load(&store, &index).await?;
    let voice = voice.clone();
    let done = tokio::task::spawn_blocking(move || export(&order, &district, &tilesets, &index, &voice)).await;
    done.map_err(|error| Failure::failed(&Said::BrokeOff { why: error.to_string() }))?
}

fn export(
    order: &Export,
    district: &District,
    tilesets: &Tilesets,
    index: &Index,
    voice: &Voice,
) -> Result<(), Failure> {
    let Some(served) = tilesets.place(&order.tileset).and_then(|nth| tilesets.at(nth)) else {
        let known = tilesets.iter().map(|served| served.tileset.name.clone()).collect();
        return Err(Failure::usage(&Said::NoTileset { name: &order.tileset, known }));
    };
    let zooms = (order.minzoom.unwrap_or(served.zooms.0), order.maxzoom.unwrap_or(served.zooms.1));
    if zooms.0 > zooms.1 || zooms.1 > served.zooms.1 {
        let (first, last) = served.zooms;
        return Err(Failure::usage(&Said::Zooms { first, last }));
    }
    let atlas = Atlas::shared(district).map_err(|error| Failure::failed(&Said::NoMaps { why: Told::from(&error) }))?;
    let today = Clock::system().in_zone(district.time_zone).today();
    let snapshot = |position| index.snapshot(position);
    let view = View::new(&atlas, &served.tileset, snapshot, |collection| collection.seen_by(Visibility::Public), today);
    let about = About { served, catalogue: index.catalogue(), district, zooms };
    let started = Instant::now();
    let folder = order.out.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let file_name = || order.out.display().to_string();
    let unwritten =
        |error: std::io::Error| Failure::failed(&Said::Unwritable { file: file_name(), why: Told::from(&error) });
    // Beside its place, so that nobody ever finds half a file there.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritten)?;
    let mut told = zooms.0;
    let progress = |zoom: u8, tiles: u64| {
        if zoom != told {
            voice.note(&Said::ZoomDone { zoom: told, tiles });
            told = zoom;
        }
        true
    };
    let written = write(&view, &atlas, &about, file.as_file_mut(), progress);
    let written = written.map_err(|error| {
        Failure::failed(&Said::Unwritable { file: file_name(), why: Told::verbatim(error.to_string()) })
    })?;
    let bytes = file.as_file_mut().seek(SeekFrom::End(0)).map_err(unwritten)?;
    file.persist(&order.out).map_err(|error| unwritten(error.error))?;
    let seconds = tenths(started.elapsed().as_secs_f64());
    voice.note(&Said::TilesWritten { tiles: written.tiles, bytes, seconds, file: file_name() });
    Ok(())
}
