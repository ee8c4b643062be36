//! Content, portion by portion.

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, try_unfold};
use uuid::Uuid;

use super::{BlobError, Blobs, Place, Sha256, store};
use crate::store::Store;

/// Whole content that can be read.
#[derive(Debug, Clone)]
pub struct Content {
    blobs: Blobs,
    id: Uuid,
    place: Place,
    /// Bytes.
    pub size: u64,
    pub media: String,
}

impl Blobs {
    /// Content by its hash; `None` if there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn content(&self, sha256: Sha256) -> Result<Option<Content>, BlobError> {
        let found = store::find(&self.store, sha256).await?;
        Ok(found.map(|found| Content {
            blobs: self.clone(),
            id: found.content,
            place: found.place,
            size: found.size,
            media: found.media,
        }))
    }
}

impl Content {
    /// Its bytes in order, a portion in memory at a time.
    ///
    /// # Errors
    /// Those of the store. In the stream also [`BlobError::Damaged`] where something is missing.
    pub async fn bytes(&self) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let bytes = match self.place {
            Place::Database => portions(self.blobs.store.clone(), self.id),
            Place::Bucket => self.blobs.bucket()?.read(self.id).await?,
        };
        Ok(whole(bytes, self.size))
    }
}

/// The portions that are in the database, up to the first that is not.
fn portions(store: Store, content: Uuid) -> BoxStream<'static, Result<Bytes, BlobError>> {
    let next = move |number| {
        let store = store.clone();
        async move {
            let portion = store::get(&store, content, number).await?;
            Ok(portion.map(|portion| (Bytes::from(portion), number + 1)))
        }
    };
    try_unfold(0, next).boxed()
}

/// The same, which ends with an error unless it is as long as it was: whoever reads must not take a part for the whole.
fn whole(
    bytes: BoxStream<'static, Result<Bytes, BlobError>>,
    size: u64,
) -> BoxStream<'static, Result<Bytes, BlobError>> {
    let next = |(mut bytes, left): (BoxStream<'static, Result<Bytes, BlobError>>, u64)| async move {
        match bytes.next().await.transpose()? {
            Some(some) => {
                let left = left.checked_sub(some.len() as u64).ok_or(BlobError::Damaged)?;
                Ok(Some((some, (bytes, left))))
            }
            None if left == 0 => Ok(None),
            None => Err(BlobError::Damaged),
        }
    };
    try_unfold((bytes, size), next).boxed()
}
