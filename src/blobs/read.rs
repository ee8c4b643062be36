//! Content, portion by portion.

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;

use super::{BlobError, Blobs, Sha256, store};

/// Whole content that can be read.
#[derive(Debug, Clone)]
pub struct Content {
    blobs: Blobs,
    id: uuid::Uuid,
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
        Ok(found.map(|found| Content { blobs: self.clone(), id: found.content, size: found.size, media: found.media }))
    }
}

impl Content {
    /// Its bytes in order, a portion in memory at a time.
    ///
    /// # Errors
    /// In the stream: [`BlobError::Damaged`] where a portion is missing, and the database's.
    pub fn bytes(&self) -> impl Stream<Item = Result<Bytes, BlobError>> + Send + use<> {
        let (store, id) = (self.blobs.store.clone(), self.id);
        try_unfold((0, self.size), move |(number, left)| {
            let store = store.clone();
            async move {
                if left == 0 {
                    return Ok(None);
                }
                let portion = store::get(&store, id, number).await?.ok_or(BlobError::Damaged)?;
                let left = left.checked_sub(portion.len() as u64).ok_or(BlobError::Damaged)?;
                Ok(Some((Bytes::from(portion), (number + 1, left))))
            }
        })
    }
}
