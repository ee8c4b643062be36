//! The work on a file: looked at, worked out, written. Each step is a job, of which an import has one at a time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::preview::Teller;
use super::propose::propose;
use super::settings::{Settings, Understood};
use super::state::State;
use super::store::{self, Import, Outcome};
use super::summary::Summary;
use super::watching::{Committing, Previewing};
use super::{Imports, Refusal};
use crate::collection::Collection;
use crate::exchange::examine::examine;
use crate::exchange::import::{ImportError, ImportOrder, ImportOutcome, import_watched};
use crate::exchange::mapping::Mapping;
use crate::exchange::mending::Mended;
use crate::identity::{Action, Caller, Subject};
use crate::store::aside::Aside;
use crate::store::jobs::{Job, NewJob};
use crate::store::{Store, StoreError};
use crate::texts::{Label, Told};
use crate::work::jobs::{Handler, Patience, Undone};

/// The queue whose jobs are steps of imports.
pub const STEPS: &str = "import";

/// A step that is to be done.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Step {
    import: Uuid,
    /// Of the import: nobody has decided anything since.
    version: i64,
}

/// Asks for the step that an import is in.
///
/// # Errors
/// The database's.
pub fn job(import: Uuid, version: i64) -> NewJob {
    NewJob { queue: STEPS, key: Some(import.to_string()), payload: json!(Step { import, version }), run_at: None }
}

/// Does the jobs of [`STEPS`].
#[derive(Debug)]
pub struct Steps(pub Arc<Imports>);

impl Handler for Steps {
    fn queue(&self) -> &'static str {
        STEPS
    }

    fn batch(&self) -> usize {
        1
    }

    fn patience(&self) -> Patience {
        Patience { first: Duration::from_secs(2), most: Duration::from_secs(60), attempts: 5 }
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.0.step(job))
    }
}

/// What came of a step: done, or what somebody has to see to.
type StepEnd = Result<(), Label>;

impl Imports {
    async fn step(&self, job: &Job) -> Result<(), Undone> {
        let Ok(step) = serde_json::from_value::<Step>(job.payload.clone()) else {
            return Err(Undone::Never("no step of an import".to_owned()));
        };
        let import = store::find(self.store(), step.import).await?;
        let Some(import) = import.filter(|it| it.version == step.version && it.state.is_working()) else {
            // Somebody has decided anew, or it is gone.
            let mut aside = self.store().aside().await?;
            aside.end_job(job).await?;
            return Ok(aside.commit().await?);
        };
        let problem = match self.worker(&import) {
            Ok((caller, collection)) => {
                let work = Work { imports: self, import: &import, collection, caller, job };
                match import.state {
                    State::Examining => work.examine().await?,
                    State::Previewing => work.preview().await?,
                    _ => work.commit().await?,
                }
            }
            Err(refusal) => Err(self.texts.label(&Told::of(&refusal))),
        };
        match problem {
            Ok(()) => Ok(()),
            Err(problem) => self.note_problem(&import, job, &problem).await,
        }
    }

    /// As whom an import is worked on: whoever sent the file, as far as they may by now.
    fn worker(&self, import: &Import) -> Result<(Caller, Arc<Collection>), Refusal> {
        let caller = import.account.and_then(|account| self.sessions.caller_of(account, None));
        let collection = self.editor.spine.index.catalogue().get(&import.collection).cloned();
        let (caller, collection) = caller.zip(collection).ok_or(Refusal::MayNoLonger)?;
        self.may_import(&caller, &collection).map_err(|_| Refusal::MayNoLonger)?;
        Ok((caller, collection))
    }

    async fn note_problem(&self, import: &Import, job: &Job, problem: &Label) -> Result<(), Undone> {
        let mut aside = self.store().aside().await?;
        let outcome = Outcome { problem: Some(problem), ..Outcome::default() };
        store::end_step(&mut aside, import, import.state.after(false), &outcome, self.clock.now()).await?;
        aside.end_job(job).await?;
        Ok(aside.commit().await?)
    }

    pub(super) fn may_import(&self, caller: &Caller, collection: &Collection) -> Result<(), crate::identity::Denied> {
        caller.may(Action::Import, &Subject::of(collection))?;
        caller.may_read_past(collection)
    }

    fn store(&self) -> &Store {
        &self.editor.spine.store
    }
}

/// One step under way.
struct Work<'a> {
    imports: &'a Imports,
    import: &'a Import,
    collection: Arc<Collection>,
    caller: Caller,
    job: &'a Job,
}

impl Work<'_> {
    /// Looks at the file, and proposes how to map it where nobody has said so.
    async fn examine(&self) -> Result<StepEnd, Undone> {
        let imports = self.imports;
        let (_folder, file) = self.file().await?;
        let mut settings = self.import.settings.clone();
        // They were right when they were chosen; a mapping that is so no more is no reason not to look.
        let (encoding, mapping) = match settings.understood(&self.collection) {
            Ok(Understood { encoding, mapping, .. }) => (encoding, mapping),
            Err(_) => (None, Mapping::identity(&self.collection)),
        };
        let (reader, layer) = (imports.reader.clone(), settings.layer.clone());
        let looked = tokio::task::spawn_blocking(move || examine(&reader, &file, layer.as_deref(), encoding, &mapping));
        let examined = looked.await.map_err(|error| Undone::Later(error.to_string()))?;
        if settings.mapping.is_none() && examined.failure.is_none() && !examined.is_checked_out() {
            let kept = store::mappings(imports.store(), &self.collection.name).await?;
            let files = Mapping::files(&imports.mappings, &self.collection);
            settings.mapping = Some(propose(&examined, &self.collection, kept, files));
        }
        let outcome = Outcome { examined: Some(&examined), settings: Some(&settings), ..Outcome::default() };
        let mut aside = imports.store().aside().await?;
        let next = self.import.state.after(true);
        store::end_step(&mut aside, self.import, next, &outcome, imports.clock.now()).await?;
        self.finish(aside).await
    }

    /// Works out what would become of every row.
    async fn preview(&self) -> Result<StepEnd, Undone> {
        let imports = self.imports;
        let mended = store::mended(imports.store(), self.import.id).await?;
        let (_folder, file) = self.file().await?;
        let order = match self.order(file, mended.clone(), None) {
            Ok(order) => order,
            Err(problem) => return Ok(Err(problem)),
        };
        let teller = Teller::new(&self.collection, imports.editor.district.frame(), &mended);
        let mut watch = Previewing::begin(imports.store(), self.import.id, teller).await?;
        let outcome = match import_watched(&imports.editor, &self.caller, order, &mut watch).await {
            Ok(outcome) => outcome,
            Err(error) => return self.failed(&error).map(Err),
        };
        let (summary, digest) = (Summary::of(&outcome, &self.collection), watch.teller.digest());
        let mut aside = watch.aside;
        // Why it is worked out anew, where nobody has asked for it.
        let problem = self.import.problem.as_ref();
        let told = Outcome { summary: Some(&summary), digest: Some(&digest), problem, ..Outcome::default() };
        store::end_step(&mut aside, self.import, State::Previewed, &told, imports.clock.now()).await?;
        self.finish(aside).await
    }

    /// Writes what was looked at, and nothing else.
    async fn commit(&self) -> Result<StepEnd, Undone> {
        let imports = self.imports;
        let mended = store::mended(imports.store(), self.import.id).await?;
        let (folder, file) = self.file().await?;
        let report = folder.path().join("report.xlsx");
        let order = match self.order(file, mended.clone(), Some(report.clone())) {
            Ok(order) => order,
            Err(problem) => return Ok(Err(problem)),
        };
        let teller = Teller::new(&self.collection, imports.editor.district.frame(), &mended);
        let now = imports.clock.now();
        let mut watch = Committing::new(teller, &imports.blobs, self.import, self.job, report, now);
        match import_watched(&imports.editor, &self.caller, order, &mut watch).await {
            Ok(ImportOutcome { changeset: Some(_), .. }) => Ok(Ok(())),
            Ok(outcome) if watch.is_as_shown() => {
                // There was nothing to write, so there is no changeset.
                let summary = Summary::of(&outcome, &self.collection);
                let mut aside = imports.store().aside().await?;
                let told = Outcome { summary: Some(&summary), ..Outcome::default() };
                store::end_step(&mut aside, self.import, State::Committed, &told, now).await?;
                self.finish(aside).await
            }
            Ok(_) | Err(ImportError::Differs) => self.again().await,
            Err(error) => self.failed(&error).map(Err),
        }
    }

    /// The register has changed meanwhile: what would become of the rows is worked out anew, for somebody to look at.
    async fn again(&self) -> Result<StepEnd, Undone> {
        let imports = self.imports;
        let problem = imports.texts.label(&Told::from(&ImportError::Differs));
        let mut aside = imports.store().aside().await?;
        aside.end_job(self.job).await?;
        if store::look_again(&mut aside, self.import, &problem, imports.clock.now()).await? {
            aside.enqueue(&job(self.import.id, self.import.version + 1)).await?;
        }
        aside.commit().await?;
        Ok(Ok(()))
    }

    /// What there is to say of an error that nobody mends by waiting.
    fn failed(&self, error: &ImportError) -> Result<Label, Undone> {
        match error {
            ImportError::Store(StoreError::LeaseLost) => Err(Undone::Store(StoreError::LeaseLost)),
            ImportError::Store(error) => Err(Undone::Later(error.to_string())),
            ImportError::Stopped => Err(Undone::Later("the import stopped".to_owned())),
            error => Ok(self.imports.texts.label(&Told::from(error))),
        }
    }

    async fn finish(&self, mut aside: Aside) -> Result<StepEnd, Undone> {
        aside.end_job(self.job).await?;
        aside.commit().await?;
        Ok(Ok(()))
    }

    /// What the importer is asked to do; for a preview without a report.
    fn order(&self, file: PathBuf, mended: Mended, report: Option<PathBuf>) -> Result<ImportOrder, Label> {
        let Settings { layer, accept_duplicates, language, .. } = self.import.settings.clone();
        let understood = self.import.settings.understood(&self.collection);
        let Understood { encoding, crs, mapping } =
            understood.map_err(|faults| Label::new(faults.to_string(), faults.to_string()))?;
        Ok(ImportOrder {
            file,
            mapping,
            crs,
            layer,
            encoding,
            reason: Some(self.import.reason.clone()).filter(|reason| !reason.is_empty()),
            dry_run: report.is_none(),
            strict: false,
            accept_duplicates,
            mended,
            keeps_rows: true,
            report,
            language,
            texts: self.imports.texts.clone(),
            reader: self.imports.reader.clone(),
            wait: true,
        })
    }

    /// The file on the disk, under its own name, as long as the folder is kept.
    async fn file(&self) -> Result<(TempDir, PathBuf), Undone> {
        let later = |error: &dyn std::fmt::Display| Undone::Later(error.to_string());
        let folder = tempfile::tempdir().map_err(|error| later(&error))?;
        let path = folder.path().join(&self.import.name);
        let content = self.imports.blobs.content(self.import.sha256).await.map_err(|error| later(&error))?;
        let content = content.ok_or_else(|| Undone::Never("the file of an import is not there".to_owned()))?;
        let mut bytes = content.bytes().await.map_err(|error| later(&error))?;
        let mut file = tokio::fs::File::create(&path).await.map_err(|error| later(&error))?;
        while let Some(portion) = bytes.next().await {
            let portion = portion.map_err(|error| later(&error))?;
            file.write_all(&portion).await.map_err(|error| later(&error))?;
        }
        file.flush().await.map_err(|error| later(&error))?;
        Ok((folder, path))
    }
}
