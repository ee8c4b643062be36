//! Imports from the desk: a file is sent, looked at, mapped, worked out row by row and mended, and written when somebody has looked at
//! what that does; undone like any other changeset.
//!
//! How rows become features is [`exchange`](crate::exchange)'s business. Here an import is a thing that lasts: its [`state`], its
//! [`settings`], its [`store`]. The work is done by jobs ([`steps`]), as whoever has sent the file, with what they may by then; people
//! see a [`preview`] of every row and a [`summary`], and what is written has to come to the same ([`watching`]). [`propose`] guesses
//! how columns are meant. [`routes`] is `/api/imports`, with [`answers`] and [`describe`]; [`ending`] removes what nobody needs any more.

mod answers;
mod describe;
mod ending;
mod preview;
mod propose;
mod refusal;
mod routes;
mod rows;
mod settings;
mod state;
mod steps;
mod store;
mod summary;
mod watching;

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use uuid::Uuid;

use crate::blobs::{self, Blobs, NewAttachment};
use crate::clock::Clock;
use crate::collection::Collection;
use crate::collection::Visibility;
use crate::editing::Editor;
use crate::exchange::export::ogr::write_geopackage;
use crate::exchange::export::{ExportError, Selection};
use crate::exchange::mending::Mending;
use crate::exchange::reader::Format;
use crate::http::Gate;
use crate::identity::{Caller, Person, Sessions};
use crate::spine::Purpose;
use crate::store::Store;
use crate::texts::{Fault, Faults, Texts};
use crate::work::{Kind, Pool};

pub use ending::Endings;
pub use refusal::{ImportsError, Refusal, Wrong};
pub use steps::Steps;

use settings::Settings;
use state::State;
use store::{Import, NewImport};

/// Whose changesets these are.
const IMPORTS: &str = "imports";
/// What the file of an import is attached to.
const FILE: &str = "import_file";
/// Imports that one account may have at a time.
const MOST: i64 = 50;
/// Characters of the name of a file.
const NAME: usize = 150;
/// Characters of a reason.
const REASON: usize = 500;
/// Characters of a cell that is put right.
const CELL: usize = 2_000;

/// What imports are made with.
#[derive(Debug)]
pub struct Imports {
    pub gate: Gate,
    pub editor: Editor,
    pub sessions: Arc<Sessions>,
    pub blobs: Blobs,
    pub texts: Arc<Texts>,
    pub clock: Clock,
    pub work: Arc<Pool>,
    /// The folder with the mapping files of the district.
    pub mappings: PathBuf,
    /// The binary that runs as reader.
    pub reader: PathBuf,
    /// How long an import is kept after it was last touched.
    pub kept: chrono::TimeDelta,
}

impl Imports {
    /// Takes a file in, to be looked at at once.
    async fn receive<E: Display>(
        &self,
        caller: &Caller,
        person: Person,
        (collection, name): (Option<String>, Option<String>),
        bytes: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Import, ImportsError> {
        let name = name.unwrap_or_default().trim().to_owned();
        let found = self.collection(caller, &collection.unwrap_or_default());
        let mut faults = Faults::default();
        if let Err(wrong) = &found {
            faults.push(Fault::new("collection", "unknown", wrong));
        }
        if !is_file_name(&name) {
            faults.push(Fault::new("name", "length", &Wrong::FileName { most: NAME }));
        } else if Format::of(&name).is_none() {
            faults.push(Fault::new("name", "format", &Wrong::Format { endings: ENDINGS.to_owned() }));
        }
        let collection = match found {
            Ok(collection) if faults.is_empty() => collection,
            _ => return Err(faults.into()),
        };
        self.may_import(caller, &collection)?;
        let received = self.blobs.receive(bytes).await?;
        let purpose = Purpose { domain: IMPORTS, kind: "import-file", reason: name.clone(), undoes: None };
        let mut transaction = self.editor.spine.begin(caller, purpose).await?;
        let id = Uuid::now_v7();
        let new = NewImport {
            id,
            account: person.account,
            collection: &collection.name,
            name: &name,
            sha256: received.sha256,
            size: received.size,
            at: self.clock.now(),
        };
        if !store::create(&mut transaction, &new, MOST).await? {
            return Err(Refusal::TooMany { most: MOST }.into());
        }
        blobs::attach(&mut transaction, &received, &NewAttachment { subject: FILE, of: id, name: &name }).await?;
        transaction.enqueue(&steps::job(id, 1)).await?;
        transaction.enqueue(&ending::job(id, self.clock.now() + self.kept)).await?;
        self.editor.spine.commit::<ImportsError>(transaction).await?;
        self.found(person, id).await
    }

    /// A register as a GeoPackage that can be edited elsewhere and sent back to be imported: each object tells its version, so that
    /// what others change meanwhile is merged field by field.
    async fn check_out(&self, caller: &Caller, collection: &Arc<Collection>) -> Result<tokio::fs::File, ImportsError> {
        self.may_import(caller, collection)?;
        let snapshot = self.editor.spine.index.snapshot_of(&collection.name).ok_or(Refusal::NoImport)?;
        let crs = self.editor.district.crs;
        let selection = Selection::new(snapshot, Visibility::Staff, None, crs)?.checked_out();
        let made = self.work.run(Kind::Extract, move |_| {
            let folder = tempfile::tempdir()?;
            let (path, _) = write_geopackage(&selection, folder.path())?;
            // It goes with the last who reads it.
            Ok::<_, ExportError>(std::fs::File::open(path)?)
        });
        Ok(tokio::fs::File::from_std(made.await??))
    }

    /// An import of one's own; those of others are like those that are not there.
    async fn found(&self, person: Person, id: Uuid) -> Result<Import, ImportsError> {
        let import = store::find(self.database(), id).await?;
        let import = import.filter(|import| import.account == Some(person.account)).ok_or(Refusal::NoImport)?;
        // Whoever is told that it is written sees it in the register, on this node.
        if let Some(changeset) = import.changeset
            && let Some(transaction) = store::transaction_of(self.database(), changeset).await?
        {
            self.editor.spine.index.wait_for(transaction).await?;
        }
        Ok(import)
    }

    /// Goes on with an import as it was looked at.
    async fn go_on(&self, import: &Import, next: State, settings: &Settings, reason: &str) -> Result<(), ImportsError> {
        if !import.state.allows(next) {
            return Err(Refusal::NotNow.into());
        }
        let now = self.clock.now();
        let mut aside = self.database().aside().await?;
        if !store::go_on(&mut aside, import, next, settings, reason, now).await? {
            return Err(Refusal::Stale.into());
        }
        if settings.reads_otherwise(&import.settings) {
            store::forget_mendings(&mut aside, import.id).await?;
        }
        if let Some(definition) = &settings.mapping
            && let Some(supplier) = definition["supplier"].as_str().map(str::trim).filter(|name| !name.is_empty())
        {
            store::remember_mapping(&mut aside, &import.collection, supplier, definition, now).await?;
        }
        aside.enqueue(&steps::job(import.id, import.version + 1)).await?;
        aside.enqueue(&ending::job(import.id, now + self.kept)).await?;
        Ok(aside.commit().await?)
    }

    /// Takes what was chosen. The file is looked at anew if it is to be read otherwise, else what would become of its rows.
    async fn choose(&self, caller: &Caller, import: &Import, settings: Settings) -> Result<(), ImportsError> {
        let collection = self.collection_of(caller, import)?;
        settings.understood(&collection)?;
        let next = match settings.reads_otherwise(&import.settings) {
            true => State::Examining,
            false => State::Previewing,
        };
        self.go_on(import, next, &settings, &import.reason).await
    }

    /// Writes what was looked at.
    async fn commit(
        &self,
        caller: &Caller,
        import: &Import,
        settings: Settings,
        reason: &str,
    ) -> Result<(), ImportsError> {
        self.collection_of(caller, import)?;
        if import.stale {
            return Err(Refusal::Stale.into());
        }
        self.go_on(import, State::Committing, &settings, reason).await
    }

    /// Takes back what was written, if nobody has touched it since.
    async fn undo(&self, caller: &Caller, import: &Import, reason: &str) -> Result<(), ImportsError> {
        let changeset = import.changeset.ok_or(Refusal::NotNow)?;
        self.editor.undo_own_import(caller, changeset, reason).await?;
        Ok(())
    }

    /// Keeps what somebody has made of a row.
    async fn mend(&self, import: &Import, number: i32, mending: &Mending) -> Result<(), ImportsError> {
        let row = rows::store::one(self.database(), import.id, number).await?.ok_or(Refusal::NoRow)?;
        self.mend_all(import, &[(row.layer, row.line)], mending).await
    }

    /// Decides about all rows of a status.
    async fn decide(&self, import: &Import, status: &str, mending: &Mending) -> Result<(), ImportsError> {
        let rows = rows::store::lines(self.database(), import.id, status).await?;
        self.mend_all(import, &rows, mending).await
    }

    async fn mend_all(
        &self,
        import: &Import,
        rows: &[(Option<String>, i64)],
        mending: &Mending,
    ) -> Result<(), ImportsError> {
        if import.state != State::Previewed {
            return Err(Refusal::NotNow.into());
        }
        let mut aside = self.database().aside().await?;
        if !store::mend(&mut aside, import, rows, mending, self.clock.now()).await? {
            return Err(Refusal::Stale.into());
        }
        Ok(aside.commit().await?)
    }

    /// Removes an import; what it has written stays.
    async fn remove(&self, caller: &Caller, import: &Import) -> Result<(), ImportsError> {
        if import.state == State::Committing {
            return Err(Refusal::NotNow.into());
        }
        ending::remove(self, caller, import).await
    }

    fn collection(&self, caller: &Caller, name: &str) -> Result<Arc<Collection>, Wrong> {
        let collection = self.editor.spine.index.catalogue().get(name).cloned();
        let seen = collection.filter(|collection| caller.sees(collection).is_some());
        seen.ok_or_else(|| Wrong::NoCollection { name: name.to_owned() })
    }

    /// The register of an import, as far as its author may still import there.
    fn collection_of(&self, caller: &Caller, import: &Import) -> Result<Arc<Collection>, ImportsError> {
        let collection = self.collection(caller, &import.collection).map_err(|_| Refusal::NoImport)?;
        self.may_import(caller, &collection)?;
        Ok(collection)
    }

    fn database(&self) -> &Store {
        &self.editor.spine.store
    }
}

/// The endings of files that are read, for people.
const ENDINGS: &str = ".csv, .txt, .xlsx, .xls, .ods, .geojson, .json, .gpkg, .shp, .zip, .kml, .kmz, .gpx, .osm, .pbf";

/// A name that is one on every disk, and leads nowhere else.
fn is_file_name(name: &str) -> bool {
    let is_bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    !name.is_empty() && name.chars().count() <= NAME && !name.contains(is_bad) && !name.starts_with('.')
}
