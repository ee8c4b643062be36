//! Files for devices, kept compressed until what they are made from changes.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::register::Class;
use super::{gazetteer, register};
use crate::app::App;
use crate::firewater::COLLECTIONS;
use crate::http::Problem;
use crate::index::Snapshot;
use crate::tiles::cache::Ready;
use crate::tiles::packing::{Coding, pack};

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Register,
    Search,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Register, Self::Search];

    /// The last part of its address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Search => "search",
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
    /// A file in a coding, as the class may see it.
    ///
    /// # Errors
    /// 500 if it cannot be made, which no input makes so.
    pub async fn get(&self, app: &Arc<App>, kind: Kind, class: Class, coding: Coding) -> Result<Arc<File>, Problem> {
        let class = if kind == Kind::Search { Class::PUBLIC } else { class };
        let mut files = self.files.lock().await;
        let sources = Sources::of(app, kind);
        let key = (kind, class, coding);
        if let Some(file) = files.get(&key).filter(|file| file.stamp == sources.stamp) {
            return Ok(file.clone());
        }
        let app = app.clone();
        let made = tokio::task::spawn_blocking(move || sources.make(&app, kind, class, coding)).await;
        let made = Arc::new(made.map_err(|error| Problem::internal(&error))??);
        files.insert(key, made.clone());
        Ok(made)
    }
}

/// The states a file is made from.
struct Sources {
    snapshots: Vec<Arc<Snapshot>>,
    stamp: Stamp,
}

impl Sources {
    fn of(app: &App, kind: Kind) -> Self {
        let names: &[&str] = match kind {
            Kind::Register => &COLLECTIONS,
            Kind::Search => &["addresses", "municipalities"],
        };
        let snapshots: Vec<_> = names.iter().filter_map(|name| app.index.snapshot_of(name)).collect();
        let fingerprints = snapshots.iter().map(|snapshot| snapshot.fingerprint()).collect();
        Self { snapshots, stamp: (app.edition, fingerprints) }
    }

    fn make(self, app: &App, kind: Kind, class: Class, coding: Coding) -> Result<File, Problem> {
        let named = |name: &str| self.snapshots.iter().find(|snapshot| snapshot.collection().name == name);
        let content = match kind {
            Kind::Register => register::write(&self.snapshots, class, &app.district),
            Kind::Search => gazetteer::write(named("addresses"), named("municipalities"))
                .map_err(|error| Problem::internal(&error))?,
        };
        let ready = pack(&content, coding).map_err(|error| Problem::internal(&error))?;
        Ok(File { plain: content.len(), ready, stamp: self.stamp })
    }
}
