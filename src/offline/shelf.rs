//! Files for devices, kept compressed until what they are made from changes.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Offline;
use super::register::Class;
use super::{gazetteer, register, roads};
use crate::collection::Visibility;
use crate::firewater::COLLECTIONS;
use crate::firewater::network::Network;
use crate::http::Problem;
use crate::http::coding::Coding;
use crate::index::Snapshot;
use crate::memory;
use crate::search;
use crate::tiles::cache::Ready;
use crate::tiles::packing::pack;
use crate::work::Kind as Work;

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Register,
    Search,
    Roads,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Register, Self::Search, Self::Roads];

    /// The last part of its address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Search => "search",
            Self::Roads => "roads",
        }
    }
}

/// A file ready to be sent.
#[derive(Debug)]
pub struct File {
    /// Bytes before compression.
    pub plain: usize,
    pub ready: Ready,
    stamp: Stamp,
}

/// What a file is made from: edition of the declarations and fingerprints of the contents.
type Stamp = (u32, Vec<u64>);

/// The files of one process. Whoever finds one missing makes it while the others wait; one is made at a time.
#[derive(Debug, Default)]
pub struct Shelf {
    files: Mutex<HashMap<(Kind, Class, Coding), Arc<File>>>,
}

impl Shelf {
    /// A file in a coding, as the class may see it; `None` for the roads of a district that has none.
    ///
    /// # Errors
    /// 500 if it cannot be made, which no input makes so.
    pub async fn get(
        &self,
        offline: &Arc<Offline>,
        kind: Kind,
        class: Class,
        coding: Coding,
    ) -> Result<Option<Arc<File>>, Problem> {
        let class = if kind == Kind::Register { class } else { Class::PUBLIC };
        let mut files = self.files.lock().await;
        offline.search.lookup.ready().await;
        let Some(sources) = Sources::of(offline, kind) else { return Ok(None) };
        let key = (kind, class, coding);
        if let Some(file) = files.get(&key).filter(|file| file.stamp == sources.stamp) {
            return Ok(Some(file.clone()));
        }
        let maker = offline.clone();
        let made = offline.work.run(Work::Extract, move |_| sources.make(&maker, kind, class, coding)).await;
        let made = Arc::new(made??);
        files.insert(key, made.clone());
        Ok(Some(made))
    }
}

/// The states a file is made from.
struct Sources {
    of: Of,
    stamp: Stamp,
}

enum Of {
    Snapshots(Vec<Arc<Snapshot>>),
    /// It follows its collection a moment later, so it is not known by that.
    Network(Arc<Network>),
}

impl Sources {
    fn of(offline: &Offline, kind: Kind) -> Option<Self> {
        let names: &[&str] = match kind {
            Kind::Register => &COLLECTIONS,
            Kind::Search => &["addresses", "municipalities", "roads"],
            Kind::Roads => {
                let collections = offline.catalogue.collections();
                let network = offline.roads.network_for(|roads| collections[roads].visibility == Visibility::Public)?;
                let stamp = (offline.edition, vec![roads::fingerprint(&network)]);
                return Some(Self { of: Of::Network(network), stamp });
            }
        };
        let snapshots: Vec<_> = names.iter().filter_map(|name| offline.index.snapshot_of(name)).collect();
        let fingerprints = snapshots.iter().map(|snapshot| snapshot.fingerprint()).collect();
        Some(Self { of: Of::Snapshots(snapshots), stamp: (offline.edition, fingerprints) })
    }

    fn make(self, offline: &Offline, kind: Kind, class: Class, coding: Coding) -> Result<File, Problem> {
        let content = match (&self.of, kind) {
            (Of::Network(network), _) => roads::write(network, &offline.district),
            (Of::Snapshots(snapshots), Kind::Register) => Ok(register::write(snapshots, class, &offline.district)),
            (Of::Snapshots(snapshots), _) => {
                let named = |name: &str| snapshots.iter().find(|snapshot| snapshot.collection().name == name);
                let open = offline.search.lookup.open_to(|collection| collection.seen_by(Visibility::Public));
                let streets = if open.has(search::Kind::Crossing) {
                    offline.search.lookup.streets(&offline.index)
                } else {
                    search::Streets::default()
                };
                let addresses = named("addresses").filter(|_| open.has(search::Kind::Address));
                let municipalities = named("municipalities").filter(|_| open.has(search::Kind::Municipality));
                gazetteer::write(addresses, municipalities, &streets, &offline.district)
            }
        };
        let content = content.map_err(|error| Problem::internal(&error))?;
        let ready = pack(&content, coding).map_err(|error| Problem::internal(&error))?;
        let plain = content.len();
        // A register is some hundred bytes a feature, wanted once a change.
        drop(content);
        memory::give_back();
        Ok(File { plain, ready, stamp: self.stamp })
    }
}
