//! A file is added to an object.

use bytes::Bytes;
use futures_util::Stream;
use std::fmt::Display;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::file::{File, Pictures, action};
use super::look::{Looked, look};
use super::reader::{self, Order};
use super::stage::{Staged, staged};
use super::store::{OBJECT_FILE, add, file, files_of, is_defect_of};
use super::target::Target;
use super::{FileError, MOST_PIXELS, ObjectFiles, Refusal, Wrong};
use crate::blobs::{NewAttachment, Received, attach};
use crate::collection::{Files, Medium};
use crate::identity::Caller;
use crate::store::Transaction;
use crate::texts::{Fault, Faults};
use crate::work::Kind;

/// A file to be added, but for its content.
#[derive(Debug)]
pub struct NewFile {
    pub id: Uuid,
    pub target: Target,
    pub defect: Option<Uuid>,
    /// A code of the list of its medium; the first one where nothing is said.
    pub kind: Option<String>,
    pub name: String,
    pub caption: Option<String>,
}

/// Content that has been looked at and received, and belongs to nothing yet.
struct Ready {
    medium: Medium,
    kept: Received,
    /// With those for screen and list, where they are others than what is kept.
    pictures: Option<(u32, u32, Option<Received>, Option<Received>)>,
}

impl NewFile {
    fn is(&self, known: &File) -> bool {
        (&known.collection, known.object, known.defect) == (&self.target.collection.name, self.target.id.0, self.defect)
    }

    fn files(&self) -> &Files {
        &self.target.collection.files
    }
}

impl ObjectFiles {
    /// Adds a file, or finds that it was added. Nothing of the content is read before the caller may add it; of what is refused
    /// nothing is kept.
    ///
    /// # Errors
    /// What is the matter with the content; the object is gone, has so many already, or the caller may not there; the database's.
    pub async fn add<E: Display>(
        &self,
        caller: &Caller,
        new: &NewFile,
        content: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(File, bool), FileError> {
        if let Some(known) = super::store::found(&self.editor.spine.store, new.id).await? {
            return if new.is(&known) { Ok((known, false)) } else { Err(Refusal::IdTaken.into()) };
        }
        let most = new.files().largest().ok_or(Refusal::NoObject)?;
        let ready = self.ready(new, staged(content, most).await?).await?;
        let mut transaction = self.begin(caller, "add-file", "add a file").await?;
        self.lock(&mut transaction, caller, action(new.defect), &new.target).await?;
        if let Some(known) = file(transaction.connection(), new.id).await? {
            return if new.is(&known) { Ok((known, false)) } else { Err(Refusal::IdTaken.into()) };
        }
        let place = place(&mut transaction, new, ready.medium).await?;
        let made = made(&transaction, new, &ready, place)?;
        add(&mut transaction, &made).await?;
        keep(&mut transaction, &made, &ready).await?;
        self.editor.spine.commit::<FileError>(transaction).await?;
        Ok((made, true))
    }

    /// Looks at what has come, and receives what is to be kept of it.
    async fn ready(&self, new: &NewFile, staged: Staged) -> Result<Ready, FileError> {
        let (program, input) = (self.program.clone(), staged.rewound()?);
        let order = Order { most_pixels: MOST_PIXELS };
        let looked = self.work.run(Kind::Photo, move |_| look(&program, input, order)).await??;
        match looked {
            Looked::Unfit(unfit) => Err(Refusal::from(unfit).into()),
            Looked::Document => {
                check(new, Medium::Document, staged.size)?;
                let content = ReaderStream::new(tokio::fs::File::from_std(staged.rewound()?));
                let kept = self.blobs.receive(content).await?;
                Ok(Ready { medium: Medium::Document, kept, pictures: None })
            }
            Looked::Photo(pictures) => {
                check(new, Medium::Photo, staged.size)?;
                let reader::Pictures { width, height, kept, screen, thumbnail } = pictures;
                let kept = self.receive(kept).await?.ok_or(Refusal::Broken)?;
                let (screen, thumbnail) = (self.receive(screen).await?, self.receive(thumbnail).await?);
                Ok(Ready { medium: Medium::Photo, kept, pictures: Some((width, height, screen, thumbnail)) })
            }
        }
    }

    /// Receives a picture; nothing where there is none.
    async fn receive(&self, picture: Vec<u8>) -> Result<Option<Received>, FileError> {
        if picture.is_empty() {
            return Ok(None);
        }
        let content = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(picture))]);
        Ok(Some(self.blobs.receive(content).await?))
    }
}

/// Whether the collection takes such a file.
fn check(new: &NewFile, medium: Medium, size: u64) -> Result<(), FileError> {
    let refused = match medium {
        Medium::Photo => Refusal::NoPhotos,
        Medium::Document => Refusal::NoDocuments,
    };
    let terms = new.files().of(medium).ok_or(refused)?;
    if size > terms.bytes {
        return Err(Refusal::TooLarge { megabytes: terms.bytes >> 20 }.into());
    }
    if new.kind.as_ref().is_some_and(|kind| terms.kinds.position(kind).is_none()) {
        let known = terms.kinds.codes().iter().map(|code| code.code.clone()).collect();
        let fault = Fault::new("kind", "code", &Wrong::KindUnknown { known });
        return Err(FileError::Invalid(Faults::from(vec![fault])));
    }
    Ok(())
}

/// Where it comes: behind all others of the object, if there is room for one more.
async fn place(transaction: &mut Transaction, new: &NewFile, medium: Medium) -> Result<f64, FileError> {
    let of = (new.target.collection.name.as_str(), new.target.id.0);
    if let Some(defect) = new.defect
        && !is_defect_of(transaction, defect, of).await?
    {
        return Err(Refusal::NoDefect.into());
    }
    let others = files_of(transaction.connection(), of).await?;
    let same = others.iter().filter(|one| one.removed_at.is_none() && one.medium == medium && one.defect == new.defect);
    let most = new.files().of(medium).map_or(0, |terms| terms.most);
    if same.count() >= most as usize {
        return Err(Refusal::TooMany { most }.into());
    }
    Ok(others.last().map_or(0.0, |last| last.place + 1.0))
}

fn made(transaction: &Transaction, new: &NewFile, ready: &Ready, place: f64) -> Result<File, FileError> {
    let terms = new.files().of(ready.medium).ok_or(Refusal::NoObject)?;
    let first = terms.kinds.codes().first().map(|code| code.code.clone()).unwrap_or_default();
    let hash = |of: &Option<Received>, or| of.as_ref().map_or(or, |received| received.sha256);
    let pictures = ready.pictures.as_ref().map(|(width, height, screen, thumbnail)| {
        let screen = hash(screen, ready.kept.sha256);
        Pictures { width: *width, height: *height, screen, thumbnail: hash(thumbnail, screen) }
    });
    Ok(File {
        id: new.id,
        version: 1,
        collection: new.target.collection.name.clone(),
        object: new.target.id.0,
        defect: new.defect,
        medium: ready.medium,
        kind: new.kind.clone().unwrap_or(first),
        name: new.name.clone(),
        caption: new.caption.clone(),
        notes: Vec::new(),
        place,
        pictures,
        media: ready.kept.media.to_owned(),
        size: ready.kept.size,
        content: ready.kept.sha256,
        added_at: transaction.at(),
        removed_at: None,
    })
}

/// Attaches what was received.
async fn keep(transaction: &mut Transaction, file: &File, ready: &Ready) -> Result<(), FileError> {
    let copies = ready.pictures.as_ref().map(|(_, _, screen, thumbnail)| [screen, thumbnail]);
    let copies = copies.into_iter().flatten().flatten();
    for received in std::iter::once(&ready.kept).chain(copies) {
        attach(transaction, received, &NewAttachment { subject: OBJECT_FILE, of: file.id, name: &file.name }).await?;
    }
    Ok(())
}
