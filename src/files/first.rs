//! The first photo of objects, for paper and for devices.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use uuid::Uuid;

use super::store::first_photos;
use super::{FileError, Note, ObjectFiles};
use crate::blobs::Sha256;
use crate::collection::Medium;
use crate::identity::Caller;

/// A photo as it is shown where there is room for one.
#[derive(Debug, Clone)]
pub struct FirstPhoto {
    pub object: Uuid,
    /// Pixels of the photo; of the picture in this proportion.
    pub width: u32,
    pub height: u32,
    /// Drawn over it.
    pub notes: Vec<Note>,
    /// A small picture of it.
    pub picture: Bytes,
}

impl ObjectFiles {
    /// The first photos of objects, named by collection and id, that a caller sees; in their order, no more than so many.
    ///
    /// # Errors
    /// The database's, and those of the store of files.
    pub async fn first_photos(
        &self,
        caller: &Caller,
        objects: &[(String, Uuid)],
        most: usize,
    ) -> Result<Vec<FirstPhoto>, FileError> {
        // The public sees none, mostly, and that costs no question to the database.
        let shown = |name: &String| {
            self.collection(caller, name).is_some_and(|of| of.files.shows(Medium::Photo, caller.sees(&of)))
        };
        let objects: Vec<_> = objects.iter().filter(|(name, _)| shown(name)).cloned().collect();
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let found = first_photos(&self.editor.spine.store, &objects).await?;
        let mut photos = Vec::new();
        for (_, object) in objects {
            let Some(file) = found.iter().find(|file| file.object == object) else { continue };
            let Some(pictures) = file.pictures else { continue };
            if photos.len() == most {
                break;
            }
            let (width, height, notes) = (pictures.width, pictures.height, file.notes.clone());
            if let Some(picture) = self.whole(pictures.thumbnail).await? {
                photos.push(FirstPhoto { object, width, height, notes, picture });
            }
        }
        Ok(photos)
    }

    /// Small content, whole in memory.
    async fn whole(&self, hash: Sha256) -> Result<Option<Bytes>, FileError> {
        let Some(content) = self.blobs.content(hash).await? else { return Ok(None) };
        let mut whole = BytesMut::new();
        let mut portions = content.bytes().await?;
        while let Some(portion) = portions.try_next().await? {
            whole.extend_from_slice(&portion);
        }
        Ok(Some(whole.freeze()))
    }
}
