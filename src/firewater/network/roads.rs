//! The road network of a running server, as old as its roads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use geo_types::Coord;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Network;
use crate::collection::{Catalogue, Laying};
use crate::feature::{Geometry, Shape};
use crate::index::{Changed, Index, Observer, Snapshot};
use crate::store::journal::{Cursor, Passed};

/// The collection of roads, and the property with their class.
const COLLECTION: &str = "roads";
const CLASS: &str = "class";
/// How long is waited for more after a road has changed: they change in thousands when a file is imported.
const PAUSE: Duration = Duration::from_millis(300);

/// The network now. Roads change rarely and a way over one that was there a second ago is no harm, so the network follows
/// in the background, unlike everything else that is read.
#[derive(Debug)]
pub struct Roads {
    /// Place of the collection in the catalogue.
    position: Option<usize>,
    /// Codes of classes on which no hose is laid.
    avoided: Vec<u16>,
    class: Option<usize>,
    index: OnceLock<Weak<Index>>,
    network: ArcSwapOption<Network>,
    is_built: AtomicBool,
    changed: Notify,
}

impl Roads {
    /// The roads of a catalogue; none if it has no such collection.
    pub fn new(catalogue: &Catalogue, laying: &Laying) -> Self {
        let collection = catalogue.get(COLLECTION);
        let class = collection.and_then(|roads| roads.position(CLASS));
        let codes = collection.zip(class).and_then(|(roads, class)| roads.properties[class].codes());
        let avoided = codes.map(|codes| laying.avoid.iter().filter_map(|name| codes.position(name)).collect());
        Self {
            position: catalogue.position(COLLECTION),
            avoided: avoided.unwrap_or_default(),
            class,
            index: OnceLock::new(),
            network: ArcSwapOption::empty(),
            is_built: AtomicBool::new(false),
            changed: Notify::new(),
        }
    }

    /// Says where the roads are read. Once, before the index is filled.
    pub fn read_from(&self, index: &Arc<Index>) {
        let _ = self.index.set(Arc::downgrade(index));
    }

    /// The network for those who may know of the roads; `sees` is asked by the place of their collection.
    pub fn network_for(&self, sees: impl Fn(usize) -> bool) -> Option<Arc<Network>> {
        self.position.is_some_and(sees).then(|| self.network())?
    }

    /// The network; `None` as long as there are no roads.
    pub fn network(&self) -> Option<Arc<Network>> {
        self.network.load_full()
    }

    /// Builds the network anew after roads have changed, until `stop`.
    pub async fn follow(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
            let roads = self.clone();
            if let Err(error) = tokio::task::spawn_blocking(move || roads.build()).await {
                tracing::error!(%error, "the road network could not be built; the one before stays");
            }
        }
    }

    fn build(&self) {
        let index = self.index.get().and_then(Weak::upgrade);
        let Some((index, position)) = index.zip(self.position) else { return };
        let started = Instant::now();
        let snapshot = index.snapshot(position);
        let network = Network::build(self.lines(&snapshot));
        let (edges, nodes) = (network.graph().edges().len(), network.graph().nodes());
        let largest_part = network.graph().largest_part();
        self.network.store((!network.is_empty()).then(|| Arc::new(network)));
        if edges > 0 {
            let seconds = started.elapsed().as_secs_f64();
            tracing::info!(edges, nodes, largest_part, seconds, "the road network is built");
        }
    }

    fn lines<'s>(&'s self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s [Coord]> {
        let is_avoided = |code: Option<u16>| code.is_some_and(|code| self.avoided.contains(&code));
        let roads = snapshot.iter();
        let usable =
            roads.filter(move |road| !is_avoided(self.class.and_then(|class| road.row().get(class).as_code())));
        usable
            .flat_map(|road| match &road.shape {
                Shape::Other(geometry) => match &**geometry {
                    Geometry::LineString(line) => std::slice::from_ref(line),
                    Geometry::MultiLineString(lines) => &lines.0,
                    _ => &[],
                },
                _ => &[],
            })
            .map(|line| line.0.as_slice())
    }
}

impl Observer for Roads {
    fn changed(&self, changes: &[Changed]) {
        if changes.iter().any(|change| Some(change.collection) == self.position) {
            self.changed.notify_one();
        }
    }

    /// The first network is there before the first answer: who asks right after the start is not told straight lines.
    fn reached(&self, _: &Cursor, _: &[Passed]) {
        if !self.is_built.swap(true, Ordering::Relaxed) {
            self.build();
        }
    }

    fn restarted(&self, _: &Cursor) {
        self.build();
    }
}
