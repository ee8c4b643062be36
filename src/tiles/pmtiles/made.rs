//! Archives of our own tilesets, made when somebody asks and kept until what they show has changed.
//!
//! One is made at a time, in the pool, into a file without a name that goes with the last who reads it. While a
//! newer one is made the older one is given. A register that changes all the time does not have its archive made all the
//! time: one that is younger than [`REST`] is good enough for a map that is taken along.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::export::{About, ExportError, write};
use super::ranges::Served;
use crate::collection::Visibility;
use crate::http::etag;
use crate::tiles::Tiles;
use crate::tiles::View;
use crate::work::Kind;

/// How long an archive is left alone although something has changed since.
const REST: Duration = Duration::from_secs(600);

/// The archives of one process, by the place of their tileset.
#[derive(Debug)]
pub struct MadeArchives {
    slots: Mutex<HashMap<usize, Slot>>,
    turn: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Slot {
    ready: Option<Made>,
    making: bool,
}

#[derive(Debug, Clone)]
struct Made {
    served: Served,
    stamp: Vec<u64>,
    at: Instant,
}

/// What there is of an archive.
#[derive(Debug, Clone)]
pub enum State {
    Ready(Served),
    /// None yet; it is being made.
    Making,
}

/// Why an archive could not be made.
#[derive(Debug, thiserror::Error)]
enum MakeError {
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("no file for an archive: {0}")]
    File(#[from] io::Error),
}

impl Default for MadeArchives {
    fn default() -> Self {
        Self { slots: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl MadeArchives {
    /// The archive of a tileset as the public sees it; begins to make it where there is none or an old one.
    pub fn get(&self, tiles: &Arc<Tiles>, place: usize) -> State {
        let stamp = stamp(tiles, place);
        let mut slots = self.slots();
        let slot = slots.entry(place).or_default();
        let good = slot.ready.as_ref().is_some_and(|made| made.stamp == stamp || made.at.elapsed() < REST);
        if !good && !slot.making {
            slot.making = true;
            tokio::spawn(make(tiles.clone(), place, stamp));
        }
        slot.ready.as_ref().map_or(State::Making, |made| State::Ready(made.served.clone()))
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<usize, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the content of an archive depends on. That a name stands clear of a symbol is worth no new archive: every device
/// would fetch it again.
fn stamp(tiles: &Tiles, place: usize) -> Vec<u64> {
    let Some(served) = tiles.sets.at(place) else { return Vec::new() };
    let layers = served.tileset.layers.iter();
    let mut stamp: Vec<u64> = layers.map(|layer| tiles.index.snapshot(layer.collection).fingerprint()).collect();
    if served.daily {
        use chrono::Datelike;
        stamp.push(u64::from(tiles.clock.today().num_days_from_ce().unsigned_abs()));
    }
    stamp
}

async fn make(tiles: Arc<Tiles>, place: usize, stamp: Vec<u64>) {
    let made = match tiles.made.turn.clone().acquire_owned().await {
        Ok(_turn) => {
            let maker = tiles.clone();
            let made = tiles.work.run(Kind::Extract, move |_| archive(&maker, place)).await;
            made.unwrap_or_else(|busy| Err(io::Error::other(busy).into()))
        }
        Err(closed) => Err(io::Error::other(closed).into()),
    };
    let mut slots = tiles.made.slots();
    let slot = slots.entry(place).or_default();
    slot.making = false;
    match made {
        Ok(served) => slot.ready = Some(Made { served, stamp, at: Instant::now() }),
        Err(error) => tracing::warn!(%error, "the archive of a tileset was not made; the next request tries again"),
    }
}

fn archive(tiles: &Tiles, place: usize) -> Result<Served, MakeError> {
    let Some(served) = tiles.sets.at(place) else { return Err(io::Error::other("no such tileset").into()) };
    let started = Instant::now();
    let snapshot = |position| tiles.index.snapshot(position);
    let view = View::new(
        &tiles.atlas,
        &served.tileset,
        snapshot,
        |collection| collection.seen_by(Visibility::Public),
        tiles.clock.today(),
    );
    let about = About { served, catalogue: &tiles.catalogue, district: &tiles.district, zooms: served.zooms };
    let mut file = tempfile::tempfile()?;
    let written = write(&view, &tiles.atlas, &about, &mut file, |_, _| !tiles.stop.is_cancelled())?;
    let (size, tag) = measured(&mut file)?;
    tracing::info!(
        tileset = served.tileset.name,
        tiles = written.tiles,
        bytes = size,
        seconds = started.elapsed().as_secs_f64(),
        "an archive was made"
    );
    Ok(Served { file: Arc::new(file), size, tag })
}

/// Size of a file, and the tag of its bytes.
pub(super) fn measured(file: &mut File) -> io::Result<(u64, http::HeaderValue)> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    let mut size = 0;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((size, etag::of_content_hash(&hash.finalize().into())));
        }
        hash.update(&piece[..read]);
        size += read as u64;
    }
}
