//! Points counted before somebody asks for their tile.
//!
//! The first tile of a low zoom would have to look at every point of its layers ([`super::clusters`]). So they are counted
//! when the registers have been loaded, of the next day some time before it begins, and again after so many changes that
//! the counts were given up. No request waits for that: what is missing it counts itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{NaiveDate, TimeDelta};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::clusters::Count;
use super::grid::{GRIDS, Grid};
use super::{Atlas, Served, Tilesets, View};
use crate::clock::Clock;
use crate::collection::Visibility;
use crate::index::Index;

/// How long before its first minute the statuses of a day are counted.
const BEFORE: TimeDelta = TimeDelta::minutes(20);
/// How often the clock is looked at.
const PULSE: Duration = Duration::from_secs(60);

/// Counts ahead for one process.
#[derive(Debug)]
pub struct Ahead {
    index: Arc<Index>,
    tilesets: Arc<Tilesets>,
    atlas: Arc<Atlas>,
    clock: Clock,
    ready: watch::Sender<bool>,
}

impl Ahead {
    /// Nothing is counted until [`Ahead::keep`] runs.
    pub fn new(index: Arc<Index>, tilesets: Arc<Tilesets>, atlas: Arc<Atlas>, clock: Clock) -> Self {
        Self { index, tilesets, atlas, clock, ready: watch::Sender::new(false) }
    }

    /// True once the first tile of a web map would not have to count all points.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Waits for that.
    pub async fn counted(&self) {
        // The sender lives as long as this does.
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }

    /// Counts once the index is loaded, and whenever there is more to count, until `stop`.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => return,
            () = self.index.loaded() => {}
        }
        self.clone().work(stop.clone(), Self::first).await;
        self.ready.send_replace(true);
        while !stop.is_cancelled() {
            self.clone().work(stop.clone(), Self::all).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.atlas.clusters.flooded.notified() => {}
                () = tokio::time::sleep(PULSE) => {}
            }
        }
    }

    async fn work(self: Arc<Self>, stop: CancellationToken, work: fn(&Self, &CancellationToken)) {
        if let Err(error) = tokio::task::spawn_blocking(move || work(&self, &stop)).await {
            tracing::error!(%error, "points could not be counted ahead; the tiles that need them will");
        }
    }

    /// What web maps ask for first, by all cores: nobody else is served yet.
    fn first(&self, _: &CancellationToken) {
        let started = Instant::now();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for served in self.tilesets.iter().filter(|served| served.collection.is_none()) {
            count(&self.view(served, self.clock.today()), Grid::web(), threads);
        }
        tracing::info!(seconds = started.elapsed().as_secs_f64(), "points are counted for low zooms");
    }

    /// All grids, today and soon; what is counted already costs nothing.
    pub(super) fn all(&self, stop: &CancellationToken) {
        let (today, soon) = (self.clock.today(), self.clock.day_of(self.clock.now() + BEFORE));
        for served in self.tilesets.iter() {
            for day in [today, soon].into_iter().take(if soon > today && served.daily { 2 } else { 1 }) {
                for grid in &GRIDS {
                    if stop.is_cancelled() {
                        return;
                    }
                    // A view of its own for each: what changes meanwhile is counted with the next.
                    count(&self.view(served, day), grid, 1);
                }
            }
        }
    }

    /// Counts do not depend on who asks.
    fn view(&self, served: &Served, day: NaiveDate) -> View {
        let snapshot = |position| self.index.snapshot(position);
        View::new(&self.atlas, &served.tileset, snapshot, |_| Some(Visibility::Public), day)
    }
}

/// Counts the points of a view in a grid with so many threads.
pub(super) fn count(view: &View, grid: &'static Grid, threads: usize) {
    for count in view.layers.iter().filter_map(|layer| Count::new(&view.atlas, layer, grid)) {
        if threads > 1 {
            let (count, finest) = (&count, &count.finest());
            std::thread::scope(|scope| {
                for nth in 0..threads {
                    let part = finest.iter().skip(nth).step_by(threads);
                    scope.spawn(move || part.for_each(|tile| drop(count.cells(*tile))));
                }
            });
        }
        count.coarsest().into_iter().for_each(|tile| drop(count.cells(tile)));
    }
}
