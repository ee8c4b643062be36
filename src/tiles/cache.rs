//! Encoded tiles, kept compressed until a change touches them.
//!
//! What must hold: once an edit is answered, no request that begins then gets a tile from before it, and every other tile
//! stays. The order of steps makes it so, without a lock around encoding:
//!
//! - who finds no tile takes its place (a placeholder), and takes the snapshots only then;
//! - the follower shows readers the new snapshot, then takes tiles and placeholders of the change away, and only then is
//!   the edit answered.
//!
//! A placeholder taken before the change is gone when its tile is ready, so an old tile is given to those who asked
//! before the edit was answered and is not kept. A placeholder taken after it sees the new snapshot. Several requests for
//! the same missing tile share one placeholder and one encoder.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderValue;
use bytes::Bytes;
use chrono::NaiveDate;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::atlas::Atlas;
use super::grid::{GRIDS, Grid, TileId};
use super::touched::touched;
use super::{Seen, Served, Tilesets};
use crate::http::coding::Coding;
use crate::index::{Changed, Observer};
use crate::store::journal::{Cursor, Passed};

/// Of more changes at once, such as an import brings, no tile is looked for: the tilesets are dropped whole.
const MANY: usize = 500;

/// A change that touches more tiles than this, as one of a settlement's name may, drops the tileset whole, too.
const MANY_TILES: u64 = 10_000;

/// What an entry takes beside its bytes, about.
const ENTRY: u64 = 320;

/// Bytes a tile takes when the cache is set up; a guess that only sizes tables.
const USUAL: u64 = 4_096;

/// What makes tiles of the same place differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// What of each layer the caller gets.
    pub seen: Seen,
    /// The status of a source depends on the day; `None` where no layer shows it.
    pub day: Option<NaiveDate>,
    pub coding: Coding,
}

/// A tile as it is sent.
#[derive(Debug, Clone)]
pub struct Ready {
    /// In the variant's coding.
    pub body: Bytes,
    /// Of the content, the same on every node and in every coding.
    pub tag: HeaderValue,
    /// Of these very bytes.
    pub coded_tag: HeaderValue,
    /// Nothing is there; sent without a body.
    pub is_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    tile: TileId,
    tileset: u16,
    /// Place in the tileset's list of variants.
    variant: u16,
    grid: u8,
    /// Of the tileset when it was asked for; a tileset that is dropped whole counts it up.
    generation: u32,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Arc<Ready>> for Weight {
    fn weight(&self, _: &Key, ready: &Arc<Ready>) -> u64 {
        ready.body.len() as u64 + ENTRY
    }
}

/// What the cache knows of a tileset.
#[derive(Debug, Default)]
struct Shelf {
    generation: AtomicU32,
    /// Registered before a tile of the variant is looked for, so that a change knows all there may be.
    variants: RwLock<Vec<Variant>>,
}

/// The tiles of one process.
#[derive(Debug)]
pub struct TileCache {
    tilesets: Arc<Tilesets>,
    atlas: Arc<Atlas>,
    /// One a tileset.
    shelves: Vec<Shelf>,
    tiles: Cache<Key, Arc<Ready>, Weight>,
    found: AtomicU64,
    encodes: AtomicU64,
    dropped: AtomicU64,
}

impl TileCache {
    /// An empty cache of so many bytes; with none, nothing is kept but tiles are still shared by those who ask together.
    pub fn new(bytes: u64, tilesets: Arc<Tilesets>, atlas: Arc<Atlas>) -> Self {
        Self {
            shelves: tilesets.iter().map(|_| Shelf::default()).collect(),
            tilesets,
            atlas,
            tiles: Cache::with_weighter((bytes / USUAL).max(64) as usize, bytes, Weight),
            found: AtomicU64::new(0),
            encodes: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// A tile, from memory or made by `make`, which is to take the snapshots itself. `place` is that of the tileset.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn get<E>(
        &self,
        place: usize,
        variant: Variant,
        grid: &Grid,
        tile: TileId,
        make: impl Future<Output = Result<Ready, E>>,
    ) -> Result<Arc<Ready>, E> {
        let shelf = &self.shelves[place];
        let (variant, generation) = shelf.number(variant);
        let key = Key { tile, tileset: place as u16, variant, grid: grid.number() as u8, generation };
        let guard = match self.tiles.get_value_or_guard_async(&key).await {
            Ok(ready) => {
                self.found.fetch_add(1, Ordering::Relaxed);
                return Ok(ready);
            }
            Err(guard) => guard,
        };
        // From here on whoever drops this tile takes the placeholder away.
        self.encodes.fetch_add(1, Ordering::Relaxed);
        let ready = Arc::new(make.await?);
        // Refused when a change has come in between: the tile is for those who asked before it.
        let _ = guard.insert(ready.clone());
        Ok(ready)
    }

    /// How many tiles were made, not found.
    pub fn encodes(&self) -> u64 {
        self.encodes.load(Ordering::Relaxed)
    }

    /// How many tiles were found ready.
    pub fn found(&self) -> u64 {
        self.found.load(Ordering::Relaxed)
    }

    /// How many kept tiles were dropped because a change touched them.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many tiles are kept, and the memory they take.
    pub fn held(&self) -> (usize, u64) {
        (self.tiles.len(), self.tiles.weight())
    }

    /// Drops every tile of a tileset.
    fn drop_all(&self, place: usize) {
        // Who asked before it inserts under the old generation, where nobody looks any more.
        self.shelves[place].generation.fetch_add(1, Ordering::SeqCst);
        self.tiles.retain(|key, _| usize::from(key.tileset) != place);
    }

    fn drop_touched(&self, place: usize, served: &Served, change: &Changed) {
        let shelf = &self.shelves[place];
        // Read after the snapshot was shown: who registers a variant now sees the change.
        let variants = shelf.variants.read().unwrap_or_else(PoisonError::into_inner).len() as u16;
        if variants == 0 {
            return;
        }
        let generation = shelf.generation.load(Ordering::SeqCst);
        let mut dropped = 0;
        for grid in &GRIDS {
            let touched = touched(&self.atlas, &served.tileset, grid, change.collection, change.before, change.after);
            if touched.count() > MANY_TILES {
                return self.drop_all(place);
            }
            for tile in touched.iter() {
                for variant in 0..variants {
                    let (tileset, grid) = (place as u16, grid.number() as u8);
                    let key = Key { tile, tileset, variant, grid, generation };
                    dropped += u64::from(self.tiles.remove(&key).is_some());
                }
            }
        }
        self.dropped.fetch_add(dropped, Ordering::Relaxed);
    }
}

impl Shelf {
    /// The place of a variant in the list, and the generation it goes with.
    fn number(&self, wanted: Variant) -> (u16, u32) {
        let find = |variants: &[Variant]| variants.iter().position(|variant| *variant == wanted);
        {
            let variants = self.variants.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = find(&variants) {
                return (place as u16, self.generation.load(Ordering::SeqCst));
            }
        }
        let mut variants = self.variants.write().unwrap_or_else(PoisonError::into_inner);
        let place = find(&variants).unwrap_or_else(|| self.add(&mut variants, wanted));
        (place as u16, self.generation.load(Ordering::SeqCst))
    }

    /// A variant of a new day takes the place of one of an earlier day, whose tiles nobody asks for any more.
    fn add(&self, variants: &mut Vec<Variant>, wanted: Variant) -> usize {
        let past = wanted.day.and_then(|day| variants.iter().position(|variant| variant.day.is_some_and(|d| d < day)));
        match past {
            Some(place) => {
                // The tiles of the old day lie under the same number.
                self.generation.fetch_add(1, Ordering::SeqCst);
                variants[place] = wanted;
                place
            }
            None => {
                variants.push(wanted);
                variants.len() - 1
            }
        }
    }
}

impl Observer for TileCache {
    fn changed(&self, changes: &[Changed]) {
        // First what tiles are made from, then the tiles: one made in between is made anew.
        for part in changes.chunk_by(|one, other| one.collection == other.collection) {
            let boxes: Vec<_> = part.iter().map(|change| (change.before, change.after)).collect();
            self.atlas.changed(part[0].collection, &boxes);
        }
        for (place, served) in self.tilesets.iter().enumerate() {
            let mut shown = changes.iter().filter(|change| served.shows(change.collection));
            if changes.len() <= MANY {
                shown.for_each(|change| self.drop_touched(place, served, change));
            } else if shown.next().is_some() {
                self.drop_all(place);
            }
        }
    }

    fn reached(&self, _: &Cursor, _: &[Passed]) {}

    fn restarted(&self, _: &Cursor) {
        self.atlas.restarted();
        (0..self.shelves.len()).for_each(|place| self.drop_all(place));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::packing::pack;
    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::feature::FeatureId;
    use crate::index::Action;

    const TILE: TileId = TileId { z: 0, x: 0, y: 0 };
    const PLAIN: Variant = Variant { seen: Seen::NOTHING, day: None, coding: Coding::Gzip };

    fn cache(bytes: u64) -> (TileCache, Changed) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let district = District::load(&root.join("data/district.toml")).expect("the district");
        let catalogue = Catalogue::load(&root.join("data")).expect("the declarations");
        let tilesets = Arc::new(Tilesets::load(&root.join("tiles"), &catalogue).expect("the tilesets"));
        let atlas = Atlas::shared(&district).expect("an atlas");
        let place = geo_types::Coord { x: 260_000.0, y: 5_975_000.0 };
        let change = Changed {
            collection: catalogue.position("hydrants").expect("hydrants"),
            id: FeatureId::new(),
            action: Action::Created,
            version: 1,
            transaction: 7,
            at: chrono::DateTime::default(),
            before: None,
            after: Some(geo_types::Rect::new(place, place)),
        };
        (TileCache::new(bytes, tilesets, atlas), change)
    }

    async fn get(cache: &TileCache, variant: Variant, content: &'static [u8]) -> Arc<Ready> {
        let make = async { pack(content, variant.coding) };
        cache.get(0, variant, Grid::web(), TILE, make).await.expect("a tile")
    }

    #[tokio::test]
    async fn a_tile_made_before_a_change_is_not_kept_after_it_however_late_it_is_ready() {
        let (cache, change) = cache(1 << 20);
        let (give, given) = tokio::sync::oneshot::channel();
        let slow = async {
            given.await.expect("a wish to go on");
            pack(b"old", Coding::Gzip)
        };
        let slow = cache.get(0, PLAIN, Grid::web(), TILE, slow);
        let edit = async {
            cache.changed(std::slice::from_ref(&change));
            give.send(()).expect("somebody waits");
        };
        let (old, ()) = tokio::join!(slow, edit);
        let new = get(&cache, PLAIN, b"new").await;
        assert_ne!(old.expect("a tile").tag, new.tag);
        assert_eq!(get(&cache, PLAIN, b"newer").await.tag, new.tag, "what was made after the change is kept");
        assert_eq!((cache.encodes(), cache.found()), (2, 1));
    }

    #[tokio::test]
    async fn a_flood_of_changes_drops_the_tilesets_it_concerns_in_every_variant() {
        let (cache, change) = cache(1 << 20);
        let zstd = Variant { coding: Coding::Zstd, ..PLAIN };
        for variant in [PLAIN, zstd] {
            get(&cache, variant, b"old").await;
        }
        cache.changed(&vec![change; MANY + 1]);
        assert_eq!(cache.held().0, 0);
        for variant in [PLAIN, zstd] {
            get(&cache, variant, b"new").await;
        }
        assert_eq!(cache.encodes(), 4);
    }

    #[tokio::test]
    async fn tiles_of_yesterday_are_not_those_of_today_and_their_number_is_used_again() {
        let (cache, _) = cache(1 << 20);
        let of = |day| Variant { day: NaiveDate::from_ymd_opt(2026, 6, day), ..PLAIN };
        let first = get(&cache, of(1), b"first").await;
        let second = get(&cache, of(2), b"second").await;
        assert_ne!(first.tag, second.tag);
        assert_eq!(get(&cache, of(2), b"third").await.tag, second.tag);
        assert_eq!(cache.shelves[0].variants.read().expect("a list").len(), 1);
    }

    #[tokio::test]
    async fn memory_for_tiles_is_bounded_and_none_is_allowed() {
        let (cache, _) = cache(0);
        get(&cache, PLAIN, b"one").await;
        get(&cache, PLAIN, b"two").await;
        assert_eq!((cache.encodes(), cache.held().0), (2, 0));
    }
}
